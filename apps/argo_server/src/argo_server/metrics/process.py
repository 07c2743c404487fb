"""Figures that others keep, shown beside our own when somebody scrapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from argo_core.sources.health import SourceState, SourceStatistics
from argo_server.metrics.system_load import SystemReading

STATUS_VALUES = {SourceState.HEALTHY: 1.0, SourceState.DEGRADED: 0.5, SourceState.UNHEALTHY: 0.0}


class ProcessReading(msgspec.Struct, frozen=True, kw_only=True):
    """The generator's own counts at one moment; `open_signals` is None when the database did not answer."""

    uptime_seconds: float
    cycle_failures: int
    cycles_missed: int
    open_signals: int | None


@dataclass(frozen=True, slots=True)
class ReadingCollector(Collector):
    """One scrape's worth of readings as metric families."""

    process: ProcessReading
    system: SystemReading
    sources: tuple[SourceStatistics, ...]

    def collect(self) -> Iterable[Metric]:
        """The families, each once."""
        yield from self._process()
        yield _gauge("argo_system_cpu_usage_percent", "Processor use, 0-100.", self.system.cpu_percent)
        yield _gauge("argo_system_memory_usage_percent", "Memory use, 0-100.", self.system.memory_percent)
        yield _gauge("argo_system_disk_usage_percent", "Use of the working folder's disk.", self.system.disk_percent)
        status = GaugeMetricFamily(
            "argo_data_source_status",
            "1 healthy, 0.5 degraded, 0 unhealthy; none while not due.",
            labels=["source"],
        )
        for source in self.sources:
            value = STATUS_VALUES.get(source.state)
            if value is not None:
                status.add_metric([source.source], value)
        yield status

    def _process(self) -> Iterator[Metric]:
        reading = self.process
        yield _gauge("argo_uptime_seconds", "Time since the process started.", reading.uptime_seconds)
        yield _counter("argo_cycle_failures", "Cycles that failed; nothing of them was stored.", reading.cycle_failures)
        yield _counter("argo_cycle_missed", "Cycles that could not start in time.", reading.cycles_missed)
        if reading.open_signals is not None:
            yield _gauge("argo_open_signals", "Published signals without an outcome.", reading.open_signals)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(name, text, value=value)
