"""Who votes."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from argo_core.model.market_view import MarketView
from argo_core.model.source import SourceSpec
from argo_core.model.vote import VoteColumn


class Source(Protocol):
    """Promise: one entry per symbol of the view, in its order; symbols where `asked` (bool, (S,)) is False stay absent.

    A failing, slow or stale source answers with absences and their reasons; it never invents a vote. It uses nothing
    later than `view.as_of`. May be awaited while other sources run; one call at a time per source. The caller sets a
    deadline by cancelling; a cancelled call leaves the source usable.
    """

    @property
    def spec(self) -> SourceSpec: ...

    async def vote(self, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn: ...
