"""One source's recent calls, and what they say about its health."""

from __future__ import annotations

import enum
from collections import Counter, deque
from datetime import datetime

import msgspec

from argo_core.measures.percentiles import percentile
from argo_core.sources.calls import CallOutcome, CountedCall

WINDOW_CALLS = 720
HEALTHY_PCT, DEGRADED_PCT = 95.0, 80.0
HEALTHY_MS, DEGRADED_MS = 200.0, 500.0


class SourceState(enum.StrEnum):
    """NOT_DUE: never expected to answer so far, for instance a language model of which a replay has no recording."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNHEALTHY = "unhealthy"
    NOT_DUE = "not due"


class SourceStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """Over the last 720 due calls: `success_rate_pct` 0–100, mean and 95th percentile latency in milliseconds.

    Where a vendor was measured instead (`vendor_health`), latency is of its answers. None where nothing was measured.
    `requests` (calls that were due, or questions put to the vendor), `failures` of them and `errors` (by kind; our own
    refusals included) count since the process started. `why`: what keeps it from being healthy, None if it is or nobody
    knows.
    """

    source: str
    state: SourceState
    success_rate_pct: float | None
    mean_latency_ms: float | None
    p95_latency_ms: float | None
    requests: int
    failures: int
    errors: dict[str, int]
    last_answer_at: datetime | None
    why: str | None = None


class SourceWindow:
    """Counts one source's calls; calls that were not due are left out of every figure."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._recent: deque[CountedCall] = deque(maxlen=WINDOW_CALLS)
        self._errors: Counter[str] = Counter()
        self._requests = 0
        self._last_answer_at: datetime | None = None

    def add(self, call: CountedCall, at: datetime) -> None:
        """One more call, finished at `at`."""
        if call.outcome is CallOutcome.NOT_DUE:
            return
        self._requests += 1
        self._recent.append(call)
        if call.kind is None:
            self._last_answer_at = at
        else:
            self._errors[call.kind] += 1

    def statistics(self) -> SourceStatistics:
        """How the source stands."""
        latencies = [call.duration_ms for call in self._recent]
        answered = sum(call.kind is None for call in self._recent)
        success = 100.0 * answered / len(latencies) if latencies else None
        mean = sum(latencies) / len(latencies) if latencies else None
        return SourceStatistics(
            source=self._source,
            state=state_of(success, mean),
            success_rate_pct=success,
            mean_latency_ms=mean,
            p95_latency_ms=percentile(latencies, 95),
            requests=self._requests,
            failures=self._errors.total(),
            errors=dict(self._errors),
            last_answer_at=self._last_answer_at,
            why=why_not_healthy(success, mean),
        )


def state_of(success_rate_pct: float | None, mean_latency_ms: float | None) -> SourceState:
    """Healthy above 95 % and under 200 ms, degraded down to 80 % and up to 500 ms, else unhealthy."""
    if success_rate_pct is None or mean_latency_ms is None:
        return SourceState.NOT_DUE
    if success_rate_pct > HEALTHY_PCT and mean_latency_ms < HEALTHY_MS:
        return SourceState.HEALTHY
    if success_rate_pct >= DEGRADED_PCT and mean_latency_ms <= DEGRADED_MS:
        return SourceState.DEGRADED
    return SourceState.UNHEALTHY


def why_not_healthy(success_rate_pct: float | None, latency_ms: float | None) -> str | None:
    """What keeps a source from being healthy, for instance `slow: 754.0 ms, over 500`; None if nothing does, or nothing
    was measured."""
    if success_rate_pct is None or latency_ms is None:
        return None
    found = []
    if success_rate_pct <= HEALTHY_PCT:
        limit = f"under {DEGRADED_PCT:.0f}" if success_rate_pct < DEGRADED_PCT else f"not over {HEALTHY_PCT:.0f}"
        found.append(f"fails: {success_rate_pct:.1f} % answered, {limit}")
    if latency_ms >= HEALTHY_MS:
        limit = f"over {DEGRADED_MS:.0f}" if latency_ms > DEGRADED_MS else f"not under {HEALTHY_MS:.0f}"
        found.append(f"slow: {latency_ms:.1f} ms, {limit}")
    return "; ".join(found) or None
