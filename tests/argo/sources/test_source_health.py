"""What a source's recent calls say about it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from argo_core.sources.calls import CallOutcome, CountedCall
from argo_core.sources.health import SourceState, SourceWindow, state_of, why_not_healthy

AT = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 15, 31, tzinfo=UTC)


def counted(duration_ms: float = 10.0, kind: str | None = None) -> CountedCall:
    outcome = CallOutcome.ANSWERED if kind is None else CallOutcome.FAILED
    return CountedCall(source="massive", outcome=outcome, kind=kind, duration_ms=duration_ms)


@pytest.mark.parametrize(
    ("success", "latency", "state"),
    [
        (95.1, 199.9, SourceState.HEALTHY),
        (95.0, 10.0, SourceState.DEGRADED),
        (100.0, 200.0, SourceState.DEGRADED),
        (80.0, 500.0, SourceState.DEGRADED),
        (79.9, 10.0, SourceState.UNHEALTHY),
        (100.0, 500.1, SourceState.UNHEALTHY),
        (None, None, SourceState.NOT_DUE),
    ],
)
def test_the_state_follows_rate_and_latency(success: float | None, latency: float | None, state: SourceState) -> None:
    assert state_of(success, latency) is state


@pytest.mark.parametrize(
    ("success", "latency", "why"),
    [
        (95.1, 199.9, None),
        (None, None, None),
        (100.0, 753.6, "slow: 753.6 ms, over 500"),
        (100.0, 200.0, "slow: 200.0 ms, not under 200"),
        (61.9, 10.0, "fails: 61.9 % answered, under 80"),
        (90.0, 500.1, "fails: 90.0 % answered, not over 95; slow: 500.1 ms, over 500"),
    ],
)
def test_what_keeps_a_source_from_being_healthy_is_told_with_its_limit(
    success: float | None, latency: float | None, why: str | None
) -> None:
    assert why_not_healthy(success, latency) == why


def test_rates_latencies_and_errors_are_counted() -> None:
    window = SourceWindow("massive")
    for milliseconds in range(1, 20):
        window.add(counted(float(milliseconds)), AT)
    window.add(counted(20.0, "timeout"), LATER)
    found = window.statistics()
    assert (found.success_rate_pct, found.mean_latency_ms, found.p95_latency_ms) == (95.0, 10.5, 19.0)
    assert (found.requests, found.failures, found.errors, found.last_answer_at) == (20, 1, {"timeout": 1}, AT)
    assert found.why == "fails: 95.0 % answered, not over 95"


def test_calls_that_were_not_due_change_nothing() -> None:
    window = SourceWindow("sonar")
    window.add(CountedCall(source="sonar", outcome=CallOutcome.NOT_DUE, kind=None, duration_ms=9.0), AT)
    found = window.statistics()
    assert (found.state, found.requests, found.success_rate_pct, found.last_answer_at) == (
        SourceState.NOT_DUE,
        0,
        None,
        None,
    )


def test_old_failures_leave_the_rate_and_stay_in_the_count() -> None:
    window = SourceWindow("massive")
    window.add(counted(kind="timeout"), AT)
    for _ in range(720):
        window.add(counted(), LATER)
    found = window.statistics()
    assert (found.success_rate_pct, found.failures, found.requests) == (100.0, 1, 721)
