"""The part of the record that one tier sees, with its prices, as the simulator takes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from alpine_core.errors import SenderError
from alpine_core.feed.signal_feed import SignalFeed
from alpine_core.model.mark import Mark
from alpine_core.model.query import SignalQuery
from alpine_core.model.signal import OutcomeRecord
from alpine_core.model.tier import Tier
from alpine_core.ports.mark_shelf import MarkShelf
from alpine_core.simulator import Ending, FollowPlan, PriceBook, RecordedSignal, Simulation, simulate
from alpine_core.tiers import SignalView
from alpine_core.wire.moments import read_moment

MOST_SIGNALS = 5000
PAGE = 1000
MOST_BARS_OF_SYMBOL = 20_000
MOST_BARS = 200_000


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which signals: symbols (none named: all), confidence 0–100 with both ends, regime, days of the market in UTC.

    Raises ValueError for confidences that are no numbers in order.
    """

    symbols: frozenset[str] = frozenset()
    min_confidence: float = 0.0
    max_confidence: float = 100.0
    regime: str | None = None
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.min_confidence <= self.max_confidence <= 100:
            raise ValueError("min_confidence and max_confidence: give numbers from 0 to 100, the smaller first")

    def has(self, view: SignalView, at: datetime) -> bool:
        """Whether the signal, which speaks about the moment `at`, belongs to it."""
        return (
            (not self.symbols or view.symbol in self.symbols)
            and self.min_confidence <= view.confidence <= self.max_confidence
            and (self.regime is None or view.details.regime == self.regime)
            and (self.since is None or self.since <= at.date())
            and (self.until is None or at.date() <= self.until)
        )


class FollowedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`replayed`: how many signals were made from recorded history. `limits`: what was too much to be read."""

    signals: tuple[RecordedSignal, ...]
    marks: tuple[Mark, ...]
    replayed: int
    limits: tuple[str, ...]

    def simulate(self, plan: FollowPlan) -> Simulation:
        """Follow it. It computes for a while and waits for nothing."""
        return simulate(self.signals, PriceBook(self.marks), plan)


class RecordToFollow:
    """Reads through the feed, so that no signal is followed which the tier does not see."""

    def __init__(self, feed: SignalFeed, marks: MarkShelf) -> None:
        self._feed, self._marks = feed, marks

    async def read(self, selection: Selection, tier: Tier, now: datetime) -> FollowedRecord:
        """What the tier sees of it at `now`; bars from the first of its signals on. Raises StoreError."""
        views, limits = await self._views(selection, tier, now)
        signals = tuple(recorded(view) for view in views)
        marks, cut = await self._bars(signals, now)
        if cut:
            limits.append(
                f"There are more price bars than are read at once: later ones of {', '.join(cut)} are missing."
            )
        replayed = sum(view.replayed for view in views)
        return FollowedRecord(signals=signals, marks=tuple(marks), replayed=replayed, limits=tuple(limits))

    async def _views(self, selection: Selection, tier: Tier, now: datetime) -> tuple[list[SignalView], list[str]]:
        found: list[SignalView] = []
        before: int | None = None
        for _ in range(MOST_SIGNALS // PAGE):
            query = SignalQuery(
                regime=selection.regime, min_confidence=selection.min_confidence, before=before, limit=PAGE
            )
            page = await self._feed.page(query, tier, now)
            found += [view for view in page.items if selection.has(view, market_moment(view))]
            before = page.next_before
            if before is None:
                return found, []
        return found, [f"Only the newest {MOST_SIGNALS:,} signals were looked at."]

    async def _bars(self, signals: Sequence[RecordedSignal], now: datetime) -> tuple[list[Mark], list[str]]:
        since = min((signal.at for signal in signals), default=now)
        until = max([now, *(signal.at for signal in signals)])
        bars: list[Mark] = []
        cut: list[str] = []
        for symbol in sorted({signal.symbol for signal in signals}):
            limit = max(1, min(MOST_BARS_OF_SYMBOL, MOST_BARS - len(bars)))
            series = await self._marks.bars(symbol, since, until, around=since, limit=limit)
            if any(len(one.marks) >= limit // len(series) for one in series):
                cut.append(symbol)
            bars += [mark for one in series for mark in one.marks]
        return bars, cut


def market_moment(view: SignalView) -> datetime:
    """The moment of the market that the signal speaks about: as the provider says, else when it was issued."""
    return _moment(view.details.as_of) or _moment(view.timestamp) or view.received_at


def recorded(view: SignalView) -> RecordedSignal:
    """The signal as the simulator takes it."""
    at = market_moment(view)
    return RecordedSignal(
        cursor=view.alpine_signal_id,
        signal_id=view.signal_id,
        symbol=view.symbol,
        is_long=view.action == "BUY",
        entry_price=view.entry_price,
        target_price=view.target_price,
        stop_price=view.stop_price,
        confidence=view.confidence,
        at=at,
        ending=None if view.outcome is None else _ending(view.outcome, at),
    )


def _ending(outcome: OutcomeRecord, at: datetime) -> Ending:
    return Ending(result=outcome.result, price=outcome.exit_price, at=_moment(outcome.exit_at) or at)


def _moment(text: str | None) -> datetime | None:
    try:
        return None if text is None else read_moment("at", text)
    except SenderError:
        return None
