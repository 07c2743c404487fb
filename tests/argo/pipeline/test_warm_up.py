"""Before the first cycle all histories are there, unless that would hold somebody up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from argo_core.errors import SourceError
from argo_core.model.bars import Bars
from argo_core.model.timeframe import Timeframe
from argo_core.pipeline.vendor_market import VendorMarket
from argo_core.pipeline.warm_up import WarmUpRules, warm_up
from argo_core.testing.fixed_clock import FixedClock
from tests.argo.pipeline.market_parts import NOON, RULES, DrivenVendor, rising

SYMBOLS = ["A", "B", "C"]
QUICK = WarmUpRules(longest_seconds=1.0, idle_seconds=0.1, pause_seconds=0.01)


class OneByOne(DrivenVendor):
    """Answers a question with one symbol more than the last."""

    async def bars(
        self, symbols: Sequence[str], timeframe: Timeframe, start: datetime, end: datetime
    ) -> Mapping[str, Bars]:
        found = await super().bars(symbols, timeframe, start, end)
        return dict(list(found.items())[:1])


def market_of(vendor: DrivenVendor, known: Sequence[str] = SYMBOLS) -> VendorMarket:
    vendor.history = {symbol: rising(symbol, NOON - timedelta(days=3), NOON) for symbol in known}
    return VendorMarket(vendor, RULES, FixedClock(NOON))


def known_to(market: VendorMarket) -> list[str]:
    return [bars.symbol for bars in market.view(SYMBOLS, NOON).bars if len(bars)]


async def test_histories_that_come_in_parts_are_waited_for() -> None:
    market = market_of(OneByOne("alpaca"))
    await warm_up([market], SYMBOLS, FixedClock(NOON), QUICK)
    assert known_to(market) == SYMBOLS


async def test_a_symbol_that_nobody_knows_holds_nobody_up_for_long() -> None:
    market = market_of(OneByOne("alpaca"), ["A", "B"])
    async with asyncio.timeout(0.9):
        await warm_up([market], SYMBOLS, FixedClock(NOON), QUICK)
    assert known_to(market) == ["A", "B"]


async def test_a_vendor_that_fails_or_hangs_does_neither() -> None:
    failing, hanging = DrivenVendor("alpaca"), DrivenVendor("yahoo")
    failing.failure = SourceError("VENDOR_ERROR", "500")
    hanging.gate.clear()
    markets = [market_of(failing), market_of(hanging)]
    async with asyncio.timeout(2.0):
        await warm_up(markets, SYMBOLS, FixedClock(NOON), QUICK)
    assert [known_to(market) for market in markets] == [[], []]
    markets[1].give_up("RACE_LOST", "the test is over")
