"""Health: the fixed document, every figure from what happened."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from argo_core.errors import StoreError
from argo_core.model.cycle import CycleSummary
from argo_core.testing.memory_log import MemoryLog
from argo_server.health import examine, uptime_words
from argo_server.metrics import Metrics
from argo_server.services import Services
from tests.argo.server.web.conftest import Client
from tests.argo.server.web.parts import FixedClock, assemble, client_of, services_after


class LostDatabase(MemoryLog):
    """A log whose database has gone."""

    async def cycles(self, limit: int) -> tuple[CycleSummary, ...]:
        raise StoreError("reading cycles failed: the disk is gone")


async def test_liveness_asks_nothing(client: Client) -> None:
    answer = await client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


async def test_the_document_has_exactly_the_agreed_names(client: Client) -> None:
    document = (await client.get("/api/v1/health")).json()
    assert document.keys() == set(
        "status version timestamp uptime_seconds uptime_formatted latency_ms throughput_ops_s error_rate cache_hits "
        "cache_misses services system".split()
    )
    services = document["services"]
    assert services.keys() == set(
        "api database redis secrets receivers ledger integrity data_sources performance".split()
    )
    assert services["data_sources"].keys() == set("total_sources healthy degraded unhealthy sources".split())
    assert services["performance"].keys() >= set(
        "uptime_seconds avg_signal_generation_time cache_hit_rate skip_rate total_cache_hits total_cache_misses "
        "total_skipped_symbols total_symbols_processed avg_api_latency data_source_latencies errors".split()
    )
    assert document["system"].keys() == {"cpu_percent", "memory_percent", "disk_percent"}


async def test_the_figures_are_those_of_the_three_cycles(client: Client) -> None:
    document = (await client.get("/api/v1/health")).json()
    assert (document["uptime_seconds"], document["uptime_formatted"]) == (90.0, "0h 1m 30s")
    assert document["timestamp"] == "2026-03-02T15:31:30.250000Z"
    assert document["error_rate"] == 0.5
    assert document["throughput_ops_s"] == 10 / 90
    performance = document["services"]["performance"]
    assert round(performance["avg_signal_generation_time"], 9) == 0.0125
    assert (performance["total_symbols_processed"], performance["total_skipped_symbols"]) == (10, 4)
    assert performance["skip_rate"] == 40.0
    assert (performance["total_cache_hits"], performance["total_cache_misses"]) == (3, 3)
    assert performance["cache_hit_rate"] == 50.0
    assert round(performance["avg_api_latency"], 9) == 0.131
    assert performance["data_source_latencies"] == {"massive": 0.25, "replay_price": 0.012}
    assert performance["errors"] == {"massive": {"vendor_error": 3}}


async def test_a_source_without_a_breaker_says_none_and_one_that_is_not_due_is_not_judged(client: Client) -> None:
    sources = (await client.get("/api/v1/health")).json()["services"]["data_sources"]
    assert (sources["total_sources"], sources["healthy"], sources["degraded"], sources["unhealthy"]) == (3, 1, 0, 1)
    assert sources["sources"] == {
        "massive": {
            "status": "unhealthy",
            "success_rate": 0.0,
            "avg_latency_ms": 250.0,
            "errors": 3,
            "circuit_breaker": "none",
            "queue_depth": 0,
            "why": "fails: 0.0 % answered, under 80; slow: 250.0 ms, not under 200",
        },
        "replay_price": {
            "status": "healthy",
            "success_rate": 100.0,
            "avg_latency_ms": 12.0,
            "errors": 0,
            "circuit_breaker": "none",
            "queue_depth": 0,
        },
        "sonar": {
            "status": "not due",
            "success_rate": None,
            "avg_latency_ms": None,
            "errors": 0,
            "circuit_breaker": "none",
            "queue_depth": 0,
        },
    }


async def test_one_failing_source_degrades(services: Services) -> None:
    assert (await examine(services)).status == "degraded"


@pytest.mark.parametrize(("seconds", "status"), [(15, "healthy"), (16, "degraded")])
async def test_a_generator_that_falls_silent_for_three_intervals_degrades(
    services: Services, seconds: int, status: str
) -> None:
    later = FixedClock(services.clock.now() + timedelta(seconds=seconds))
    alone = dataclasses.replace(services, clock=later, metrics=Metrics())
    assert (await examine(alone)).status == status


async def test_the_end_of_a_replay_degrades() -> None:
    services = assemble(MemoryLog())
    assert await services.generator.tick() is None
    assert (await examine(services)).status == "degraded"


async def test_a_process_that_never_finished_a_cycle_degrades_after_three_intervals() -> None:
    services = await services_after([])
    late = dataclasses.replace(services, started_at=services.clock.now() - timedelta(seconds=16))
    assert (await examine(late)).status == "degraded"


async def test_a_fresh_process_is_healthy_and_knows_nothing_yet() -> None:
    services = await services_after([])
    report = await examine(dataclasses.replace(services, started_at=services.clock.now()))
    assert report.status == "healthy"
    assert report.services.performance.avg_signal_generation_time is None
    assert report.services.performance.skip_rate is None


async def test_a_lost_database_is_unhealthy_and_answers_503() -> None:
    async with client_of(assemble(MemoryLog(), decisions=LostDatabase())) as client:
        answer = await client.get("/api/v1/health")
    assert answer.status_code == 503
    assert (answer.json()["status"], answer.json()["services"]["database"]) == ("unhealthy", "unhealthy")


def test_uptime_counts_hours_past_a_day() -> None:
    assert uptime_words(90_061.9) == "25h 1m 1s"
