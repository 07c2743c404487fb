"""An executor over Alpaca's venue: what could not be sent is asked for again, and what others hold is theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import msgspec
import pytest

from argo_core.adapters.alpaca import AlpacaVenue, open_paper_venue
from argo_core.errors import StoreError
from argo_core.execution.protective_steps import ProtectionRules
from argo_core.ledger import signal_hash
from argo_core.model.halt import HaltCode
from argo_core.model.instant import to_text
from argo_core.model.order import OrderIntent, OrderState, OrderType
from argo_core.pipeline.execution_ports import ExecutorStores, VenuePorts
from argo_core.pipeline.executor import Executor
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_exchange_store import MemoryExchangeStore
from argo_core.testing.memory_executor import MemoryExecutorStore
from argo_core.testing.memory_halts import MemoryBarWindow, MemoryHalts, MemoryWatchLog
from argo_core.testing.sample_bodies import signal_body_of
from argo_core.testing.sample_cycles import sample_signal
from tests.argo.adapters.alpaca.conftest import Waits, paper, parts
from tests.argo.adapters.alpaca.fake.faults import FaultKind
from tests.argo.adapters.alpaca.fake.server import FakeAlpaca
from tests.argo.pipeline.executor_rig import RULES, with_mode

LOCAL = replace(RULES, protection=ProtectionRules(local_oco=frozenset({"crypto"})))
STEP = timedelta(seconds=5)


class Desk:
    """An executor's memory, and its next process over a venue."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock, self._ids = clock, count(1)
        self.store, halts = MemoryExecutorStore(), MemoryHalts()
        self._stores = ExecutorStores(
            self.store, self.store, halts, halts, MemoryWatchLog(), MemoryBarWindow()
        )  # fmt: skip

    def executor(self, venue: AlpacaVenue) -> Executor:
        ports = VenuePorts.of(venue)
        return Executor(with_mode("paper"), LOCAL, ports, self._stores, self.clock, lambda: str(next(self._ids)))

    async def trade(self, executor: Executor, signal_id: str, action: str = "BUY") -> None:
        await executor.receive(body(signal_id, action, self.clock.now()))
        await executor.work()


def body(signal_id: str, action: str, at: datetime) -> bytes:
    """A signal on a share that trades at 100."""
    side = 1 if action == "BUY" else -1
    sealed = sample_signal(signal_id, action=action)
    signal = msgspec.structs.replace(
        sealed.signal, entry_price=100.0, stop_price=100.0 - 1.5 * side, target_price=100.0 + 3.0 * side,
        timestamp=to_text(at), as_of=at, data_source="alpaca",
    )  # fmt: skip
    return signal_body_of(
        msgspec.structs.replace(sealed, signal=signal, verification_hash=signal_hash(signal.hashed_fields()))
    )


@pytest.fixture
def desk(clock: FixedClock) -> Desk:
    return Desk(clock)


@pytest.fixture
async def executor(desk: Desk, venue: AlpacaVenue) -> AsyncIterator[Executor]:
    made = desk.executor(venue)
    await made.recover()
    yield made


def posted(fake: FakeAlpaca) -> list[str]:
    """The ids of all orders that were sent, repetitions included."""
    return [str(sent["client_order_id"]) for sent in fake.posted()]


async def stopped(venue: AlpacaVenue) -> float:
    """How much live stops would close."""
    resting = (await venue.snapshot()).open_orders
    live = [order for order in resting if order.state is OrderState.ACCEPTED]
    return sum(order.intent.quantity for order in live if order.intent.order_type is OrderType.STOP)


async def test_an_entry_that_did_not_get_through_is_placed_by_the_next_check(
    desk: Desk, executor: Executor, fake: FakeAlpaca
) -> None:
    fake.faults.add("POST", "/v2/orders", FaultKind.SERVER_ERROR, times=3)
    await desk.trade(executor, "s1")
    assert fake.exchange.positions == {}
    desk.clock.advance(STEP)
    checked = await executor.check()
    assert (set(posted(fake)), checked.unprotected) == ({"argo-s1"}, ())
    assert fake.exchange.positions["AAPL"].qty == 11


async def test_an_entry_that_a_process_ended_before_sending_is_placed_by_the_next_one(
    desk: Desk, fake: FakeAlpaca, waits: Waits, tmp_path: Path
) -> None:
    """Written as intended, then the process ends: its next one finds nothing at the venue and sends it."""
    store = MemoryExchangeStore()
    async with open_paper_venue(paper(fake), parts(tmp_path / "a", store, waits, desk.clock)) as opened:
        first = desk.executor(opened.venue)
        await first.recover()
        fake.faults.add("GET", "/v2/assets", FaultKind.SERVER_ERROR, times=4)
        with pytest.raises(StoreError):
            await desk.trade(first, "s1")
        assert (await store.newest("argo-s1")) is not None
    async with open_paper_venue(paper(fake), parts(tmp_path / "b", store, waits, desk.clock)) as opened:
        await desk.executor(opened.venue).recover()
    assert posted(fake) == ["argo-s1"]
    assert fake.exchange.positions["AAPL"].qty == 11


