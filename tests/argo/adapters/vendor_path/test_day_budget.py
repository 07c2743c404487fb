"""The calls of a day are counted over restarts, over processes of a host, and per key."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from argo_core.adapters.live.limited import Limited
from argo_core.adapters.live.shared_state import SharedState
from argo_core.adapters.vendor_path import MemoryCache
from argo_core.adapters.vendor_path.call_file import CallFile
from argo_core.errors import SourceError, StoreError
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_cycles import MOMENT

_names = itertools.count()
ACCOUNT = ("KEY1", "https://one")


class Host:
    """Processes whose clocks start anew with each of them, and one file."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.file = FixedClock(MOMENT), folder / "calls.db"

    async def process(
        self, account: tuple[str, ...] = ACCOUNT, generators: int = 1, whose: str = "one", quota: int = 25
    ) -> Limited:
        born = self.clock.now()

        def ticks() -> float:
            return 7.0 + (self.clock.now() - born).total_seconds()

        async def sleep(seconds: float) -> None:
            self.clock.advance(timedelta(seconds=seconds))

        shared = SharedState(
            MemoryCache(self.clock, ticks), None, self.clock, ticks, sleep, lambda: f"life{next(_names)}",
            CallFile(self.file), generators, whose,
        )  # fmt: skip
        return await shared.day_budget("alpha_vantage", 1000.0, 1000, quota, account)


async def called(budget: Limited, times: int) -> int | None:
    for _ in range(times):
        await budget.take(0.0)
    return left(budget)


def left(budget: Limited) -> int | None:
    found: int | None = vars(type(budget))["quota_left"].fget(budget)
    return found


async def test_a_restart_renews_no_call(tmp_path: Path) -> None:
    host = Host(tmp_path)
    assert await called(await host.process(), 20) == 5
    second = await host.process()
    assert left(second) == 5
    assert await called(second, 5) == 0
    with pytest.raises(SourceError) as caught:
        await second.take(60.0)
    assert (caught.value.reason, caught.value.retry_after) == ("RATE_LIMITED", 86_400.0)
    host.clock.advance(timedelta(hours=24, seconds=1))
    assert left(await host.process()) == 25


async def test_two_processes_at_a_time_count_each_others_calls_once(tmp_path: Path) -> None:
    host = Host(tmp_path)
    serving, check = await host.process(), await host.process()
    assert await called(serving, 3) == 22
    assert await called(check, 1) == 21
    assert await called(serving, 1) == 20


async def test_a_call_grows_old_by_the_hour_that_it_was_made_in(tmp_path: Path) -> None:
    host = Host(tmp_path)
    await called(await host.process(quota=2), 1)
    host.clock.advance(timedelta(hours=10))
    second = await host.process(quota=2)
    await called(second, 1)
    with pytest.raises(SourceError) as caught:
        await second.take(0.0)
    assert caught.value.retry_after == 14 * 3600.0


@pytest.mark.parametrize("account", [("KEY2", "https://one"), ("KEY1", "http://127.0.0.1:1")])
async def test_another_key_or_another_address_has_a_day_of_its_own(tmp_path: Path, account: tuple[str, ...]) -> None:
    host = Host(tmp_path)
    await called(await host.process(), 20)
    assert left(await host.process(account)) == 25
    assert "KEY1" not in host.file.read_bytes().decode("latin-1")


async def test_generators_with_even_shares_keep_their_own_over_a_restart(tmp_path: Path) -> None:
    host = Host(tmp_path)
    assert await called(await host.process(generators=2, whose="a"), 12) == 0
    assert left(await host.process(generators=2, whose="a")) == 0
    assert left(await host.process(generators=2, whose="b")) == 12


async def test_where_nothing_can_be_kept_calls_are_made_and_what_is_left_is_not_known(tmp_path: Path) -> None:
    host = Host(tmp_path)
    host.file.mkdir()
    budget = await host.process(quota=2)
    assert left(budget) is None
    assert await called(budget, 2) is None
    with pytest.raises(SourceError):
        await budget.take(0.0)
    with pytest.raises(StoreError, match="ARGO_CACHE_DIR"):
        await CallFile(host.file).take("a", "w", 1.0, 25)


async def test_looking_and_taking_is_one_step_for_all_processes(tmp_path: Path) -> None:
    host = Host(tmp_path)
    processes = [await host.process() for _ in range(4)]
    taken = 0
    for outcome in await asyncio.gather(
        *(process.take(0.0) for _ in range(10) for process in processes), return_exceptions=True
    ):
        taken += outcome == 0.0
    assert taken == 25
    rows = sqlite3.connect(host.file).execute("SELECT count(*) FROM calls").fetchone()
    assert rows == (25,)


async def test_a_turn_that_does_not_come_is_no_call(tmp_path: Path) -> None:
    host = Host(tmp_path)
    budget = await host.process()
    await budget.hold(100.0)
    with pytest.raises(SourceError):
        await budget.take(1.0)
    assert await CallFile(host.file).of_others(only_account(host), "somebody", host.clock.now().timestamp()) == ()
    host.clock.advance(timedelta(seconds=101))
    assert await called(budget, 1) == 24


async def test_a_clock_that_was_ahead_leaves_the_days_to_come_alone(tmp_path: Path) -> None:
    host = Host(tmp_path)
    host.clock.advance(timedelta(days=365))
    await called(await host.process(), 25)
    host.clock = FixedClock(MOMENT)
    for _ in range(3):
        assert left(await host.process()) == 25
        host.clock.advance(timedelta(days=100))


async def test_a_clock_that_is_ahead_takes_nobodys_calls_away(tmp_path: Path) -> None:
    host = Host(tmp_path)
    await called(await host.process(), 20)
    host.clock.advance(timedelta(days=3))
    await called(await host.process(), 1)
    host.clock = FixedClock(MOMENT)
    assert left(await host.process()) == 5


async def test_a_clock_that_is_a_little_ahead_counts(tmp_path: Path) -> None:
    log = CallFile(tmp_path / "calls.db")
    assert await log.take("a", "w", 1_059.0, 1) is None
    assert await log.of_others("a", "v", 1_000.0) == (1_059.0,)
    assert await log.take("a", "v", 1_000.0, 1) == 1_059.0
    assert await log.take("a", "v", 998.0, 1) is None


async def test_the_newest_rows_of_an_account_stay(tmp_path: Path) -> None:
    log = CallFile(tmp_path / "deep" / "calls.db")
    await log.take("b", "w", 1.0, 25)
    for day in range(1005):
        await log.take("a", "w", day * 90_000.0, 25)
    rows = sqlite3.connect(tmp_path / "deep" / "calls.db").execute(
        "SELECT account, count(*), min(at) FROM calls GROUP BY account ORDER BY account"
    )
    assert rows.fetchall() == [("a", 1000, 5 * 90_000.0), ("b", 1, 1.0)]


def only_account(host: Host) -> str:
    """The one that calls were written down for."""
    digest = hashlib.sha256("\n".join(ACCOUNT).encode()).hexdigest()[:16]
    return f"alpha_vantage:{digest}"
