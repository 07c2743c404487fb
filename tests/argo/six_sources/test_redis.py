"""Redis dies and comes back under load, and a restart finds in it what the process before knew."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.argo.adapters.redis.redis_server import NoServer, RedisServer, redis_server
from tests.argo.peers.peer_clock import PeerClock
from tests.argo.peers.vendors import all_vendors
from tests.argo.six_sources.rig import (
    EVERYTHING_IS_A_SIGNAL,
    KEY_VARIABLES,
    SOURCES,
    SYMBOLS,
    URL_VARIABLES,
    WEDNESDAY,
    Six,
    opened,
    settings_of,
    six_sources,
    told,
)


@pytest.fixture(name="redis")
def server_of_its_own() -> Iterator[RedisServer]:
    try:
        with redis_server() as server:
            yield server
    except NoServer as missing:
        if os.environ.get("CI") == "true":  # nothing is skipped there
            pytest.fail(str(missing))
        pytest.skip(str(missing))


async def until_used(six: Six) -> None:
    """Until Redis answers in time: a loaded machine may miss its half second once."""
    async with asyncio.timeout(20.0):
        while six.live.redis() != "healthy":
            await six.cycle(11.0)


async def test_a_redis_that_is_killed_under_load_fails_no_cycle_and_is_used_again(
    redis: RedisServer, tmp_path: Path
) -> None:
    async with six_sources(tmp_path, redis_url=redis.url) as six:
        await six.warm(6)
        await until_used(six)
        for lap in range(3):
            redis.kill()
            for _ in range(6):
                for decision in await six.cycle_decisions(11.0):
                    assert set(told(decision)) == set(SOURCES)
                    assert len({vote.source for vote in decision.votes} | set(decision.saved_calls)) >= 4, lap
            assert six.live.redis() == "unhealthy"
            await asyncio.to_thread(redis.start)
            await until_used(six)
        assert not [source for source in SOURCES if six.path(source).errors]
        assert six.services.generator.status().failures == 0


async def test_a_redis_that_hangs_holds_no_cycle_up(redis: RedisServer, tmp_path: Path) -> None:
    async with six_sources(tmp_path, redis_url=redis.url) as six:
        await six.warm(4)
        redis.pause()
        for _ in range(6):
            report = await six.cycle(11.0)
            assert report.duration_ms < 2_500.0
        redis.resume()


async def test_a_restart_with_a_warm_redis_publishes_before_any_vendor_is_called(
    redis: RedisServer, tmp_path: Path
) -> None:
    clock = PeerClock(WEDNESDAY)

    async def pause(seconds: float) -> None:
        clock.ahead_seconds += max(seconds, 0.0)
        await asyncio.sleep(0)

    async with all_vendors(SYMBOLS, clock, history_days=120) as vendors:
        urls = {URL_VARIABLES[name]: vendor.http.url for name, vendor in vendors.items()}
        environment = {**KEY_VARIABLES, **urls, "REDIS_URL": redis.url, "ARGO_CACHE_DIR": str(tmp_path / "cache")}
        first, second = tmp_path / "first", tmp_path / "second"
        for folder in (first, second):  # another database: nothing is known but what Redis holds
            folder.mkdir()
            settings = settings_of(folder, environment, SYMBOLS, EVERYTHING_IS_A_SIGNAL)
            for vendor in vendors.values():
                vendor.forget()
            async with opened(settings, clock, pause) as services:
                report = await services.generator.run_once()
            assert (vendors["alpaca"].counted()["calls"] > 0) == (folder is first)
        assert {name: vendor.counted()["calls"] for name, vendor in vendors.items()} == dict.fromkeys(vendors, 0)
        assert "published" in {decision.status for decision in report.record.decisions}
        for decision in report.record.decisions:
            assert {"alpaca_pro", "yfinance"} <= {vote.source for vote in decision.votes}