async def test_a_close_that_did_not_get_through_leaves_nothing_bare_for_longer_than_one_check(
    desk: Desk, executor: Executor, venue: AlpacaVenue, fake: FakeAlpaca
) -> None:
    """Its exits were cancelled to make way for it."""
    await desk.trade(executor, "s1")
    await executor.check(refresh=True)
    fake.faults.add("POST", "/v2/orders", FaultKind.SERVER_ERROR, times=3)
    await desk.trade(executor, "s2", "SELL")
    desk.clock.advance(STEP)
    checked = await executor.check()
    assert checked.unprotected == ()
    assert posted(fake)[-2:] == ["argo-s2-close", "argo-s2"]
    assert fake.exchange.positions["AAPL"].qty == -11
    assert await stopped(venue) == 11.0


async def test_while_halted_for_the_day_an_unsent_close_does_not_keep_a_stop_away(
    desk: Desk, executor: Executor, venue: AlpacaVenue, fake: FakeAlpaca
) -> None:
    await desk.trade(executor, "s1")
    await executor.check(refresh=True)
    fake.faults.add("POST", "/v2/orders", FaultKind.SERVER_ERROR, times=3)
    await desk.trade(executor, "s2", "SELL")
    await executor.halt(HaltCode.DAILY_LOSS, "the day's limit", "monitor")
    desk.clock.advance(STEP)
    checked = await executor.check()
    assert (checked.unprotected, await stopped(venue)) == ((), 11.0)


async def test_the_kill_switch_calls_off_what_was_never_sent_also_for_the_next_process(
    desk: Desk, executor: Executor, venue: AlpacaVenue, fake: FakeAlpaca
) -> None:
    fake.faults.add("POST", "/v2/orders", FaultKind.SERVER_ERROR, times=3)
    await desk.trade(executor, "s1")
    await executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    await executor.resume("looked at it", "ada")
    again = desk.executor(venue)
    await again.recover()
    await again.check(refresh=True)
    assert (len(posted(fake)), fake.exchange.positions) == (3, {})


def bought_by_others(fake: FakeAlpaca, **exit_order: str) -> None:
    """Ten shares of theirs, and their own exit."""
    order = {"symbol": "AAPL", "time_in_force": "gtc", "qty": "10"}
    fake.exchange.submit({**order, "side": "buy", "type": "market", "client_order_id": "theirs"})
    fake.exchange.settle()
    fake.exchange.submit({**order, "side": "sell", "client_order_id": "their-exit", **exit_order})


async def test_a_position_of_the_owner_s_with_the_owner_s_stop_is_left_alone(
    desk: Desk, venue: AlpacaVenue, fake: FakeAlpaca
) -> None:
    bought_by_others(fake, type="stop", stop_price="90")
    checked = await desk.executor(venue).recover()
    assert (posted(fake), checked.unprotected) == ([], ())
    assert fake.exchange.positions["AAPL"].qty == 10


async def test_a_position_of_the_owner_s_that_another_order_holds_is_told_and_not_sold(
    desk: Desk, venue: AlpacaVenue, fake: FakeAlpaca
) -> None:
    bought_by_others(fake, type="limit", limit_price="150")
    executor = desk.executor(venue)
    await executor.recover()
    checked = await executor.check(refresh=True)
    assert (posted(fake), checked.unprotected) == ([], ("AAPL",))
    assert fake.exchange.positions["AAPL"].qty == 10


async def test_a_stop_that_the_venue_took_for_less_covers_no_more_than_that(
    desk: Desk, venue: AlpacaVenue, fake: FakeAlpaca
) -> None:
    """A bracket for 11 whose group is gone, while 4 of the 11 are bound by another's order."""
    executor = desk.executor(venue)
    await executor.recover()
    await desk.trade(executor, "s1")
    await venue.cancel("argo-s1-stop")
    fake.exchange.submit(
        {"symbol": "AAPL", "time_in_force": "gtc", "qty": "4", "side": "sell", "client_order_id": "theirs",
         "type": "limit", "limit_price": "150"}
    )  # fmt: skip
    intent = OrderIntent(
        client_order_id="argo-s1-protect-1", signal_id="s1", symbol="AAPL", action="SELL", quantity=11.0,
        order_type=OrderType.STOP, stop_price=98.5, reduce_only=True,
    )  # fmt: skip
    assert (await venue.submit(intent)).intent.quantity == 7.0
    await executor.check(refresh=True)
    assert "argo-s1-protect-2" in [
        numbered.change.order.intent.client_order_id for numbered in await venue.changes(0, 100)
    ]
