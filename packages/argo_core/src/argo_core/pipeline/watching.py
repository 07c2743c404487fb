"""The risk watch of one account from check to check: read, judged, remembered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

import msgspec

from argo_core.errors import DataError
from argo_core.model.bars import Bar
from argo_core.model.position import AccountSnapshot
from argo_core.model.timeframe import Timeframe
from argo_core.pipeline.executor_rules import ExecutorRules
from argo_core.ports import BarWindow, WatchLog
from argo_core.ports.watch_log import WatchRecord
from argo_core.risk import NO_CONTEXT, MarketContext, Watched, WatchState, account_reading, advance, begin, resumed
from argo_core.risk.context import ContextWindows


class Watching:
    """`market_time` is that of the newest bar where the venue is simulated (`replayed`), else the snapshot's. For one
    lane."""

    def __init__(
        self, executor_id: str, rules: ExecutorRules, log: WatchLog, window: BarWindow, *, replayed: bool
    ) -> None:
        self._executor_id, self._rules, self._log, self._window = executor_id, rules, log, window
        self._replayed = replayed
        self._windows = ContextWindows(rules.groups)
        self._newest: datetime | None = None
        self._context: MarketContext | None = None
        self._state: WatchState | None = None
        self._stored: tuple[WatchState, datetime] | None = None
        self._checked: tuple[AccountSnapshot, Watched] | None = None

    def adopt(self, rules: ExecutorRules) -> None:
        """Judge by these from the next look on; the state of the day stays, and so do the groups."""
        self._rules = rules

    async def load(self) -> None:
        """Go on from what was stored. Raises StoreError."""
        self._learn(await self._window.load())
        newest = await self._log.newest(self._executor_id)
        if newest is not None:
            self._state = msgspec.json.decode(newest.state, type=WatchState)
            self._stored = (self._state, newest.at)

    async def keep(self, bars: Sequence[Bar]) -> None:
        """Add bars to the window. Raises StoreError."""
        await self._window.keep(bars)
        self._learn(bars)

    @property
    def context(self) -> MarketContext:
        """What the last bars say about symbols together."""
        if self._context is None:
            self._context = self._windows.context()
        return self._context

    def judged(self, account: AccountSnapshot) -> Watched:
        """The account's standing now; nothing is remembered."""
        if self._checked is not None and self._checked[0] is account:
            return self._checked[1]  # advancing again by the same reading changes nothing
        return self._advanced(account)

    def _advanced(self, account: AccountSnapshot) -> Watched:
        # Of an account that holds nothing the market says nothing: correlations need not be laid out for it.
        context = self.context if account.positions else NO_CONTEXT
        reading = account_reading(account, self.market_time(account), context)
        state = begin(reading, self._rules.watch) if self._state is None else self._state
        return advance(state, reading, self._rules.watch)

    async def check(self, account: AccountSnapshot, now: datetime) -> Watched:
        """The account's standing now, remembered. `now` is wall clock. Raises StoreError: then nothing was.

        A replay without a bar has no market time yet: nothing is remembered of it.
        """
        watched = self._advanced(account)
        if self._replayed and self._newest is None:
            return watched
        if self._is_news(watched.state, now):
            # A crash before this leaves the state before: the next check advances from there to the same.
            await self._store(watched.state, now)
        self._state = watched.state
        # What happened is told once; who asks later asks how the account stands.
        self._checked = account, msgspec.structs.replace(watched, events=()) if watched.events else watched
        return watched

    async def resumed(self, now: datetime) -> None:
        """An operator lets the account trade again. Raises StoreError."""
        self._checked = None
        if self._state is not None:
            state = resumed(self._state, self._rules.watch)
            await self._store(state, now)
            self._state = state

    def market_time(self, account: AccountSnapshot) -> datetime:
        """The newest bar's start, or the snapshot's time where prices are those of now."""
        return account.taken_at if self._newest is None or not self._replayed else self._newest

    def _is_news(self, state: WatchState, now: datetime) -> bool:
        if self._stored is None:
            return True
        stored, at = self._stored
        if (now - at).total_seconds() >= self._rules.store_seconds:
            return True
        lasting = ("anchor_at", "level", "peak_equity", "high_close", "breached", "stopped_until")
        return any(getattr(stored, name) != getattr(state, name) for name in lasting)

    async def _store(self, state: WatchState, now: datetime) -> None:
        record = WatchRecord(
            executor_id=self._executor_id,
            state=msgspec.json.encode(state).decode(),
            level=state.level.value,
            market_time=state.read_at,
            at=now,
        )
        await self._log.append(record)
        self._stored = (state, now)

    def _learn(self, bars: Sequence[Bar]) -> None:
        if bars:
            newest = max([bar.start for bar in bars])
            self._newest = newest if self._newest is None else max(self._newest, newest)
        self._windows.take([bar for bar in bars if has_known_length(bar.timeframe)])
        self._context = self._checked = None


@cache
def has_known_length(timeframe: str) -> bool:
    """Bars of a length that we have no word for tell the time, and nothing about volatility."""
    try:
        Timeframe.parse(timeframe)
    except DataError:
        return False
    return True
