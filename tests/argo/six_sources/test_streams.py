"""Streams that are dropped or refused: no cycle fails, nobody's vote is lost, and it is told in words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.argo.peers.vendors import Vendor
from tests.argo.six_sources.rig import Six, six_sources, told


@pytest.fixture
async def six(tmp_path: Path) -> AsyncIterator[Six]:
    """All streams are followed, as `argo serve` does beside its cycles."""
    async with six_sources(tmp_path, sections={"market": {"streams": True}}, really_waiting=True) as six:
        following = [asyncio.ensure_future(run()) for run in six.live.streams.values()]
        await until(six, "alpaca_pro", connected=[True, True])
        await until(six, "massive", connected=[True, True])
        yield six
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)


async def until(six: Six, source: str, **wanted: object) -> None:
    """Until health tells this of the source's streams, shares first."""
    async with asyncio.timeout(20.0):
        while True:
            health = json.loads(await six.page("/api/v1/health"))["services"]["data_sources"]["sources"]
            streams = health.get(source, {}).get("streams", [])
            if all([each.get(name) for each in streams] == value for name, value in wanted.items()):
                return
            await asyncio.sleep(0.05)


async def turn_away(vendor: Vendor, status: int | None) -> None:
    assert vendor.stream is not None
    assert vendor.line is not None
    vendor.stream.turning_away = status
    await vendor.line.cut()


async def test_a_dropped_stream_is_told_and_comes_back_and_the_source_votes_all_the_while(six: Six) -> None:
    await six.cycle()
    console = await six.page("/sources")
    assert console.count("stream of shares connected; stream of coins connected") == 2
    assert 'argo_stream_up{kind="equity",source="alpaca_pro"} 1.0' in await six.page("/metrics")
    await turn_away(six.vendors["alpaca"], 503)
    await until(six, "alpaca_pro", connected=[False, False])
    for decision in await six.cycle_decisions(20.0):
        assert told(decision)["alpaca_pro"] in {"LONG", "SHORT", "NEUTRAL"}
    console = await six.page("/sources")
    assert "stream of shares dropped or not to be had" in console
    assert "stream of shares connected; stream of coins connected" in console, "the other vendor's"
    assert 'argo_stream_up{kind="equity",source="alpaca_pro"} 0.0' in await six.page("/metrics")
    await turn_away(six.vendors["alpaca"], None)
    await until(six, "alpaca_pro", connected=[True, True], connections=[2, 2])
    assert "stream of shares dropped" not in await six.page("/sources")


async def test_a_stream_that_is_refused_for_good_is_told_and_prices_are_asked_for(six: Six) -> None:
    await turn_away(six.vendors["massive"], 401)
    await until(six, "massive", ended=[True, True])
    six.vendors["alpaca"].fail("500")
    for _ in range(2):
        decisions = await six.cycle_decisions(31.0)
    for decision in decisions:
        assert told(decision)["massive"] in {"LONG", "SHORT", "NEUTRAL"}
    assert "stream of coins not followed any more: prices are asked for instead" in await six.page("/sources")
