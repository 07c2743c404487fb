"""Prometheus text: the agreed names, each with the figure of what happened."""

from __future__ import annotations

from datetime import timedelta

from prometheus_client.parser import text_string_to_metric_families

from argo_core.errors import StoreError
from argo_core.model.query import SignalStatistics
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.sample_cycles import MOMENT
from tests.argo.server.web.conftest import Client
from tests.argo.server.web.parts import assemble, client_of

type_of_labels = frozenset[tuple[str, str]]


class LostCounts(MemoryLog):
    """A log that cannot count."""

    async def statistics(self, now: object) -> SignalStatistics:
        raise StoreError("counting signals failed")


async def samples(client: Client) -> dict[tuple[str, type_of_labels], float]:
    answer = await client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_every_figure_is_that_of_the_three_cycles(client: Client) -> None:
    found = await samples(client)
    expected: dict[tuple[str, type_of_labels], float] = {
        ("argo_cycles_total", frozenset()): 3,
        ("argo_cycle_failures_total", frozenset()): 0,
        ("argo_cycle_missed_total", frozenset()): 0,
        ("argo_signal_generation_duration_seconds_count", frozenset()): 3,
        ("argo_signal_generation_duration_seconds_sum", frozenset()): 0.0375,
        ("argo_cycle_stage_seconds_sum", frozenset({("stage", "vote")})): 0.0045,
        ("argo_skipped_symbols_total", frozenset()): 4,
        ("argo_signals_total", frozenset({("symbol", "NVDA"), ("action", "SELL")})): 1,
        ("argo_decisions_total", frozenset({("status", "published"), ("veto", "none")})): 4,
        ("argo_decisions_total", frozenset({("status", "vetoed"), ("veto", "below_threshold")})): 1,
        ("argo_outcomes_total", frozenset({("result", "target")})): 1,
        ("argo_data_source_requests_total", frozenset({("source", "massive"), ("outcome", "failed")})): 3,
        ("argo_data_source_requests_total", frozenset({("source", "sonar"), ("outcome", "not_due")})): 3,
        ("argo_data_source_errors_total", frozenset({("source", "massive"), ("kind", "vendor_error")})): 3,
        ("argo_data_source_latency_seconds_sum", frozenset({("source", "replay_price")})): 0.036,
        ("argo_data_source_status", frozenset({("source", "replay_price")})): 1,
        ("argo_data_source_status", frozenset({("source", "massive")})): 0,
        ("argo_absent_votes_total", frozenset({("source", "sentiment"), ("reason", "no_recording")})): 6,
        ("argo_cache_hits_total", frozenset({("cache", "consensus")})): 3,
        ("argo_cache_misses_total", frozenset({("cache", "consensus")})): 3,
        ("argo_open_signals", frozenset()): 3,
        ("argo_uptime_seconds", frozenset()): 90,
    }
    assert {key: round(found[key], 9) for key in expected} == expected
    assert ("argo_data_source_status", frozenset({("source", "sonar")})) not in found


async def test_the_machine_is_read_when_somebody_scrapes(client: Client) -> None:
    found = await samples(client)
    for name in ("cpu", "memory", "disk"):
        assert 0 <= found[(f"argo_system_{name}_usage_percent", frozenset())] <= 100


async def test_a_scrape_survives_a_database_that_cannot_count() -> None:
    async with client_of(assemble(MemoryLog(), signals=LostCounts())) as client:
        found = await samples(client)
    assert ("argo_uptime_seconds", frozenset()) in found
    assert ("argo_open_signals", frozenset()) not in found


async def test_requests_are_counted_by_the_template_of_their_route_and_unknown_ones_together() -> None:
    async with client_of(assemble(MemoryLog())) as client:
        for path in ("/api/v1/signals/AAPL", "/api/v1/signals/TSLA", "/nowhere", "/api/v1/signals?limit=0"):
            await client.get(path)
        found = await samples(client)
    told = {key: value for key, value in found.items() if key[0] == "argo_http_requests_total"}
    assert told == {
        (name, frozenset({("method", "GET"), ("route", route), ("status", status)})): count
        for name, route, status, count in (
            ("argo_http_requests_total", "/api/v1/signals/{symbol}", "200", 2),
            ("argo_http_requests_total", "none", "404", 1),
            ("argo_http_requests_total", "/api/v1/signals", "400", 1),
        )
    }


async def test_a_job_that_fails_and_one_that_waits_are_told() -> None:
    services = assemble(MemoryLog())
    services.jobs.planned("backup", MOMENT + timedelta(hours=1))
    services.jobs.began("ledger heartbeat", MOMENT)
    services.jobs.ended("ledger heartbeat", MOMENT + timedelta(seconds=2), "no answer")
    async with client_of(services) as client:
        found = await samples(client)
    beat, backup = frozenset({("task", "ledger heartbeat")}), frozenset({("task", "backup")})
    assert (found[("argo_job_failures_total", beat)], found[("argo_job_duration_seconds", beat)]) == (1, 2)
    assert found[("argo_job_next_run_timestamp_seconds", backup)] == (MOMENT + timedelta(hours=1)).timestamp()
    assert ("argo_job_duration_seconds", backup) not in found
