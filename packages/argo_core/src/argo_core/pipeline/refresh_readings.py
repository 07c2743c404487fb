"""Asks an indicator vendor in the background, a symbol at a time, within the few calls that a day has."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from argo_core.errors import ConfigError, SourceError
from argo_core.measures.daily_mean import daily_mean
from argo_core.model.indicator_readings import IndicatorReadings
from argo_core.model.market_view import MarketView
from argo_core.model.rejection import Rejection
from argo_core.ports.clock import Clock
from argo_core.ports.indicator_vendor import IndicatorVendor
from argo_core.sources.indicator_source import ReadingsState

DAY = timedelta(days=1)
MEAN_DAYS = 20


class ReadingsPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Readings of daily bars change once a day: `refresh_seconds` between two questions about a symbol, and
    `retry_seconds` after one that failed; after a refused key or limit nobody is asked for `pause_seconds`. A mean of
    20 days that is `max_deviation_pct` away from the market's own is another market's: the readings are refused, and
    asked for again after `doubt_seconds`, when no kept ones would be told once more. A market that shows fewer days is
    waited for `history_seconds` from the first question on; then its newest price stands in for its mean."""

    refresh_seconds: float = 72_000.0
    retry_seconds: float = 3_600.0
    pause_seconds: float = 600.0
    doubt_seconds: float = 46_800.0
    history_seconds: float = 600.0
    max_deviation_pct: float = 10.0

    def __post_init__(self) -> None:
        seconds = (
            self.refresh_seconds,
            self.retry_seconds,
            self.pause_seconds,
            self.doubt_seconds,
            self.history_seconds,
        )
        if min(*seconds, self.max_deviation_pct) <= 0:
            raise ConfigError("readings: the seconds between questions and max_deviation_pct must be positive")


class ReadingsRefresher:
    """The use case of a background job: `step` asks about one symbol at most. Never on a cycle's path. What it takes
    from the vendor fits the market that the others see."""

    def __init__(self, vendor: IndicatorVendor, policy: ReadingsPolicy, clock: Clock) -> None:
        self._vendor, self._policy, self._clock = vendor, policy, clock
        self._state = ReadingsState()
        self._began: datetime | None = None
        self._asked: list[datetime] = []
        self._doubted: set[str] = set()
        self._rejections: list[Rejection] = []

    @property
    def state(self) -> ReadingsState:
        """What is known at present: for `IndicatorSource`."""
        return self._state

    def rejections(self) -> tuple[Rejection, ...]:
        """What was refused since the last call, each once."""
        told, self._rejections = tuple(self._rejections), []
        return told

    async def step(self, symbols: Sequence[str], view: MarketView | None = None) -> str | None:
        """Ask about the first of `symbols` (most wanted first) that is due; the symbol, None if none is. `view`: the
        market that the readings are held against; None holds them against nothing."""
        now = self._clock.now()
        self._began = self._began or now
        if view is not None and (now - self._began).total_seconds() < self._policy.history_seconds:
            symbols = [symbol for symbol in symbols if not math.isnan(_own_mean(view, symbol, now))]
        symbol = self._due(symbols, now)
        if symbol is None:
            return None
        self._asked.append(now)
        self._state = msgspec.structs.replace(self._state, asked_at={**self._state.asked_at, symbol: now})
        try:
            found = await self._vendor.readings(symbol)
        except SourceError as error:
            self._failed(symbol, error, now)
            return symbol
        deviation = deviation_pct(found, view)
        if deviation > self._policy.max_deviation_pct:
            self._refuse(symbol, deviation)
            return symbol
        self._doubted.discard(symbol)
        failures = {name: reason for name, reason in self._state.failures.items() if name != symbol}
        if found is None:
            self._state = msgspec.structs.replace(self._state, failures={**failures, symbol: "NO_DATA"})
        else:
            readings = {**self._state.readings, symbol: found}
            self._state = msgspec.structs.replace(self._state, readings=readings, failures=failures)
        return symbol

    def _refuse(self, symbol: str, deviation: float) -> None:
        limit, now = self._policy.max_deviation_pct, self._clock.now()
        self._doubted.add(symbol)
        self._rejections.append(
            Rejection(
                vendor=self._vendor.name, symbol=symbol, kind="deviation", measured=deviation, limit=limit, at=now
            )
        )
        why = f"{self._vendor.name}: the mean of {symbol} is {deviation:.1f} % away from the market's own"
        self._failed(symbol, SourceError("REFUSED_ANSWER", why), now)

    def _due(self, symbols: Sequence[str], now: datetime) -> str | None:
        state, policy = self._state, self._policy
        if state.held_until is not None and now < state.held_until:
            return None
        self._asked = [at for at in self._asked if now - at < DAY]
        if (self._vendor.daily_quota is not None) and len(self._asked) >= self._symbols_a_day():
            return None
        # Those that have been asked about before go first: a symbol that votes keeps voting.
        ordered = sorted(symbols, key=lambda symbol: symbol not in state.asked_at)
        for symbol in ordered:
            at = state.asked_at.get(symbol)
            patience = policy.retry_seconds if symbol in state.failures else policy.refresh_seconds
            if symbol in self._doubted:
                patience = policy.doubt_seconds
            if at is None or (now - at).total_seconds() >= patience:
                return symbol
        return None

    def _symbols_a_day(self) -> int:
        return (self._vendor.daily_quota or 0) // self._vendor.calls_per_symbol

    def _failed(self, symbol: str, error: SourceError, now: datetime) -> None:
        pause = self._policy.pause_seconds if error.permanent or error.reason == "RATE_LIMITED" else 0.0
        pause = max(pause, error.retry_after or 0.0)
        self._state = msgspec.structs.replace(
            self._state,
            failures={**self._state.failures, symbol: error.reason},
            held_until=now + timedelta(seconds=pause) if pause else self._state.held_until,
        )


def deviation_pct(readings: IndicatorReadings | None, view: MarketView | None) -> float:
    """How far the readings' mean is from the mean of the same days in the view's own bars, or from its newest price
    where those show too few days, percent of the latter; 0 without readings, and for a symbol that the view has not."""
    if readings is None or view is None or readings.symbol not in view.symbols:
        return 0.0
    own = _own_mean(view, readings.symbol, readings.at)
    if math.isnan(own):
        own = float(view.price[view.symbols.index(readings.symbol)])
    return 0.0 if math.isnan(own) else abs(readings.sma / own - 1.0) * 100.0


def _own_mean(view: MarketView, symbol: str, until: datetime) -> float:
    """NaN where the view shows fewer than MEAN_DAYS days of the symbol, or nothing of it."""
    if symbol not in view.symbols:
        return float("nan")
    return daily_mean(view.bars[view.symbols.index(symbol)], until, MEAN_DAYS)
