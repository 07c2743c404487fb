"""The ways to the vendors as metric families: limiters, breakers, caches, and what was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from argo_core.model.path_statistics import PathStatistics
from argo_core.model.source_standing import SourceStanding
from argo_core.model.stream_standing import StreamStanding
from argo_server.metrics.known import known

OPENNESS = {"closed": 0.0, "half_open": 0.5, "open": 1.0}
COUNTERS: Mapping[str, tuple[str, Callable[[PathStatistics], float]]] = {
    "argo_limiter_requests": ("Requests that went to the vendor.", lambda path: path.requests),
    "argo_limiter_hits": ("Requests that had to wait for their turn or were refused it.", lambda path: path.throttled),
    "argo_limiter_wait_seconds": ("Time spent in the queue.", lambda path: path.waited_seconds),
    "argo_vendor_retries": ("Requests sent again.", lambda path: path.retries),
    "argo_vendor_coalesced": ("Questions that joined another's request.", lambda path: path.coalesced),
}
GAUGES: Mapping[str, tuple[str, Callable[[PathStatistics], float | None]]] = {
    "argo_limiter_queue_depth": ("Requests waiting for their turn.", lambda path: path.queue_depth),
    "argo_limiter_quota_left": ("Calls left of the day's quota.", lambda path: path.quota_left),
    "argo_vendor_rate_limit_left": ("Requests left, as the vendor last said.", lambda path: path.rate_limit_left),
    "argo_breaker_state": ("0 closed, 0.5 half open, 1 open.", lambda path: OPENNESS.get(path.breaker)),
    "argo_breaker_open_seconds": ("Since when it has not been closed.", lambda path: path.breaker_open_seconds),
    "argo_cache_hit_age_p50_seconds": ("Age of answers from the cache, median.", lambda path: path.hit_age_p50_seconds),
    "argo_cache_hit_age_p95_seconds": ("The same, 95th percentile.", lambda path: path.hit_age_p95_seconds),
    "argo_vendor_latency_p50_ms": ("One request, median.", lambda path: path.latency_p50_ms),
    "argo_vendor_latency_p95_ms": ("The same, 95th percentile.", lambda path: path.latency_p95_ms),
}
STREAMS: tuple[tuple[Callable[..., Any], str, str, Callable[[StreamStanding], float]], ...] = (
    (GaugeMetricFamily, "argo_stream_up", "1 while the vendor's stream is connected.", lambda one: one.connected),
    (GaugeMetricFamily, "argo_stream_failures_in_a_row", "Breaks since the last news.", lambda one: one.failures),
    (CounterMetricFamily, "argo_stream_connections", "Connections so far.", lambda one: one.connections),
    (CounterMetricFamily, "argo_stream_backfilled_bars", "Minutes asked for after breaks.", lambda one: one.backfilled),
)


def vendor_metrics(
    standing: Iterable[SourceStanding], rejected: Mapping[tuple[str, str], int], redis: str
) -> Iterable[Metric]:
    """Each family once, a sample per source that is asked, and per stream that is followed."""
    standing = tuple(standing)
    paths = [(each.source, each.path) for each in standing if each.path is not None]
    for name, (text, count) in COUNTERS.items():
        counter = CounterMetricFamily(name, text, labels=["source"])
        for source, path in paths:
            counter.add_metric([source], count(path))
        yield counter
    for name, (text, read) in GAUGES.items():
        gauge = GaugeMetricFamily(name, text, labels=["source"])
        for source, path in paths:
            if (value := read(path)) is not None:
                gauge.add_metric([source], value)
        yield gauge
    yield _by_word("argo_breaker_transitions", "Changes of state.", "to", {s: p.transitions for s, p in paths})
    yield _by_word("argo_vendor_errors", "What went wrong.", "reason", {s: p.errors for s, p in paths})
    refused = CounterMetricFamily("argo_data_rejections", "Data that was not taken.", labels=["vendor", "kind"])
    for (vendor, kind), count_of in sorted(rejected.items()):
        refused.add_metric([vendor, kind], count_of)
    yield refused
    yield from _stream_metrics([(each.source, stream) for each in standing for stream in each.streams])
    answers = float(redis == "healthy") if redis in ("healthy", "unhealthy") else None
    yield known("argo_redis_up", "1 while Redis answers.", answers)


def _stream_metrics(streams: list[tuple[str, StreamStanding]]) -> Iterable[Metric]:
    for family, name, text, count in STREAMS:
        metric = family(name, text, labels=["source", "kind"])
        for source, stream in streams:
            metric.add_metric([source, stream.kind], count(stream))
        yield metric


def cache_metrics(consensus: tuple[int, int], standing: Iterable[SourceStanding]) -> Iterable[Metric]:
    """Hits and misses: the consensus' own (hits, misses), and each source's answers."""
    counts = {"consensus": consensus}
    counts |= {one.source: (one.path.cache_hits, one.path.cache_misses) for one in standing if one.path is not None}
    for place, word in enumerate(("hits", "misses")):
        family = CounterMetricFamily(f"argo_cache_{word}", f"Cache {word}, by cache.", labels=["cache"])
        for cache, count in counts.items():
            family.add_metric([cache], count[place])
        yield family


def _by_word(name: str, text: str, label: str, counts: Mapping[str, Mapping[str, int]]) -> Metric:
    family = CounterMetricFamily(name, text, labels=["source", label])
    for source, found in counts.items():
        for word, count in sorted(found.items()):
            family.add_metric([source, word], count)
    return family
