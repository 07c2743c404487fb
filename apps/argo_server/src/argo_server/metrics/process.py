"""Figures that others keep, shown beside our own when somebody scrapes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
import psutil
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from argo_core.model.ledger_standing import LedgerStanding
from argo_core.model.parity import ParityReport
from argo_core.model.source_standing import SourceStanding
from argo_core.pipeline.executor_watch import WatchedExecutor
from argo_core.sources.health import SourceState, SourceStatistics
from argo_server.courier import CourierStatus
from argo_server.metrics.integrity import IntegrityCheck
from argo_server.metrics.ledger import ledger_metrics
from argo_server.metrics.parity import parity_metrics
from argo_server.metrics.vendors import cache_metrics, vendor_metrics
from argo_server.metrics.watched_executors import watched_metrics

STATUS_VALUES = {SourceState.HEALTHY: 1.0, SourceState.DEGRADED: 0.5, SourceState.UNHEALTHY: 0.0}


class SystemReading(msgspec.Struct, frozen=True, kw_only=True):
    """Use of the machine in percent, 0–100: the processor since the reading before, the working folder's disk."""

    cpu_percent: float
    memory_percent: float
    disk_percent: float


class ProcessReading(msgspec.Struct, frozen=True, kw_only=True):
    """The generator's own counts at `read_at`; `open_signals` and `ledger` are None if the database was silent."""

    uptime_seconds: float
    cycle_failures: int
    cycles_missed: int
    open_signals: int | None
    receivers: tuple[CourierStatus, ...] = ()
    executors: tuple[WatchedExecutor, ...] = ()
    ledger: LedgerStanding | None = None
    checks: tuple[IntegrityCheck, ...] = ()
    vendors: tuple[SourceStanding, ...] = ()
    rejected: dict[tuple[str, str], int] = {}
    redis: str = "not configured"
    reloads: dict[str, int] = {}
    parity: tuple[ParityReport, ...] = ()
    parity_causes: dict[str, int] = {}
    read_at: datetime


def read_system() -> SystemReading:
    """How busy the machine is; the processor of the very first reading counts as idle."""
    return SystemReading(
        cpu_percent=float(psutil.cpu_percent()),
        memory_percent=float(psutil.virtual_memory().percent),
        disk_percent=float(psutil.disk_usage(str(Path.cwd())).percent),
    )


@dataclass(frozen=True, slots=True, eq=False)
class ReadingCollector(Collector):
    """One scrape's worth of readings as metric families. `consensus`: its cache's hits and misses."""

    process: ProcessReading
    system: SystemReading
    sources: tuple[SourceStatistics, ...]
    consensus: tuple[int, int]

    def collect(self) -> Iterable[Metric]:
        """The families, each once."""
        process, system, gauge = self.process, self.system, GaugeMetricFamily
        yield gauge("argo_uptime_seconds", "Time since the process started.", value=process.uptime_seconds)
        yield CounterMetricFamily("argo_cycle_failures", "Cycles of which nothing was stored.", process.cycle_failures)
        yield CounterMetricFamily("argo_cycle_missed", "Cycles that could not start in time.", process.cycles_missed)
        if process.open_signals is not None:
            yield gauge("argo_open_signals", "Published signals without an outcome.", value=process.open_signals)
        yield gauge("argo_system_cpu_usage_percent", "Processor use, 0-100.", value=system.cpu_percent)
        yield gauge("argo_system_memory_usage_percent", "Memory use, 0-100.", value=system.memory_percent)
        yield gauge("argo_system_disk_usage_percent", "Disk use, 0-100.", value=system.disk_percent)
        yield from self._receivers()
        yield from watched_metrics(process.executors)
        yield from ledger_metrics(process.ledger, process.checks, process.read_at)
        reloads = CounterMetricFamily("argo_settings_reloads", "Changed settings taken over.", labels=["result"])
        for result, count in process.reloads.items():
            reloads.add_metric([result], count)
        yield reloads
        yield from parity_metrics(process.parity, process.parity_causes)
        yield from vendor_metrics(process.vendors, process.rejected, process.redis)
        yield from cache_metrics(self.consensus, process.vendors)
        status = gauge("argo_data_source_status", "1 healthy, 0.5 degraded, 0 unhealthy.", labels=["source"])
        for source in self.sources:
            if source.state in STATUS_VALUES:
                status.add_metric([source.source], STATUS_VALUES[source.state])
        yield status

    def _receivers(self) -> Iterable[Metric]:
        up = GaugeMetricFamily(
            "argo_receiver_up",
            "1 if it answered when last asked.",
            labels=["receiver"],
        )
        taken = CounterMetricFamily("argo_messages_delivered", "Messages that a receiver took.", labels=["receiver"])
        refused = CounterMetricFamily("argo_messages_refused", "Messages refused for good.", labels=["receiver"])
        for status in self.process.receivers:
            if status.delivered or status.refused or status.failures:
                up.add_metric([status.receiver], float(status.last_error is None))
            taken.add_metric([status.receiver], status.delivered)
            refused.add_metric([status.receiver], status.refused)
        return up, taken, refused
