"""A process that lost its place runs no cycle, and none after somebody else has worked in it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from argo_core.errors import StoreError
from argo_core.pipeline.cycle import CycleReport
from argo_core.pipeline.owned_log import OwnedLog
from argo_core.pipeline.seated_cycle import LastingSeat, SeatedCycle
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.sample_cycles import published_cycle


class Reached(Exception):
    """The cycle was run."""


class CountedCycle:
    async def run(self, symbols: Sequence[str]) -> CycleReport:
        raise Reached


class TakenSeat(LastingSeat):
    """A place that may be taken anew, or be away."""

    def __init__(self) -> None:
        super().__init__()
        self.taken, self.away = 0, False

    def require(self) -> int:
        super().require()
        if self.away:
            raise StoreError("the place is away")
        return self.taken


class Desk:
    """A seated cycle over a log in memory in which somebody else may write."""

    def __init__(self) -> None:
        self.log, self.seat = MemoryLog(), TakenSeat()
        self.own = OwnedLog(self.log, lambda symbol: symbol.startswith("A"), ["CYC-0"])
        self.last: str | None = "CYC-0"
        self.cycle = SeatedCycle(CountedCycle(), self.seat, self.newest, self.own.wrote)

    async def newest(self) -> str | None:
        return self.last

    async def reaches_the_cycle(self) -> bool:
        try:
            await self.cycle.run(("AAPL",))
        except Reached:
            return True
        except StoreError:
            return False
        raise AssertionError("the cycle returned")


async def test_no_cycle_runs_without_the_place() -> None:
    desk = Desk()
    desk.seat.away = True
    assert not await desk.reaches_the_cycle()
    desk.seat.away = False
    assert await desk.reaches_the_cycle()


async def test_a_place_taken_again_is_gone_on_with_if_nobody_was_there() -> None:
    desk = Desk()
    desk.seat.taken = 1
    assert await desk.reaches_the_cycle()


async def test_a_cycle_of_ours_whose_append_failed_and_was_stored_is_ours() -> None:
    desk = Desk()
    await desk.own.append(published_cycle("CYC-1", ["AAPL"]))
    desk.last, desk.seat.taken = "CYC-1", 1
    assert await desk.reaches_the_cycle()


async def test_a_place_in_which_another_has_worked_is_given_up_for_good() -> None:
    desk = Desk()
    desk.last, desk.seat.taken = "CYC-of-another", 1
    assert not await desk.reaches_the_cycle()
    desk.last = "CYC-0"
    assert not await desk.reaches_the_cycle()
    await desk.seat.lost()
    with pytest.raises(StoreError, match="start again"):
        desk.seat.require()


async def test_only_open_signals_of_own_symbols_are_seen() -> None:
    desk = Desk()
    await desk.log.append(published_cycle("CYC-1", ["AAPL", "TSLA"]))
    assert [one.sealed.signal.symbol for one in await desk.own.open_signals()] == ["AAPL"]
