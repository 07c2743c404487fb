"""Counts what the generator announces, in a Prometheus registry of its own."""

from __future__ import annotations

from collections import Counter as Counted
from typing import Any

import msgspec
from prometheus_client import CollectorRegistry, Counter, Histogram, Summary, generate_latest

from argo_core.pipeline import CycleReport
from argo_core.sources.calls import CountedCall, counted_calls
from argo_core.sources.health import SourceStatistics, SourceWindow
from argo_core.sources.vendor_health import judged
from argo_server.metrics.process import ProcessReading, ReadingCollector, read_system
from argo_server.metrics.requests import RequestCounts

SECONDS_BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0)


class CycleTotals(msgspec.Struct, frozen=True, kw_only=True):
    """Since the process started. `symbols` were looked at, `skipped` of them had not moved.

    `cache_hits` of the others had the votes of the cycle before; for `cache_misses` the consensus was computed.
    """

    cycles: int = 0
    symbols: int = 0
    skipped: int = 0
    seconds: float = 0.0
    cache_hits: int = 0
    cache_misses: int = 0


class Metrics:
    """A listener of the generator. Everything it counts starts at zero with the process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._totals = CycleTotals()
        self._windows: dict[str, SourceWindow] = {}
        self._cycle_families()
        self._source_families()
        self.requests = RequestCounts(self._registry)

    def observe(self, report: CycleReport) -> None:
        """One durable cycle."""
        record, seconds = report.record, report.duration_ms / 1000.0
        totals = self._totals
        self._totals = msgspec.structs.replace(
            totals,
            cycles=totals.cycles + 1,
            symbols=totals.symbols + record.symbols,
            skipped=totals.skipped + record.skipped,
            seconds=totals.seconds + seconds,
            cache_hits=totals.cache_hits + report.cache_hits,
            cache_misses=totals.cache_misses + len(record.decisions) - report.cache_hits,
        )
        self._cycles.inc()
        self._duration.observe(seconds)
        self._skipped.inc(record.skipped)
        for stage, milliseconds in record.stage_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1000.0)
        for decision in record.decisions:
            self._decisions.labels(decision.status, decision.veto or "none").inc()
        for sealed in record.signals:
            self._signals.labels(sealed.signal.symbol, sealed.signal.action).inc()
        for outcome in record.outcomes:
            self._outcomes.labels(outcome.result.value).inc()
        absences = Counted((one.source, one.reason) for decision in record.decisions for one in decision.absences)
        for (source, reason), count in absences.items():
            self._absences.labels(source, reason.replace(" ", "_")).inc(count)
        for call in report.calls:
            self._saved.labels(call.source).inc(call.saved)
        for counted in counted_calls(report.calls, record.decisions):
            self._observe_call(counted)
            self._windows.setdefault(counted.source, SourceWindow(counted.source)).add(counted, record.decided_at)

    def render(self, reading: ProcessReading) -> bytes:
        """Everything as Prometheus text, format 0.0.4; `reading` holds what the generator counts itself."""
        now, totals = CollectorRegistry(), self._totals
        sources = judged(self.sources(), reading.vendors)
        now.register(ReadingCollector(reading, read_system(), sources, (totals.cache_hits, totals.cache_misses)))
        return generate_latest(self._registry) + generate_latest(now)

    def instruments(self) -> tuple[Any, ...]:
        """What counts here, for the reference of names."""
        return tuple(self._registry._collector_to_names)

    def sources(self) -> tuple[SourceStatistics, ...]:
        """Each source that has been asked, by name."""
        return tuple(self._windows[name].statistics() for name in sorted(self._windows))

    def totals(self) -> CycleTotals:
        """Counts over all cycles."""
        return self._totals

    def _observe_call(self, call: CountedCall) -> None:
        self._requests.labels(call.source, call.outcome.value).inc()
        if call.latency_ms is not None:
            self._latency.labels(call.source).observe(call.latency_ms / 1000.0)
        if call.kind is not None:
            self._errors.labels(call.source, call.kind).inc()

    def _cycle_families(self) -> None:
        to = self._registry
        self._duration = Histogram(
            "argo_signal_generation_duration_seconds",
            "One cycle, from market view to commit.",
            buckets=SECONDS_BUCKETS,
            registry=to,
        )
        self._stages = Summary("argo_cycle_stage_seconds", "One stage of a cycle.", ["stage"], registry=to)
        self._cycles = Counter("argo_cycles_total", "Durable cycles.", registry=to)
        self._skipped = Counter("argo_skipped_symbols_total", "Symbols that had not moved.", registry=to)
        self._signals = Counter("argo_signals_total", "Published signals.", ["symbol", "action"], registry=to)
        self._decisions = Counter("argo_decisions_total", "Decisions.", ["status", "veto"], registry=to)
        self._outcomes = Counter("argo_outcomes_total", "Resolved signals.", ["result"], registry=to)

    def _source_families(self) -> None:
        to = self._registry
        self._requests = Counter(
            "argo_data_source_requests_total", "Calls of a source.", ["source", "outcome"], registry=to
        )
        self._errors = Counter("argo_data_source_errors_total", "Failed calls.", ["source", "kind"], registry=to)
        self._absences = Counter(
            "argo_absent_votes_total", "Decisions without a source's vote.", ["source", "reason"], registry=to
        )
        self._saved = Counter("argo_saved_calls_total", "Questions that an early exit spared.", ["source"], registry=to)
        self._latency = Histogram(
            "argo_data_source_latency_seconds",
            "One call of a source.",
            ["source"],
            buckets=SECONDS_BUCKETS,
            registry=to,
        )
