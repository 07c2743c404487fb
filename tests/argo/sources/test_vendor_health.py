"""A source is judged by its vendor's answers, not by how fast our own memory is."""

from __future__ import annotations

from typing import Any

import pytest

from argo_core.model.path_statistics import PathStatistics
from argo_core.model.source_standing import SourceStanding
from argo_core.sources.health import SourceState, SourceStatistics
from argo_core.sources.vendor_health import CacheCounts, cache_counts, judged

MEASURED = SourceStatistics(
    source="alpaca_pro", state=SourceState.HEALTHY, success_rate_pct=100.0, mean_latency_ms=0.1, p95_latency_ms=0.2,
    requests=9, failures=0, errors={}, last_answer_at=None,
)  # fmt: skip


def path(**changes: Any) -> PathStatistics:
    figures: dict[str, Any] = {
        "name": "alpaca_pro", "calls": 50, "cache_hits": 40, "cache_misses": 10, "coalesced": 0, "fetches": 10,
        "requests": 14, "failures": 0, "latency_mean_ms": 120.0, "rate_limit_left": None,
        "retries": 0, "throttled": 0, "errors": {}, "breaker": "closed", "breaker_open_seconds": None,
        "transitions": {}, "queue_depth": 0, "waited_seconds": 0.0, "latency_p50_ms": 120.0, "latency_p95_ms": 180.0,
        "success_rate_pct": 100.0, "hit_age_p50_seconds": None, "hit_age_p95_seconds": None, "quota_left": None,
        "last_error": None, "last_error_at": None, "last_answer_at": None,
    }  # fmt: skip
    return PathStatistics(**(figures | changes))


def standing(*, waited_for: bool = True, **changes: Any) -> SourceStanding:
    return SourceStanding(
        source="alpaca_pro", vendor="alpaca", place="https://x", waited_for=waited_for, path=path(**changes)
    )


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, SourceState.HEALTHY),
        ({"latency_p50_ms": 300.0}, SourceState.DEGRADED),
        ({"latency_mean_ms": 700.0}, SourceState.HEALTHY),
        ({"success_rate_pct": 90.0}, SourceState.DEGRADED),
        ({"latency_p50_ms": 600.0}, SourceState.UNHEALTHY),
        ({"latency_p50_ms": 20_000.0, "waited_for": False}, SourceState.HEALTHY),
        ({"breaker": "open"}, SourceState.UNHEALTHY),
        ({"success_rate_pct": None, "latency_p50_ms": None}, SourceState.NOT_DUE),
        ({"success_rate_pct": None, "latency_p50_ms": None, "errors": {"timeout": 2}}, SourceState.UNHEALTHY),
    ],
)
def test_a_vendor_is_judged_by_its_own_answers(changes: dict[str, Any], state: SourceState) -> None:
    (found,) = judged([MEASURED], [standing(**changes)])
    assert found.state is state


def test_a_day_that_is_used_up_is_no_bad_health() -> None:
    unasked: dict[str, Any] = {"success_rate_pct": None, "latency_p50_ms": None}
    (used_up,) = judged([], [standing(**unasked, errors={"own_limit": 3})])
    (refused,) = judged([], [standing(**unasked, errors={"own_limit": 3, "timeout": 1})])
    assert (used_up.state, refused.state) == (SourceState.NOT_DUE, SourceState.UNHEALTHY)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"latency_mean_ms": 700.0}, None),
        ({"latency_p50_ms": 754.0}, "slow: 754.0 ms, over 500"),
        ({"latency_p50_ms": 20_000.0, "waited_for": False}, None),
        ({"breaker": "open"}, "its breaker is open"),
        ({"breaker": "open", "success_rate_pct": 50.0}, "its breaker is open; fails: 50.0 % answered, under 80"),
        ({"success_rate_pct": None, "latency_p50_ms": None, "errors": {"timeout": 2}}, "no answer yet"),
        ({"success_rate_pct": None, "latency_p50_ms": None}, None),
    ],
)
def test_a_vendor_that_is_not_healthy_says_why_by_what_judged_it(changes: dict[str, Any], why: str | None) -> None:
    (found,) = judged([MEASURED], [standing(**changes)])
    assert found.why == why


def test_the_vendors_figures_stand_in_the_place_of_the_cycles() -> None:
    (found,) = judged(
        [MEASURED],
        [standing(failures=3, latency_mean_ms=130.0, errors={"timeout": 2, "vendor_error": 1, "breaker_open": 35})],
    )
    assert (found.requests, found.failures, found.mean_latency_ms) == (10, 3, 130.0)
    assert found.errors["breaker_open"] == 35


def test_a_source_without_a_vendor_keeps_what_the_cycles_measured() -> None:
    off = SourceStanding(source="alpaca_pro", vendor="alpaca", place="https://x", off="no key")
    assert judged([MEASURED], [off]) == (MEASURED,)


def test_hits_and_misses_are_those_of_all_vendors() -> None:
    off = SourceStanding(source="sonar", vendor="perplexity", place="https://x", off="no key")
    assert cache_counts([standing(), standing(cache_hits=2, cache_misses=1), off]) == CacheCounts(hits=42, misses=11)
