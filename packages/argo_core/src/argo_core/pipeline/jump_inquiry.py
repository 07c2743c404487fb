"""Symbols whose price has jumped between two sessions, and what the vendor's history says of it now."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from argo_core.errors import ArgoError
from argo_core.measures.price_jump import restated_by
from argo_core.model.bars import Bars
from argo_core.pipeline.jump_rules import Doubt
from argo_core.pipeline.market_rules import DAY, MarketRules
from argo_core.ports.market_vendor import MarketVendor

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=15)
DAYS_AT_ONCE, HISTORIES_AT_ONCE = 20, 5
"""How many symbols are asked for together: of a few days, and of the whole history. Few enough for an answer in time
from a vendor that takes a request for each."""


class JumpInquiry:
    """Asks in a task of its own, several symbols to a question, that nobody waits for. First for the days around the
    jump; only of those that were restated the whole history is read."""

    def __init__(self, vendor: MarketVendor, rules: MarketRules) -> None:
        self._vendor, self._rules = vendor, rules
        self._doubts: dict[str, Doubt] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def doubts(self) -> Mapping[str, Doubt]:
        """By symbol, as it is now."""
        return self._doubts

    def doubt(self, symbol: str, found: Doubt) -> bool:
        """Whether this is the first doubt of the symbol; another jump of one is the same doubt. Its first bar after the
        jump is a reason to ask at once: the history may show it too."""
        known = self._doubts.get(symbol)
        if known is None:
            self._doubts[symbol] = found
            return True
        by_bars = known.by_bars or found.by_bars
        self._doubts[symbol] = msgspec.structs.replace(
            known,
            ratio=max(known.ratio, found.ratio),
            by_bars=by_bars,
            next_at=known.next_at if by_bars == known.by_bars else None,
        )
        return False

    def settle(self, symbol: str) -> None:
        """There is no doubt of it any more."""
        self._doubts.pop(symbol, None)

    def ask(self, known: Mapping[str, Bars], now: datetime) -> None:
        """Begin to ask for those whose time it is, unless a question is under way."""
        if self._task is not None and not self._task.done():
            return
        due = [symbol for symbol, doubt in self._doubts.items() if doubt.next_at is None or doubt.next_at <= now]
        if not due:
            return
        for symbol in due:
            doubt = self._doubts[symbol]
            pause = min(FIRST_PAUSE * 2 ** min(doubt.asked, 10), LONGEST_PAUSE)
            self._doubts[symbol] = msgspec.structs.replace(doubt, asked=doubt.asked + 1, next_at=now + pause)
        before = {symbol: known[symbol] for symbol in due}
        since = {symbol: self._doubts[symbol].since for symbol in due}
        self._task = asyncio.create_task(self._asked(before, since, now), name=f"jumps of {self._vendor.name}")

    async def _asked(self, known: Mapping[str, Bars], doubted: Mapping[str, datetime], now: datetime) -> None:
        restated: list[str] = []
        oldest = min(bars.known_at for bars in known.values())
        # From another start in each second: no answer that was kept from before the jump stands for this one.
        since = oldest - 2 * DAY - timedelta(hours=now.hour, minutes=now.minute, seconds=now.second)
        for part in _parts(list(known), DAYS_AT_ONCE):
            told = await self._bars(part, since, now)
            restated += [each for each, bars in told.items() if restated_by(known[each], bars) is not None]
            self._hear(told, set(told).difference(restated), doubted)
        whole = now.replace(hour=0, minute=0, second=0, microsecond=0) - self._rules.history
        for part in _parts(restated, HISTORIES_AT_ONCE):
            # In each hour from another start, for the same reason; a retry finds what came too late.
            self._hear(await self._bars(part, whole - timedelta(hours=now.hour + 1), now), part, doubted)

    async def _bars(self, symbols: Sequence[str], start: datetime, end: datetime) -> Mapping[str, Bars]:
        """None of them if the vendor fails: they are asked for again."""
        try:
            return await self._vendor.bars(symbols, self._rules.timeframe, start, end)
        except ArgoError:
            return {}

    def _hear(self, told: Mapping[str, Bars], symbols: Collection[str], doubted: Mapping[str, datetime]) -> None:
        """The answer is about the doubts of then, by their beginning."""
        for symbol in symbols:
            doubt = self._doubts.get(symbol)
            if symbol in told and doubt is not None and doubt.since == doubted[symbol]:
                self._doubts[symbol] = msgspec.structs.replace(doubt, told=told[symbol])


def _parts(symbols: Sequence[str], size: int) -> list[Sequence[str]]:
    return [symbols[place : place + size] for place in range(0, len(symbols), size)]
