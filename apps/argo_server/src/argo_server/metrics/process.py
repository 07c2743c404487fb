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

from argo_core.alerts.readings import RateReading
from argo_core.model.database_use import DatabaseUse
from argo_core.model.job_standing import JobStanding
from argo_core.model.ledger_standing import LedgerStanding
from argo_core.model.parity import ParityReport
from argo_core.model.source_standing import SourceStanding
from argo_core.model.trace import SpanCounts
from argo_core.pipeline.cycle_uptime import CycleUptimeReport
from argo_core.pipeline.executor_watch import WatchedExecutor
from argo_core.ports.outbox import Backlog
from argo_core.sources.health import SourceState, SourceStatistics
from argo_server.courier import CourierStatus
from argo_server.metrics.integrity import IntegrityCheck
from argo_server.metrics.known import known
from argo_server.metrics.ledger import ledger_metrics
from argo_server.metrics.parity import parity_metrics
from argo_server.metrics.receivers import receiver_metrics
from argo_server.metrics.running import database_metrics, job_metrics, rate_metrics, uptime_metric
from argo_server.metrics.spans import span_metric
from argo_server.metrics.vendors import cache_metrics, vendor_metrics
from argo_server.metrics.watched_executors import watched_metrics

STATUS_VALUES = {SourceState.HEALTHY: 1.0, SourceState.DEGRADED: 0.5, SourceState.UNHEALTHY: 0.0}


class SystemReading(msgspec.Struct, frozen=True, kw_only=True):
    """Use of the machine in percent, 0–100: the processor since the reading before, the working folder's disk."""

    cpu_percent: float
    memory_percent: float
    disk_percent: float


class ProcessReading(msgspec.Struct, frozen=True, kw_only=True):
    """The generator's own counts at `read_at`; `open_signals` and `ledger` are None if the database was silent;
    `backup_at`: when the newest backup that was restored and looked at was, None without one."""

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
    backlogs: dict[str, Backlog] = {}
    rates: tuple[RateReading, ...] = ()
    jobs: tuple[JobStanding, ...] = ()
    database: DatabaseUse | None = None
    spans: SpanCounts = SpanCounts()
    backup_at: datetime | None = None
    uptime: CycleUptimeReport | None = None
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
        yield known("argo_open_signals", "Published signals without an outcome.", process.open_signals)
        yield gauge("argo_system_cpu_usage_percent", "Processor use, 0-100.", value=system.cpu_percent)
        yield gauge("argo_system_memory_usage_percent", "Memory use, 0-100.", value=system.memory_percent)
        yield gauge("argo_system_disk_usage_percent", "Disk use, 0-100.", value=system.disk_percent)
        yield from receiver_metrics(process.receivers, process.backlogs, process.read_at)
        yield from rate_metrics(process.rates)
        yield from job_metrics(process.jobs)
        yield from database_metrics(process.database)
        yield span_metric(process.spans)
        yield uptime_metric(process.uptime)
        age = None if process.backup_at is None else (process.read_at - process.backup_at).total_seconds()
        yield known("argo_backup_age_seconds", "Since the newest backup that was restored and looked at.", age)
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
