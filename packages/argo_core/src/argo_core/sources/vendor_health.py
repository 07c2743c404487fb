"""Sources judged by how their vendors answer, where they have one: a cache that answers in a microsecond is no vendor
in good health."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from argo_core.model.path_statistics import OWN_REFUSALS, PathStatistics
from argo_core.model.source_standing import SourceStanding
from argo_core.sources.health import SourceState, SourceStatistics, state_of, why_not_healthy


def judged(measured: Iterable[SourceStatistics], standing: Iterable[SourceStanding]) -> tuple[SourceStatistics, ...]:
    """`measured` by the cycles, with the figures of the vendors that `standing` tells of in their place. By name."""
    found = {each.source: each for each in measured}
    for each in standing:
        if each.path is not None:
            found[each.source] = _of_path(each.source, each.path, waited_for=each.waited_for)
    return tuple(found[name] for name in sorted(found))


def _of_path(source: str, path: PathStatistics, *, waited_for: bool) -> SourceStatistics:
    """An open breaker is no health, whatever the last calls were like; a vendor that no cycle waits for may be slow,
    and the median judges the others: one answer that took ten seconds is no slow vendor.
    What we refuse ourselves, a call to a vendor that rests for instance, is told by its kind and is no failed call."""
    latency_ms = path.latency_p50_ms if waited_for else 0.0
    state, why = state_of(path.success_rate_pct, latency_ms), why_not_healthy(path.success_rate_pct, latency_ms)
    if path.success_rate_pct is None and path.errors.keys() - OWN_REFUSALS:
        state, why = SourceState.UNHEALTHY, "no answer yet"
    return SourceStatistics(
        source=source,
        state=SourceState.UNHEALTHY if path.breaker == "open" else state,
        success_rate_pct=path.success_rate_pct,
        mean_latency_ms=path.latency_mean_ms,
        p95_latency_ms=path.latency_p95_ms,
        requests=path.fetches,
        failures=path.failures,
        errors=dict(path.errors),
        last_answer_at=path.last_answer_at,
        why="; ".join(filter(None, ["its breaker is open" if path.breaker == "open" else None, why])) or None,
    )


class CacheCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Answers from the vendors' caches, and questions that were not answered from there."""

    hits: int
    misses: int


def cache_counts(standing: Iterable[SourceStanding]) -> CacheCounts:
    """Over all vendors."""
    paths = [each.path for each in standing if each.path is not None]
    return CacheCounts(hits=sum(path.cache_hits for path in paths), misses=sum(path.cache_misses for path in paths))
