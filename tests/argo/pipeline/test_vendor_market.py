"""One vendor's market: history once, then tails; newest prices; what is wrong stays outside."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
import pytest

from argo_core.errors import DataError, SourceError
from argo_core.model.bars import Bar, Bars
from argo_core.model.last_price import LastPrice, Withdrawal
from argo_core.model.market_view import MarketView
from argo_core.model.partial_answer import PartialAnswer
from argo_core.model.timeframe import Timeframe
from argo_core.pipeline.vendor_market import VendorMarket
from argo_core.testing.fixed_clock import FixedClock
from tests.argo.pipeline.market_parts import NOON, RULES, DrivenVendor, rising

TODAY = NOON.replace(hour=0)


def market_at(at: datetime = NOON) -> tuple[VendorMarket, DrivenVendor, FixedClock]:
    vendor, clock = DrivenVendor("alpaca_pro"), FixedClock(at)
    vendor.history = {symbol: rising(symbol, NOON - timedelta(days=5), NOON + timedelta(days=2)) for symbol in "AB"}
    return VendorMarket(vendor, RULES, clock), vendor, clock


async def test_a_new_symbol_gets_its_history_and_the_part_of_today() -> None:
    market, vendor, _ = market_at()
    await market.begin(["A"])
    assert vendor.asked == [
        (("A",), TODAY - timedelta(days=3), TODAY),
        (("A",), TODAY, NOON),
    ]
    view = market.view(["A"], NOON)
    assert (len(view.bars[0]), view.bars[0].known_at) == (3 * 96 + 68, NOON)


class Without(DrivenVendor):
    """Has no bars of some symbols: a question about them fails."""

    def __init__(self, silent: set[str]) -> None:
        super().__init__("alpaca_pro")
        self.silent, self.silence = silent, SourceError("VENDOR_ERROR", "not today")
        self.history = {name: rising(name, NOON - timedelta(days=5), NOON) for name in ("A", "BTC-USD")}

    async def bars(
        self, symbols: Sequence[str], timeframe: Timeframe, start: datetime, end: datetime
    ) -> Mapping[str, Bars]:
        if self.silent & set(symbols):
            raise self.silence
        return await super().bars(symbols, timeframe, start, end)


KEPT = 100
"""Bars of a quarter of an hour: a day has 96 of them round the clock."""


async def test_of_a_coin_no_more_history_is_asked_for_than_is_kept() -> None:
    _, vendor, clock = market_at()
    vendor.history["BTC-USD"] = rising("BTC-USD", NOON - timedelta(days=5), NOON)
    market = VendorMarket(vendor, msgspec.structs.replace(RULES, keep=KEPT), clock)
    await market.begin(["A", "BTC-USD"])
    assert vendor.asked[:2] == [
        (("A",), TODAY - timedelta(days=3), TODAY),
        (("BTC-USD",), TODAY - timedelta(days=2), TODAY),
    ]
    share, coin = market.view(["A", "BTC-USD"], NOON).bars
    assert (len(share), len(coin), share.known_at, coin.known_at) == (KEPT, KEPT, NOON, NOON)


async def test_a_history_of_coins_that_fails_costs_no_share_its_own() -> None:
    vendor, rules = Without({"BTC-USD"}), msgspec.structs.replace(RULES, keep=KEPT)
    market = VendorMarket(vendor, rules, FixedClock(NOON))
    await market.begin(["A", "BTC-USD"])
    assert (market.failure, market.failures) == (None, {"BTC-USD": vendor.silence})
    assert [len(bars) for bars in market.view(["A", "BTC-USD"], NOON).bars] == [KEPT, 0]
    vendor.silent.add("A")
    nothing = VendorMarket(vendor, rules, FixedClock(NOON))
    await nothing.begin(["A", "BTC-USD"])
    assert nothing.failure is vendor.silence


async def test_a_known_symbol_is_asked_for_its_tail_only_and_not_before_a_bar_can_be_complete() -> None:
    market, vendor, clock = market_at()
    await market.begin(["A"])
    vendor.asked.clear()
    clock.advance(timedelta(minutes=14))
    await market.begin(["A"])
    assert vendor.asked == []
    clock.advance(timedelta(minutes=1))
    await market.begin(["A"])
    assert vendor.asked == [(("A",), NOON, NOON + timedelta(minutes=15))]
    assert market.view(["A"], clock.now()).bars[0].known_at == NOON + timedelta(minutes=15)


async def test_a_trade_is_newer_than_a_close_and_a_bar_that_is_newer_wins_over_an_old_trade() -> None:
    market, vendor, clock = market_at()
    vendor.tell("A", 107.5, NOON - timedelta(seconds=1))
    await market.begin(["A"])
    assert market.view(["A"], NOON).price[0] == pytest.approx(104.79)
    vendor.tell("A", 107.5, NOON + timedelta(seconds=1))
    clock.advance(timedelta(seconds=2))
    await market.begin(["A"])
    assert market.view(["A"], clock.now()).price[0] == 107.5


async def test_an_answer_that_comes_after_the_view_does_not_take_the_price_before_it_away() -> None:
    market, vendor, clock = market_at(NOON + timedelta(minutes=10))
    vendor.tell("A", 107.5, clock.now())
    await market.begin(["A"])
    as_of = clock.now() + timedelta(seconds=5)
    clock.advance(timedelta(seconds=6))
    vendor.tell("A", 108.5, clock.now())
    await market.begin(["A"])
    assert (market.view(["A"], as_of).price[0], market.view(["A"], clock.now()).price[0]) == (107.5, 108.5)


async def test_a_price_from_the_future_is_refused_and_said() -> None:
    market, vendor, _ = market_at()
    vendor.tell("A", 107.5, NOON + timedelta(seconds=30), received_at=NOON)
    await market.begin(["A"])
    (refused,) = market.rejections()
    assert (refused.kind, refused.symbol, refused.measured, refused.limit) == ("clock_skew", "A", 30.0, 2.0)
    assert market.rejections() == ()
    assert market.view(["A"], NOON + timedelta(minutes=1)).price[0] != 107.5


async def test_an_older_price_does_not_replace_a_newer_one() -> None:
    market, vendor, _ = market_at()
    vendor.tell("A", 108.0, NOON + timedelta(seconds=1))
    await market.begin(["A"])
    vendor.tell("A", 90.0, NOON)
    await market.begin(["A"])
    assert market.view(["A"], NOON + timedelta(seconds=2)).price[0] == 108.0


async def test_equal_questions_share_one_refresh() -> None:
    market, vendor, _ = market_at()
    vendor.gate.clear()
    first, second = market.begin(["A"]), market.begin(["A"])
    assert first is second
    vendor.gate.set()
    await first
    assert vendor.price_calls == 1


async def test_a_failure_keeps_what_is_known_and_says_why_nothing_is_newer() -> None:
    market, vendor, clock = market_at()
    await market.begin(["A"])
    known = market.view(["A"], NOON).bars[0].known_at
    vendor.failure = SourceError("RATE_LIMITED", "alpaca_pro: too many calls")
    clock.advance(timedelta(minutes=15))
    await market.begin(["A"])
    asked: MarketView = market.view(["A"], clock.now())
    assert asked.bars[0].known_at == known
    with pytest.raises(SourceError, match="too many calls") as refused:
        await market.settled(asked)
    assert refused.value.reason == "RATE_LIMITED"


async def test_before_it_was_asked_it_has_nothing_to_say() -> None:
    market, _, _ = market_at()
    with pytest.raises(SourceError) as refused:
        await market.settled(market.view(["A"], NOON))
    assert refused.value.reason == "NOT_ASKED"


async def test_a_refresh_that_is_given_up_ends_and_is_absent_for_the_reason_given() -> None:
    market, vendor, _ = market_at()
    vendor.gate.clear()
    running = market.begin(["A"])
    await asyncio.sleep(0)
    market.give_up("RACE_LOST", "massive answered first")
    with pytest.raises(SourceError) as refused:
        await market.settled(market.view(["A"], NOON))
    assert refused.value.reason == "RACE_LOST"
    assert running.cancelled()


def last(price: float, seconds: int, trade: str = "") -> LastPrice:
    at = NOON + timedelta(seconds=seconds)
    return LastPrice(symbol="A", price=price, at=at, received_at=at, feed="iex", trade=trade)


async def test_a_pushed_price_that_is_withdrawn_gives_way_to_the_one_before() -> None:
    market, _, clock = market_at()
    await market.begin(["A"])
    clock.advance(timedelta(seconds=9))
    market.take(last(105.0, 1, "V:1"))
    market.take(last(106.0, 2, "V:2"))
    market.take(Withdrawal(symbol="A", trade="V:2"))
    assert market.view(["A"], clock.now()).price[0] == 105.0
    market.take(Withdrawal(symbol="A", trade="V:9"))
    assert market.view(["A"], clock.now()).price[0] == 105.0
    market.take(Withdrawal(symbol="A", trade="V:1"))
    assert market.view(["A"], clock.now()).price[0] == pytest.approx(104.79)


async def test_another_trade_at_the_same_price_stays_when_one_is_withdrawn() -> None:
    market, _, clock = market_at()
    await market.begin(["A"])
    clock.advance(timedelta(seconds=9))
    for second, trade in ((1, "V:1"), (2, "V:2"), (3, "")):
        market.take(last(105.0, second, trade))
    for trade in ("V:1", "V:7", ""):
        market.take(Withdrawal(symbol="A", trade=trade))
    view = market.view(["A"], clock.now())
    assert (view.price[0], view.age_seconds()[0]) == (105.0, 6.0)


async def test_of_a_pushed_bar_the_close_is_a_price_from_its_end_on() -> None:
    market, _, clock = market_at()
    await market.begin(["A"])
    clock.advance(timedelta(seconds=90))
    market.take(last(105.0, 30))
    bar = Bar(symbol="A", timeframe="1Min", start=NOON, open=104.0, high=107.0, low=103.0, close=106.0, volume=1.0)
    market.take(bar)
    view = market.view(["A"], clock.now())
    assert (view.price[0], view.age_seconds()[0]) == (106.0, 30.0)
    market.take(msgspec.structs.replace(bar, close=106.5))
    assert market.view(["A"], clock.now()).price[0] == 106.5, "a corrected bar counts"
    market.take(msgspec.structs.replace(bar, start=NOON - timedelta(minutes=5)))
    assert market.view(["A"], clock.now()).price[0] == 106.5, "an older one does not"


async def test_the_bars_since_yesterday_are_asked_for_again_in_each_hour_of_each_symbol_that_was_not() -> None:
    market, vendor, clock = market_at()
    await market.begin(["A", "B"])
    vendor.asked.clear()
    clock.advance(timedelta(hours=1))
    await market.begin(["B"])
    clock.advance(timedelta(minutes=15))
    await market.begin(["A", "B"])
    clock.advance(timedelta(minutes=15))
    await market.begin(["A", "B"])
    hour, quarter, yesterday = timedelta(hours=1), timedelta(minutes=15), TODAY - timedelta(days=1)
    assert vendor.asked == [
        (("B",), yesterday, NOON + hour),
        (("A",), yesterday, NOON + hour + quarter),
        (("B",), NOON, NOON + hour + quarter),
        (("A", "B"), NOON + hour + quarter, NOON + hour + 2 * quarter),
    ]


async def test_a_symbol_that_was_not_answered_is_read_again_with_the_next_question() -> None:
    market, vendor, clock = market_at()
    await market.begin(["A", "B"])
    gone = vendor.history.pop("A")
    clock.advance(timedelta(hours=1))
    await market.begin(["A", "B"])
    vendor.asked.clear()
    vendor.history["A"] = gone
    clock.advance(timedelta(minutes=15))
    await market.begin(["A", "B"])
    assert vendor.asked[0] == (("A",), TODAY - timedelta(days=1), clock.now())


class Undecodable(DrivenVendor):
    """What it kept cannot be read any more."""

    async def last_prices(self, symbols: Sequence[str]) -> Mapping[str, LastPrice]:
        raise DataError("bad_shape", "kept bars cannot be read")


class LateHistory(DrivenVendor):
    """Of B the history comes at the second question only, the last hours at once; `failed` or under way until then."""

    late, failed = True, True

    async def bars(
        self, symbols: Sequence[str], timeframe: Timeframe, start: datetime, end: datetime
    ) -> Mapping[str, Bars]:
        told = await super().bars(symbols, timeframe, start, end)
        if not self.late or end > TODAY or "B" not in symbols:
            return told
        self.late = False
        rest = {symbol: bars for symbol, bars in told.items() if symbol != "B"}
        failures = {"B": SourceError("TIMEOUT", "B: no answer in time")} if self.failed else {}
        return PartialAnswer(rest, failures, () if self.failed else ("B",))


@pytest.mark.parametrize("failed", [True, False], ids=["failed", "under way"])
async def test_a_symbol_whose_history_did_not_come_stays_new_and_gets_all_of_it_later(failed: bool) -> None:
    vendor = LateHistory("alpaca_pro")
    vendor.failed = failed
    vendor.history = {symbol: rising(symbol, NOON - timedelta(days=5), NOON) for symbol in "AB"}
    market = VendorMarket(vendor, RULES, FixedClock(NOON))
    await market.begin(["A", "B"])
    assert ([len(bars) for bars in market.view(["A", "B"], NOON).bars], list(market.failures)) == (
        [356, 0],
        ["B"] * failed,
    )
    await market.begin(["A", "B"])
    assert ([len(bars) for bars in market.view(["A", "B"], NOON).bars], market.failures) == ([356, 356], {})


async def test_a_refresh_never_raises_whatever_is_wrong_with_the_data() -> None:
    market = VendorMarket(Undecodable("alpaca_pro"), RULES, FixedClock(NOON))
    await market.begin(["A"])
    assert market.failure is not None
    assert (market.failure.reason, str(market.failure)) == ("REFUSED_ANSWER", "alpaca_pro: kept bars cannot be read")
