"""Where bars come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from argo_core.model.market_view import MarketView
from argo_core.model.origin import Origin


class MarketFeed(Protocol):
    """Promise: each call gives the newest market that may be known, with non-decreasing `as_of`.

    The view has exactly the asked symbols in the asked order; a symbol without data has no bars, never an invented
    price. A replay steps its market clock once per call and raises FeedExhausted at its end.
    One call at a time. Raises DataError `unknown_symbol` for a symbol it can never serve.
    """

    @property
    def origin(self) -> Origin: ...

    async def view(self, symbols: Sequence[str]) -> MarketView: ...
