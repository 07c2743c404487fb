"""The newest view of a feed, for those who work beside the cycle and never hold it up."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from argo_core.errors import DataError
from argo_core.model.market_view import MarketView
from argo_core.model.origin import Origin
from argo_core.model.sessions import Sessions
from argo_core.ports.market_feed import MarketFeed
from argo_core.sources.opinion_facts import MarketFacts, market_facts

CHANGES = 20


class MarketWatch:
    """`ports.MarketFeed`: another's views, the newest remembered."""

    def __init__(self, feed: MarketFeed, sessions: Sessions) -> None:
        self._feed, self._sessions = feed, sessions
        self._latest: MarketView | None = None

    @property
    def origin(self) -> Origin:
        return self._feed.origin

    @property
    def latest(self) -> MarketView | None:
        """The newest view; None before the first."""
        return self._latest

    async def view(self, symbols: Sequence[str]) -> MarketView:
        """See `ports.MarketFeed`."""
        self._latest = await self._feed.view(symbols)
        return self._latest

    def facts(self, requested: Collection[str] = ()) -> MarketFacts | None:
        """What may be asked about at the newest view; None before the first, or outside the exchange's calendar."""
        view = self._latest
        if view is None:
            return None
        try:
            is_open = self._sessions.is_open(view.as_of)
        except DataError:
            return None
        return market_facts(view, _volatility(view), market_open=is_open, requested=requested)

    def by_volatility(self) -> tuple[str, ...]:
        """The symbols of the newest view that have a price, most volatile first."""
        view = self._latest
        if view is None:
            return ()
        order = np.argsort(-_volatility(view), kind="stable").tolist()
        return tuple(view.symbols[row] for row in order if view.price[row] > 0)


def _volatility(view: MarketView) -> NDArray[np.float64]:
    """Standard deviation of the last 20 log returns, (S,); 0 with fewer than two of them. Only an order is made of it,
    so no indicator state is kept for it."""
    closes = [bars.close[-1 - CHANGES :] for bars in view.bars]
    return np.array([np.std(np.diff(np.log(last))) if len(last) > 2 else 0.0 for last in closes])
