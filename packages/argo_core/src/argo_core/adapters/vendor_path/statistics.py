"""Counts what happens on the path to one vendor."""

from __future__ import annotations

from collections import Counter, deque
from datetime import datetime

from argo_core.adapters.vendor_path.request_meter import RequestMeter
from argo_core.measures.percentiles import percentile
from argo_core.model.path_statistics import OWN_REFUSALS, PathStatistics

WINDOW_CALLS = 720
OWN_LIMIT, UNUSABLE = "own_limit", "REFUSED_ANSWER"


class PathCounts:
    """Counts what happens on one path."""

    def __init__(self) -> None:
        self.hits = self.misses = self.coalesced = self.fetches = self.failures = self.retries = self.throttled = 0
        self.waited_seconds = 0.0
        self.errors: Counter[str] = Counter()
        self.transitions: Counter[str] = Counter()
        self._last_is_ours = True
        self.last_error: str | None = None
        self.last_error_at: datetime | None = None
        self.last_answer_at: datetime | None = None
        self._answers: deque[bool] = deque(maxlen=WINDOW_CALLS)
        self._ages: deque[float] = deque(maxlen=WINDOW_CALLS)

    def hit(self, age_seconds: float) -> None:
        """An answer from the cache of that age."""
        self.hits += 1
        self._ages.append(age_seconds)

    def fetched(self, at: datetime, *, answered: bool) -> None:
        """The vendor has answered, or failed to."""
        self.fetches += 1
        self.failures += not answered
        self._answers.append(answered)
        if answered:
            self.last_answer_at = at

    def unusable(self, sentence: str, at: datetime) -> None:
        """What was last taken for an answer is none."""
        if self._answers and self._answers[-1]:
            self._answers[-1] = False
            self.failures += 1
        self.failed(UNUSABLE, sentence, at)

    def failed(self, reason: str, sentence: str, at: datetime) -> None:
        """A fetch failed, or was refused here: a refusal of ours does not hide what the vendor said last."""
        self.errors[reason.lower()] += 1
        ours = reason.lower() in OWN_REFUSALS
        if not ours or self._last_is_ours:
            self.last_error, self.last_error_at, self._last_is_ours = sentence, at, ours

    def statistics(
        self,
        name: str,
        meter: RequestMeter,
        *,
        breaker: str,
        open_seconds: float | None,
        queue_depth: int,
        quota_left: int | None,
    ) -> PathStatistics:
        """The counts as a value."""
        latencies, answers = meter.latencies_ms, self._answers
        return PathStatistics(
            name=name,
            calls=self.hits + self.misses,
            cache_hits=self.hits,
            cache_misses=self.misses,
            coalesced=self.coalesced,
            requests=meter.sent,
            fetches=self.fetches,
            failures=self.failures,
            retries=self.retries,
            throttled=self.throttled,
            errors=dict(self.errors),
            breaker=breaker,
            breaker_open_seconds=open_seconds,
            transitions=dict(self.transitions),
            queue_depth=queue_depth,
            waited_seconds=self.waited_seconds,
            latency_mean_ms=sum(latencies) / len(latencies) if latencies else None,
            latency_p50_ms=percentile(latencies, 50),
            latency_p95_ms=percentile(latencies, 95),
            success_rate_pct=100.0 * sum(answers) / len(answers) if answers else None,
            hit_age_p50_seconds=percentile(self._ages, 50),
            hit_age_p95_seconds=percentile(self._ages, 95),
            quota_left=quota_left,
            rate_limit_left=meter.left,
            last_error=self.last_error,
            last_error_at=self.last_error_at,
            last_answer_at=self.last_answer_at,
        )
