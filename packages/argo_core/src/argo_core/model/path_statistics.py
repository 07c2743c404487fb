"""How the path to one vendor has been going."""

from __future__ import annotations

from datetime import datetime

import msgspec

OWN_REFUSALS = frozenset({"own_limit", "breaker_open"})
"""Kinds of `errors` that are no word of the vendor's."""


class PathStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """Counts since the process started: `calls` = cache_hits + cache_misses; `coalesced` of the misses joined another's
    fetch. `fetches` are questions put to the vendor, of one request or more: `failures` of them brought nothing,
    `retries` were not the first for their question; `requests` went out on the wire. `errors` by lower-case reason:
    failed fetches, refusals of ours (`own_limit`, `breaker_open`), callers who left; `transitions` of the breaker by
    its new mode; `throttled` had to wait for the budget or were refused by it, `waited_seconds` in its queue.

    Over the last 720 answers, each timed from the request's sending: `latency_mean_ms`, `latency_p50_ms`,
    `latency_p95_ms`. Over the last 720 fetches: `success_rate_pct` (0–100). Over the last 720 hits:
    `hit_age_p50_seconds`, `hit_age_p95_seconds`. None where nothing was measured. `breaker_open_seconds`: since when it
    has not been closed. `quota_left`: calls left of a day's quota, None without one or where the day's count is not
    known. `rate_limit_left`: requests that the vendor's newest answer says are left for now; None if it says nothing.
    `last_error`: one line without secrets.
    """

    name: str
    calls: int
    cache_hits: int
    cache_misses: int
    coalesced: int
    requests: int
    fetches: int
    failures: int
    retries: int
    throttled: int
    errors: dict[str, int]
    breaker: str
    breaker_open_seconds: float | None
    transitions: dict[str, int]
    queue_depth: int
    waited_seconds: float
    latency_mean_ms: float | None
    latency_p50_ms: float | None
    latency_p95_ms: float | None
    success_rate_pct: float | None
    hit_age_p50_seconds: float | None
    hit_age_p95_seconds: float | None
    quota_left: int | None
    rate_limit_left: int | None
    last_error: str | None
    last_error_at: datetime | None
    last_answer_at: datetime | None
