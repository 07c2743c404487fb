"""One vendor's market, kept up to date by somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from argo_core.model.market_view import MarketView


class MarketState(Protocol):
    """Promise: the vendor's own bars and prices, nothing of another's. Waits for a refresh under way, begins none.
    Several calls at a time. Raises SourceError with the reason why this vendor has nothing to say in this cycle."""

    async def settled(self, view: MarketView) -> MarketView:
        """This vendor's market of the view's symbols at its `as_of`; a symbol it has nothing of has no bars."""
        ...

    def unfit(self, symbols: Sequence[str]) -> NDArray[np.uint8]:
        """An `Absence` per symbol, (S,): NONE where its bars are fit to vote on, and the vendor was asked
        about it, and not in vain."""
        ...
