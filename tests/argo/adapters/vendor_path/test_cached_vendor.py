"""A vendor behind its path: what is asked again within its time costs no call, and survives a restart."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import msgspec
import pytest

from argo_core.adapters.vendor_path.bars_codec import BarsBlob
from argo_core.adapters.vendor_path.cached_vendor import CachedVendor, Portions
from argo_core.adapters.vendor_path.memory_cache import MemoryCache
from argo_core.adapters.vendor_path.parts_under_way import Patience
from argo_core.adapters.vendor_path.path import VendorPath
from argo_core.adapters.vendor_path.token_bucket import MemoryBudget
from argo_core.errors import SourceError
from argo_core.model.partial_answer import unanswered
from argo_core.ports.byte_cache import Kept
from argo_core.sources.adaptive_ttl import AdaptiveTtl
from argo_core.sources.price_moves import PriceMoves
from argo_core.testing.fixed_clock import FixedClock
from tests.argo.pipeline.market_parts import NOON, QUARTER, DrivenVendor, rising

TODAY = NOON.replace(hour=0)


class OpenCache(MemoryCache):
    """A cache in which somebody else can write."""

    def __init__(self, house: House) -> None:
        super().__init__(house.clock, house.ticks)
        self.instead: bytes | None = None

    def spoil(self, body: bytes) -> None:
        """All that is kept is this from now on, until it is put anew."""
        self.instead = body

    async def get(self, key: str) -> Kept | None:
        kept = await super().get(key)
        return kept if kept is None or self.instead is None else Kept(self.instead, kept.stored_at)

    async def put(self, key: str, body: bytes, ttl_seconds: float) -> None:
        self.instead = None
        await super().put(key, body, ttl_seconds)


class House:
    """One vendor, one cache, and as many processes as are opened."""

    def __init__(self, open_market: bool = True) -> None:
        self.vendor, self.clock, self.open_market = DrivenVendor("alpaca_pro"), FixedClock(NOON), open_market
        self.vendor.history = {
            symbol: rising(symbol, NOON - timedelta(days=5), NOON + timedelta(days=1)) for symbol in ("A", "BTC-USD")
        }
        for symbol in ("A", "BTC-USD"):
            self.vendor.tell(symbol, 100.0, NOON)
        self.cache, self.moves = OpenCache(self), PriceMoves(AdaptiveTtl())

    def ticks(self) -> float:
        return self.clock.now().timestamp()

    def process(self, portions: Portions = Portions(), patience: Patience = Patience()) -> CachedVendor:
        budget = MemoryBudget("alpaca_pro", rate_per_second=1000.0, burst=1000, ticks=self.ticks)
        path = VendorPath(
            "alpaca_pro", cache=self.cache, budget=budget, clock=self.clock, ticks=self.ticks, jitter=lambda: 0.5,
            retries=0,
        )  # fmt: skip
        return CachedVendor(self.vendor, path, AdaptiveTtl(), self._is_open, self.clock, self.moves, portions, patience)

    def _is_open(self, _at: datetime) -> bool:
        return self.open_market


async def test_prices_are_asked_for_again_when_their_kinds_time_is_over() -> None:
    house = House()
    vendor = house.process()
    calls = []
    for seconds in (0, 19, 2, 10):  # 0, 19, 21, 31 s: equities live 20 s, coins 30 s
        house.clock.advance(timedelta(seconds=seconds))
        await vendor.last_prices(["BTC-USD", "A"])
        calls.append(house.vendor.price_calls)
    assert calls == [2, 2, 3, 4]


async def test_shares_and_coins_are_asked_for_at_the_same_time() -> None:
    house = House()
    house.vendor.gate.clear()
    asking = asyncio.create_task(house.process().last_prices(["BTC-USD", "A"]))
    async with asyncio.timeout(5.0):
        while house.vendor.price_calls < 2:
            await asyncio.sleep(0)
    house.vendor.gate.set()
    assert sorted(await asking) == ["A", "BTC-USD"]


async def test_a_closed_market_is_asked_every_five_minutes() -> None:
    house = House(open_market=False)
    vendor = house.process()
    await vendor.last_prices(["A"])
    house.clock.advance(timedelta(seconds=299))
    await vendor.last_prices(["A"])
    assert house.vendor.price_calls == 1
    house.clock.advance(timedelta(seconds=2))
    await vendor.last_prices(["A"])
    assert house.vendor.price_calls == 2


async def test_a_symbol_that_moves_is_asked_more_often_until_it_is_calm() -> None:
    house = House()
    vendor = house.process()
    await vendor.last_prices(["A"])
    house.vendor.tell("A", 102.0, NOON)
    house.clock.advance(timedelta(seconds=21))
    calls = []
    for _ in range(4):  # moved by 2 %: volatile; 11 s later kept for 10 s still, and calm; then for 20 s again
        await vendor.last_prices(["A"])
        calls.append(house.vendor.price_calls)
        house.clock.advance(timedelta(seconds=11))
    assert calls == [2, 3, 4, 4]


async def test_history_and_prices_survive_a_restart_without_a_call() -> None:
    house = House()
    first = house.process()
    before = (
        await first.bars(["A"], QUARTER, TODAY - timedelta(days=3), TODAY),
        await first.bars(["A"], QUARTER, TODAY, NOON),
        await first.last_prices(["A"]),
    )
    bars, prices = len(house.vendor.asked), house.vendor.price_calls
    second = house.process()
    house.clock.advance(timedelta(seconds=5))
    after = (
        await second.bars(["A"], QUARTER, TODAY - timedelta(days=3), TODAY),
        await second.bars(["A"], QUARTER, TODAY, NOON + timedelta(seconds=5)),
        await second.last_prices(["A"]),
    )
    assert (len(house.vendor.asked), house.vendor.price_calls) == (bars, prices) == (2, 1)
    assert [len(part["A"]) for part in after[:2]] == [len(part["A"]) for part in before[:2]] == [288, 67]
    assert after[2] == before[2]


async def test_a_tail_is_asked_for_again_once_the_vendor_has_had_time_to_complete_a_bar() -> None:
    house = House()
    vendor = house.process()

    async def bars() -> int:
        return len((await vendor.bars(["A"], QUARTER, TODAY, house.clock.now()))["A"])

    assert await bars() == 67, "the bar that ends now is not told yet"
    house.clock.advance(timedelta(seconds=10))
    assert await bars() == 68
    house.clock.advance(timedelta(minutes=14, seconds=59))
    assert await bars() == 68
    assert len(house.vendor.asked) == 2
    house.clock.advance(timedelta(seconds=1))
    assert await bars() == 69
    assert await vendor.bars(["A"], QUARTER, NOON + timedelta(minutes=15), house.clock.now()) == {}


async def test_one_symbol_that_moves_is_asked_early_and_alone() -> None:
    house = House()
    for symbol in ("B", "C"):
        house.vendor.tell(symbol, 50.0, NOON)
    vendor = house.process()
    await vendor.last_prices(["A", "B", "C"])
    house.vendor.tell("A", 102.0, NOON)
    house.clock.advance(timedelta(seconds=21))
    await vendor.last_prices(["A", "B", "C"])
    house.clock.advance(timedelta(seconds=11))
    house.vendor.tell("A", 103.5, NOON)
    house.vendor.tell("B", 51.0, NOON)
    prices = await vendor.last_prices(["A", "B", "C"])
    assert house.vendor.price_asked == [("A", "B", "C"), ("A", "B", "C"), ("A",)]
    assert {symbol: last.price for symbol, last in prices.items()} == {"A": 103.5, "B": 50.0, "C": 50.0}


async def test_a_move_that_another_vendor_or_a_stream_tells_of_ends_the_wait_at_once() -> None:
    house = House()
    vendor = house.process()
    await vendor.last_prices(["A"])
    at = house.clock.now().timestamp()
    house.moves.answered("massive", "A", 250.0, at)
    house.clock.advance(timedelta(seconds=5))
    house.moves.pushed("massive", "A", 251.0, at + 5.0)
    await vendor.last_prices(["A"])
    assert house.vendor.price_calls == 1, "two vendors that differ are no move, nor is less than the rules call one"
    house.moves.pushed("massive", "A", 253.0, at + 5.0)
    house.vendor.tell("A", 101.2, NOON)
    for _ in range(2):
        assert (await vendor.last_prices(["A"]))["A"].price == 101.2
    assert house.vendor.price_calls == 2


async def test_a_large_history_is_asked_in_parts_and_what_has_come_is_kept() -> None:
    house = House()
    symbols = [f"S{number:02d}" for number in range(50)]
    house.vendor.history = {each: rising(each, NOON - timedelta(days=3), NOON) for each in symbols}
    vendor = house.process(Portions(history=20, bars_at_once=1), Patience(enough_seconds=0.2))
    house.vendor.slow_after = 1
    first = await vendor.bars(symbols, QUARTER, TODAY - timedelta(days=3), TODAY)
    assert sorted(first) == symbols[:20]
    house.vendor.gate.set()
    left = symbols[20:]
    rest = await vendor.bars(left, QUARTER, TODAY - timedelta(days=3), TODAY)
    assert sorted(rest) == left
    assert [len(asked) for asked, *_ in house.vendor.asked] == [20, 20, 10]
    again = await house.process(Portions(history=20)).bars(symbols, QUARTER, TODAY - timedelta(days=3), TODAY)
    assert (sorted(again), len(house.vendor.asked)) == (symbols, 3)


async def test_a_caller_who_is_cancelled_leaves_the_question_under_way() -> None:
    house = House()
    vendor = house.process()
    house.vendor.gate.clear()
    for _ in range(3):
        asking = asyncio.create_task(vendor.bars(["A"], QUARTER, TODAY - timedelta(days=3), TODAY))
        await asyncio.sleep(0.02)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    house.vendor.gate.set()
    assert len((await vendor.bars(["A"], QUARTER, TODAY - timedelta(days=3), TODAY))["A"]) == 288
    assert len(house.vendor.asked) == 1


async def test_a_part_that_fails_costs_its_symbols_alone_whether_the_others_are_kept_or_asked_for() -> None:
    house = House()
    house.vendor.failures["BTC-USD"] = SourceError("VENDOR_ERROR", "coins: 500")
    vendor = house.process()
    for _ in range(6):  # the share is asked for in every second of them
        prices = await vendor.last_prices(["A", "BTC-USD"])
        bars = await vendor.bars(["A", "BTC-USD"], QUARTER, TODAY, house.clock.now())
        for answer in (prices, bars):
            assert list(answer) == ["A"]
            assert list(unanswered(answer)) == ["BTC-USD"]
            assert unanswered(answer)["BTC-USD"].reason in {"VENDOR_ERROR", "BREAKER_OPEN"}
        house.clock.advance(timedelta(seconds=11))
    assert house.vendor.price_asked.count(("A",)) == 3


async def test_a_vendor_that_fails_for_all_that_it_is_asked_fails() -> None:
    house = House()
    vendor = house.process()
    await vendor.last_prices(["A", "BTC-USD"])
    house.vendor.failure = SourceError("VENDOR_ERROR", "500")
    house.clock.advance(timedelta(seconds=21))
    assert list(await vendor.last_prices(["A", "BTC-USD"])) == ["BTC-USD"], "a coin's price is good for half a minute"
    house.clock.advance(timedelta(seconds=10))
    with pytest.raises(SourceError, match="500"):
        await vendor.last_prices(["A", "BTC-USD"])


async def test_a_part_that_hangs_is_late_for_its_symbols_and_holds_up_its_first_caller_alone() -> None:
    house = House()
    house.vendor.hanging.add("BTC-USD")
    vendor = house.process(patience=Patience(enough_seconds=0.2, deadline_seconds=5.0))
    loop = asyncio.get_running_loop()
    waited, reasons = [], []
    for _ in range(3):
        begun = loop.time()
        prices = await vendor.last_prices(["A", "BTC-USD"])
        waited.append(loop.time() - begun)
        assert list(prices) == ["A"]
        reasons.append([error.reason for error in unanswered(prices).values()])
    assert reasons == [[], ["TIMEOUT"], ["TIMEOUT"]]
    assert waited[0] >= 0.2
    assert max(waited[1:]) < 0.1
    await vendor.close()


async def moved_house(symbols: list[str], portions: Portions, patience: Patience) -> tuple[House, CachedVendor]:
    """All prices are kept, and each symbol has moved since, as another vendor tells."""
    house = House()
    for symbol in symbols:
        house.vendor.tell(symbol, 100.0, NOON)
    vendor = house.process(portions, patience)
    assert sorted(await vendor.last_prices(symbols)) == symbols
    house.clock.advance(timedelta(seconds=3))
    at = house.clock.now().timestamp()
    for symbol in symbols:
        house.moves.answered("massive", symbol, 100.0, at)
        house.moves.answered("massive", symbol, 103.0, at)
        house.vendor.tell(symbol, 103.0, house.clock.now())
    house.vendor.price_asked.clear()
    return house, vendor


async def test_when_all_move_they_are_asked_early_in_the_usual_portions_and_once() -> None:
    symbols = [f"S{number:02d}" for number in range(50)]
    house, vendor = await moved_house(symbols, Portions(prices=20), Patience(enough_seconds=0.2))
    house.vendor.hanging.add("S30")
    prices = await vendor.last_prices(symbols)
    assert [len(asked) for asked in house.vendor.price_asked] == [20, 20, 10]
    assert {symbol for symbol in symbols if prices[symbol].price == 100.0} == set(symbols[20:40])
    assert not unanswered(prices), "what is late is kept, and good enough until then"
    await vendor.last_prices(symbols)
    assert len(house.vendor.price_asked) == 3
    house.vendor.open_up()
    async with asyncio.timeout(5.0):
        while (await vendor.last_prices(symbols))["S30"].price != 103.0:
            await asyncio.sleep(0)
    assert len(house.vendor.price_asked) == 3, "what came late is taken, though nobody waited for it"
    await vendor.close()


async def test_an_early_question_that_fails_costs_its_symbols_alone() -> None:
    house, vendor = await moved_house(["A", "B", "C"], Portions(prices=1), Patience())
    house.vendor.failures["B"] = SourceError("VENDOR_ERROR", "500")
    prices = await vendor.last_prices(["A", "B", "C"])
    assert {symbol: last.price for symbol, last in prices.items()} == {"A": 103.0, "C": 103.0}
    assert unanswered(prices)["B"].reason == "VENDOR_ERROR"


async def test_an_early_question_that_hangs_takes_no_more_than_the_usual_time() -> None:
    house, vendor = await moved_house(["A", "B"], Portions(), Patience(enough_seconds=0.1, deadline_seconds=5.0))
    house.vendor.gate.clear()
    async with asyncio.timeout(1.0):
        prices = await vendor.last_prices(["A", "B"])
    assert ({last.price for last in prices.values()}, dict(unanswered(prices))) == ({100.0}, {})
    await vendor.close()


async def test_a_vendor_that_is_busy_with_us_is_not_waited_for_and_one_that_hangs_fails() -> None:
    house = House()
    symbols = [f"S{number}" for number in range(6)]
    house.vendor.history = {each: rising(each, NOON - timedelta(days=3), NOON) for each in symbols}
    patience = Patience(enough_seconds=0.02, deadline_seconds=0.3)
    vendor = house.process(Portions(history=1, bars_at_once=1), patience)
    house.vendor.slow_after = 1
    first = await vendor.bars(symbols, QUARTER, TODAY - timedelta(days=3), TODAY)
    assert list(first) == ["S0"]
    rest = symbols[1:]
    assert await vendor.bars(rest, QUARTER, TODAY - timedelta(days=3), TODAY) == {}
    await asyncio.sleep(0.3)
    with pytest.raises(SourceError) as caught:
        await vendor.bars(rest, QUARTER, TODAY - timedelta(days=3), TODAY)
    assert caught.value.reason == "TIMEOUT"
    await vendor.close()


async def test_nothing_in_time_is_a_time_out() -> None:
    house = House()
    house.vendor.gate.clear()
    vendor = house.process(patience=Patience(enough_seconds=0.02, deadline_seconds=0.05))
    with pytest.raises(SourceError) as caught:
        await vendor.last_prices(["A"])
    assert caught.value.reason == "TIMEOUT"
    await vendor.close()


async def test_a_kept_history_that_nobody_can_read_is_asked_for_again() -> None:
    house = House()
    await house.process().bars(["A"], QUARTER, TODAY - timedelta(days=3), TODAY)
    spoilt = {"A": BarsBlob(symbol="A", timeframe="15Min", start=b"1234567", end=b"", values=b"")}
    house.cache.spoil(msgspec.msgpack.encode(spoilt))
    vendor = house.process()
    for _ in range(2):
        assert len((await vendor.bars(["A"], QUARTER, TODAY - timedelta(days=3), TODAY))["A"]) == 288
    assert len(house.vendor.asked) == 2
