"""The console's page of uptime and jobs, and health by level."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

from argo_core.pipeline.health_levels import FAILED, PASSED, CheckedPart
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.sample_cycles import MOMENT, sample_cycle
from tests.argo.server.web.conftest import Client
from tests.argo.server.web.parts import FixedClock, assemble, client_of


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_the_page_shows_the_share_of_stored_cycles_the_gap_and_the_jobs() -> None:
    log, now = MemoryLog(), FixedClock().now()
    for number, ago in enumerate((600, 595, 590, 60)):
        await log.append(sample_cycle(f"c{number}", at=now.replace(second=0, microsecond=0) - timedelta(seconds=ago)))
    services = assemble(log)
    services.jobs.began("signal_cycle", MOMENT, MOMENT - timedelta(seconds=2))
    services.jobs.ended("signal_cycle", MOMENT, "the disk is full")
    services.jobs.overlapped("signal_cycle")
    async with client_of(services) as client:
        shown = words((await client.get("/uptime")).text)
        metrics = (await client.get("/metrics")).text
    assert "24h 3.333 % 4 120" in shown
    assert "Minutes" in shown and re.search(r"\d\d:\d\d:00 8 ", shown)
    assert "0.000 s 1 0 1 1 1 the disk is full" in shown
    assert 'argo_uptime_ratio{window="24h"} 0.03333' in metrics


async def test_without_a_cycle_nothing_is_claimed(client: Client) -> None:
    async with client_of(assemble(MemoryLog())) as empty:
        assert "No cycle of the last 30 days is stored" in (await empty.get("/uptime")).text
        assert "argo_uptime_ratio{" not in (await empty.get("/metrics")).text


async def test_health_by_level_is_200_only_at_100_percent() -> None:
    for states, status, healthy in (((PASSED,), 200, True), ((PASSED, FAILED), 503, False), ((), 503, False)):

        async def look(level: int, states: tuple[str, ...] = states) -> tuple[CheckedPart, ...]:
            return tuple(CheckedPart(level=level, check="disk", state=state, told="4 % free") for state in states)

        async with client_of(dataclasses.replace(assemble(MemoryLog()), look=look)) as client:
            answer = await client.get("/api/v1/health?level=2")
            assert (answer.status_code, answer.json()["healthy"], answer.json()["level"]) == (status, healthy, 2)
            assert [one["state"] for one in answer.json()["checks"]] == list(states)
            deep = await client.get("/api/v1/health?level=3")
            assert (deep.status_code, deep.json()["code"]) == (400, "by_command")
            assert (await client.get("/api/v1/health?level=4")).status_code == 400
