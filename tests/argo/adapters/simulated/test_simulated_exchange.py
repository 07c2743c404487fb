"""The simulated exchange keeps the broker's promises, across restarts too: what it did is what its log says."""

from __future__ import annotations

import asyncio

import pytest

from argo_core.adapters.simulated import SimulatedExchange, simulated_account_number
from argo_core.adapters.sql import Database
from argo_core.errors import ConfigError, DataError, StoreError
from argo_core.model.order import OrderState
from argo_core.testing.contracts.broker import BrokerContract
from argo_core.testing.contracts.order_sweep import OrderSweepContract
from argo_core.testing.contracts.venue import VenueContract
from argo_core.testing.contracts.venue_sync import VenueSyncContract
from tests.argo.adapters.simulated.conftest import exchange_on
from tests.argo.execution.exchange_rig import bar, market
from tests.argo.statements import run_statements


class TestSimulatedExchange(BrokerContract):
    pass


class TestSimulatedExchangeInMemory(BrokerContract):
    @pytest.fixture(name="broker")
    def without_a_database(self, in_memory: SimulatedExchange) -> SimulatedExchange:
        return in_memory


class TestSimulatedVenue(VenueContract):
    @pytest.fixture(name="venue")
    def on_a_database(self, exchange: SimulatedExchange) -> SimulatedExchange:
        return exchange


class TestSimulatedVenueInMemory(VenueContract):
    @pytest.fixture(name="venue")
    def without_a_database(self, in_memory: SimulatedExchange) -> SimulatedExchange:
        return in_memory


class TestSimulatedSync(VenueSyncContract):
    @pytest.fixture(name="venue")
    def on_a_database(self, exchange: SimulatedExchange) -> SimulatedExchange:
        return exchange


class TestSimulatedSyncInMemory(VenueSyncContract):
    @pytest.fixture(name="venue")
    def without_a_database(self, in_memory: SimulatedExchange) -> SimulatedExchange:
        return in_memory


class TestSimulatedSweep(OrderSweepContract):
    @pytest.fixture(name="venue")
    def on_a_database(self, exchange: SimulatedExchange) -> SimulatedExchange:
        return exchange


class TestSimulatedSweepInMemory(OrderSweepContract):
    @pytest.fixture(name="venue")
    def without_a_database(self, in_memory: SimulatedExchange) -> SimulatedExchange:
        return in_memory


async def test_a_refresh_of_books_that_cannot_be_read_says_so(database: Database) -> None:
    await run_statements(database, "ALTER TABLE exchange_mark RENAME TO away")
    with pytest.raises(StoreError, match="exchange_mark"):
        await exchange_on(database).refresh()


async def test_a_sweep_is_still_swept_after_a_restart(exchange: SimulatedExchange, database: Database) -> None:
    await exchange.submit(market("a", "BUY", 10.0, target=110.0, stop=95.0))
    assert [swept.client_order_id for swept in await exchange.cancel_all()] == ["a-stop", "a-target"]
    assert (await exchange_on(database).snapshot()).open_orders == ()


async def test_after_a_restart_the_same_intent_is_still_one_order(
    exchange: SimulatedExchange, database: Database
) -> None:
    before = await exchange.submit(market("a", "BUY", 10.0, target=110.0, stop=95.0))
    again = exchange_on(database)
    assert await again.submit(market("a", "BUY", 10.0, target=110.0, stop=95.0)) == before
    assert (await again.snapshot()).positions == (await exchange.snapshot()).positions
    assert [order.intent.client_order_id for order in (await again.snapshot()).open_orders] == ["a-stop", "a-target"]


async def test_after_a_restart_the_bracket_still_closes_the_position(
    exchange: SimulatedExchange, database: Database
) -> None:
    await exchange.submit(market("a", "BUY", 10.0, target=110.0, stop=95.0))
    again = exchange_on(database)
    assert await again.mark([bar(1, 94.0, 111.0, 100.0)]) == 1
    snapshot = await again.snapshot()
    assert (snapshot.positions, snapshot.open_orders, snapshot.cash) == ((), (), 9_950.0)


async def test_a_restart_forgets_no_mark(exchange: SimulatedExchange, database: Database) -> None:
    await exchange.mark([bar(2, 120.0, 125.0, 123.0)])
    again = exchange_on(database)
    assert await again.mark([bar(2, 1.0, 500.0, 100.0), bar(1, 1.0, 500.0, 100.0)]) == 0
    assert (await again.submit(market("a", "BUY", 1.0))).fills[0].price == 123.0


async def test_two_callers_at_once_get_one_order(exchange: SimulatedExchange) -> None:
    orders = await asyncio.gather(*(exchange.submit(market("a", "BUY", 10.0)) for _ in range(5)))
    assert len({order.order_id for order in orders}) == 1
    assert [position.quantity for position in (await exchange.snapshot()).positions] == [10.0]


async def test_bars_that_come_out_of_order_in_one_message_are_applied_in_theirs(exchange: SimulatedExchange) -> None:
    await exchange.submit(market("a", "BUY", 10.0, target=110.0, stop=95.0))
    assert await exchange.mark([bar(2, 90.0, 96.0, 95.0), bar(1, 100.0, 110.0, 105.0)]) == 2
    stop, target = await exchange.order("a-stop"), await exchange.order("a-target")
    assert stop is not None
    assert target is not None
    assert (stop.state, target.state) == (OrderState.CANCELLED, OrderState.FILLED)


async def test_every_change_has_its_place_in_one_sequence(exchange: SimulatedExchange) -> None:
    await exchange.submit(market("a", "BUY", 10.0, target=110.0, stop=95.0))
    changes = await exchange.changes(0, 100)
    assert [
        (numbered.position, numbered.change.order.intent.client_order_id, numbered.change.order.state.value)
        for numbered in changes
    ] == [(1, "a", "accepted"), (2, "a", "filled"), (3, "a-stop", "accepted"), (4, "a-target", "accepted")]
    assert await exchange.changes(2, 1) == changes[2:3]


async def test_after_a_failed_write_nothing_of_it_is_in_the_books(
    exchange: SimulatedExchange, database: Database
) -> None:
    await exchange.submit(market("a", "BUY", 10.0, target=110.0, stop=95.0))
    await run_statements(database, "ALTER TABLE exchange_mark RENAME TO away")
    with pytest.raises(StoreError, match="exchange_mark"):
        await exchange.mark([bar(1, 94.0, 99.0, 98.0)])
    await run_statements(database, "ALTER TABLE away RENAME TO exchange_mark")
    assert [position.quantity for position in (await exchange.snapshot()).positions] == [10.0]
    assert await exchange.mark([bar(1, 94.0, 99.0, 98.0)]) == 1
    assert (await exchange.snapshot()).positions == ()


async def test_cancelling_what_was_never_ordered_says_so(exchange: SimulatedExchange) -> None:
    with pytest.raises(DataError, match="no order nothing"):
        await exchange.cancel("nothing")


def test_an_account_number_follows_from_its_credential_and_hides_it() -> None:
    first, second = simulated_account_number("KEY-ONE"), simulated_account_number("KEY-TWO")
    assert first == simulated_account_number("KEY-ONE")
    assert first != second
    assert first.startswith("SIM-")
    assert "KEY" not in first


def test_an_account_without_a_credential_is_refused() -> None:
    with pytest.raises(ConfigError, match="no credential"):
        simulated_account_number("")
