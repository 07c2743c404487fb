"""A process that ends at any write, before or after it is durable, leaves one order and a sequence that adds up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from argo_core.adapters.alpaca import AlpacaVenue, open_paper_venue
from argo_core.adapters.sql import Database, SqlExchangeStore
from argo_core.model.bars import Bar
from argo_core.model.order import OrderIntent, OrderState
from argo_core.model.order_change import OrderChange
from argo_core.testing.contracts.venue_sync import VenueSyncContract
from argo_core.testing.memory_exchange_store import MemoryExchangeStore
from tests.argo.adapters.alpaca.conftest import Waits, paper, parts
from tests.argo.adapters.alpaca.fake.server import FakeAlpaca
from tests.argo.adapters.alpaca.orders import bracket, close
from tests.argo.adapters.alpaca.test_venue_sync import added_up
from tests.argo.adapters.sql.conftest import (
    database,
    database_file,
    database_url,
    upgraded_file,
    upgraded_pg_name,
    upgraded_pg_url,
)

__all__ = ["database", "database_file", "database_url", "upgraded_file", "upgraded_pg_name", "upgraded_pg_url"]


class ProcessEndedError(Exception):
    """Stands for a kill at this point: nobody catches it."""


class EndingStore(MemoryExchangeStore):
    """Ends the process at its `at`-th write, before the write is durable or after."""

    def __init__(self, at: int, *, durable: bool) -> None:
        super().__init__()
        self._left, self._durable = at, durable

    async def append(self, changes: Sequence[OrderChange], marks: Sequence[Bar], now: datetime) -> None:
        self._left -= 1
        if self._left == 0 and not self._durable:
            raise ProcessEndedError
        await super().append(changes, marks, now)
        if self._left == 0:
            raise ProcessEndedError


async def run_through(venue: AlpacaVenue, wanted: Sequence[OrderIntent]) -> None:
    """An entry with its exits, its closing, and a look around."""
    for intent in wanted:
        await venue.submit(intent)
    await venue.refresh()


@pytest.mark.parametrize("durable", [False, True])
@pytest.mark.parametrize("at", range(1, 8))
async def test_a_crash_at_each_write_doubles_nothing(fake: FakeAlpaca, tmp_path: Path, at: int, durable: bool) -> None:
    store, wanted = EndingStore(at, durable=durable), (bracket(), close())
    crashes = 0
    for _ in range(3):
        try:
            async with open_paper_venue(paper(fake), parts(tmp_path, store, Waits())) as opened:
                await run_through(opened.venue, wanted)
                held = await added_up(opened.venue)
                states = [order.state for one in wanted if (order := await opened.venue.order(one.client_order_id))]
            break
        except ProcessEndedError:
            crashes += 1
    assert crashes <= 1
    assert states == [OrderState.FILLED, OrderState.FILLED]
    assert held == {}
    assert fake.exchange.positions == {}
    names = [order.client_order_id for order in fake.exchange.orders.values() if order.parent is None]
    assert names == ["argo-s1", "argo-s2-close"]


async def test_the_writes_of_a_run_are_those_that_are_crashed_at(fake: FakeAlpaca, tmp_path: Path) -> None:
    store = EndingStore(7, durable=False)
    with pytest.raises(ProcessEndedError):
        async with open_paper_venue(paper(fake), parts(tmp_path, store, Waits())) as opened:
            await run_through(opened.venue, (bracket(), close()))
            await opened.venue.submit(bracket("argo-s3"))


class TestOnADatabase(VenueSyncContract):
    @pytest.fixture(name="venue")
    async def on_a_database(self, fake: FakeAlpaca, database: Database, tmp_path: Path) -> AsyncIterator[AlpacaVenue]:
        async with open_paper_venue(paper(fake), parts(tmp_path, SqlExchangeStore(database), Waits())) as opened:
            yield opened.venue


async def test_a_new_process_reads_the_sequence_back_and_finds_nothing_new(
    fake: FakeAlpaca, database: Database, tmp_path: Path
) -> None:
    fake.exchange.move("BTC/USD", 10_000)
    for _ in range(2):
        async with open_paper_venue(paper(fake), parts(tmp_path, SqlExchangeStore(database), Waits())) as opened:
            await opened.venue.submit(bracket())
            await opened.venue.submit(bracket("argo-b", symbol="BTC-USD", quantity=0.3333))
            refreshed = await opened.venue.refresh()
            assert refreshed.changes == 0
            assert len(fake.posted()) == 2
            assert await added_up(opened.venue) == {"AAPL": 10.0, "BTC-USD": 0.33246675}
