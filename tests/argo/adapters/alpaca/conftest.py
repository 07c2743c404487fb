"""A venue on the stateful fake, over real sockets; the sequence in memory. AAPL and MSFT trade at 100."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from argo_core.adapters.alpaca import AlpacaVenue, Deadlines, OpenVenue, Pace, Patience, VenueParts, open_paper_venue
from argo_core.model.backoff import Backoff
from argo_core.model.venue_account import Credential, PaperAccount
from argo_core.ports import ExchangeStore
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_exchange_store import MemoryExchangeStore
from tests.argo.adapters.alpaca.fake.exchange import START
from tests.argo.adapters.alpaca.fake.server import KEY, SECRET, FakeAlpaca, serving

CREDENTIAL = Credential(KEY, SECRET)


class Waits:
    """A pace whose sleeps take no time and are counted; its clock runs on with them."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def pace(self) -> Pace:
        return Pace(monotonic=lambda: sum(self.slept), sleep=self._sleep, chance=lambda: 0.5, wall=lambda: 1_000_000.0)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


def parts(folder: Path, store: ExchangeStore, waits: Waits, clock: FixedClock | None = None) -> VenueParts:
    """What the venues of these tests are made of: deadlines of a third of a second, waits of none."""
    return VenueParts(
        executor_id="argo",
        store=store,
        clock=clock or FixedClock(START),
        pace=waits.pace(),
        lock_folder=folder,
        deadlines=Deadlines(connect=20.0, answer=1.0, longest_wait=20.0, attempts=4),
        backoff=Backoff(first_seconds=0.01, longest_seconds=60.0),
        patience=Patience(for_cancel=30.0),
    )


def paper(fake: FakeAlpaca) -> PaperAccount:
    """The fake's own account."""
    return PaperAccount(account_number=fake.exchange.account_number, credential=CREDENTIAL, host=fake.url)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def fake() -> AsyncIterator[FakeAlpaca]:
    async with serving(FakeAlpaca()) as served:
        yield served


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def store() -> MemoryExchangeStore:
    return MemoryExchangeStore()


@pytest.fixture
async def opened(
    fake: FakeAlpaca, store: MemoryExchangeStore, waits: Waits, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[OpenVenue]:
    async with open_paper_venue(paper(fake), parts(tmp_path, store, waits, clock)) as one:
        yield one


@pytest.fixture
def venue(opened: OpenVenue) -> AlpacaVenue:
    return opened.venue


@pytest.fixture
def broker(venue: AlpacaVenue) -> AlpacaVenue:
    return venue


class Restarts:
    """Opens the venue anew on the same sequence, as a process does that starts after a crash."""

    def __init__(self, fake: FakeAlpaca, store: ExchangeStore, waits: Waits, folder: Path) -> None:
        self._fake, self._store, self._waits, self._folder = fake, store, waits, folder
        self._numbers = itertools.count()

    @asynccontextmanager
    async def again(self) -> AsyncIterator[AlpacaVenue]:
        """A venue of a new process."""
        async with AsyncExitStack() as stack:
            folder = self._folder / str(next(self._numbers))
            opened = await stack.enter_async_context(
                open_paper_venue(paper(self._fake), parts(folder, self._store, self._waits))
            )
            yield opened.venue


@pytest.fixture
def restarts(fake: FakeAlpaca, store: MemoryExchangeStore, waits: Waits, tmp_path: Path) -> Restarts:
    return Restarts(fake, store, waits, tmp_path)
