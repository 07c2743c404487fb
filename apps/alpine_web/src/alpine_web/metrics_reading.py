"""What is read when somebody scrapes, beside what this process counts itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from alpine_core.model import Latency
from alpine_core.model.database_use import DatabaseUse
from alpine_core.model.integrity_check import CheckStanding, IntegrityCheck
from alpine_core.model.job_standing import JobStanding
from alpine_core.model.log_freshness import LogFreshness
from alpine_core.model.machine_use import MachineUse
from alpine_core.model.trace import SpanCounts
from alpine_core.model.uptime import UptimeReport


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """At `read_at`. `mails` by state, up to the most that are looked at; `backup_at`: of the newest backup that was
    restored and looked at. None: not known."""

    read_at: datetime
    uptime_seconds: float | None = None
    records: int | None = None
    alarms: int | None = None
    logs: tuple[LogFreshness, ...] = ()
    mails: Mapping[str, int] = {}
    latencies: tuple[Latency, ...] = ()
    jobs: tuple[JobStanding, ...] = ()
    backup_at: datetime | None = None
    machine: MachineUse | None = None
    database: DatabaseUse | None = None
    uptime: UptimeReport | None = None
    spans: SpanCounts = SpanCounts()
    checks: tuple[IntegrityCheck, ...] = ()
    stored_checks: tuple[CheckStanding, ...] = ()


class ReadingCollector(Collector):
    """One scrape's worth. Each family is there, so that its name is told, and a sample of what is known."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def collect(self) -> Iterable[Metric]:
        """The families, each once."""
        reading = self._reading
        backed_up = None if reading.backup_at is None else (reading.read_at - reading.backup_at).total_seconds()
        yield _known("alpine_uptime_seconds", "Time since the process started.", reading.uptime_seconds)
        yield _known("alpine_records", "Signals and outcomes stored.", reading.records)
        yield _known("alpine_stored_alarms", "Contradictions on record.", reading.alarms)
        yield _known("alpine_backup_age_seconds", "Since the newest backup that held when tried.", backed_up)
        mails = GaugeMetricFamily("alpine_mail_queue_depth", "Mails in the outbox.", labels=["state"])
        for state, count in sorted(reading.mails.items()):
            mails.add_metric([state], count)
        yield mails
        yield from self._system()
        yield self._uptime()
        yield self._spans()
        yield from self._logs()
        yield from self._latencies()
        yield from self._jobs()
        yield from self._checks()

    def _system(self) -> Iterable[Metric]:
        machine, database = self._reading.machine, self._reading.database
        cpu, memory, disk = (
            (None, None, None)
            if machine is None
            else (machine.cpu_percent, machine.memory_percent, machine.disk_percent)
        )
        size, busy = (None, None) if database is None else (database.size, database.in_use)
        return (
            _known("alpine_system_cpu_usage_percent", "Processor use, 0-100.", cpu),
            _known("alpine_system_memory_usage_percent", "Memory use, 0-100.", memory),
            _known("alpine_system_disk_usage_percent", "Disk use, 0-100.", disk),
            _known("alpine_database_pool_size", "Connections that may be open for reading.", size),
            _known("alpine_database_pool_in_use", "Connections at work.", busy),
        )

    def _uptime(self) -> Metric:
        ratio = GaugeMetricFamily("alpine_uptime_ratio", "Share of minutes that were up, 0-1.", labels=["window"])
        for window in () if self._reading.uptime is None else self._reading.uptime.windows:
            if window.ratio is not None:
                ratio.add_metric([window.name], window.ratio)
        return ratio

    def _spans(self) -> Metric:
        spans = CounterMetricFamily("alpine_trace_spans", "Ended spans, exported or dropped.", labels=["state"])
        spans.add_metric(["exported"], self._reading.spans.exported)
        spans.add_metric(["dropped"], self._reading.spans.dropped)
        return spans

    def _logs(self) -> Iterable[Metric]:
        age = GaugeMetricFamily(
            "alpine_witness_age_seconds", "Since the newest checkpoint that was cosigned.", labels=["origin"]
        )
        size = GaugeMetricFamily("alpine_mirror_size", "Entries of the log that are mirrored.", labels=["origin"])
        for one in self._reading.logs:
            age.add_metric([one.origin], (self._reading.read_at - one.received_at).total_seconds())
            size.add_metric([one.origin], one.size)
        return age, size

    def _latencies(self) -> Iterable[Metric]:
        latency = GaugeMetricFamily(
            "alpine_delivery_latency_milliseconds",
            "Percentiles over the live receipts of the last 24 hours; from generation only for live sources.",
            labels=["tier", "start", "quantile"],
        )
        receipts = GaugeMetricFamily(
            "alpine_delivery_receipts", "Live receipts of the last 24 hours.", labels=["tier", "start"]
        )
        for one in self._reading.latencies:
            receipts.add_metric([one.tier.value, one.start.value], one.count)
            for quantile, value in (("0.5", one.p50_ms), ("0.95", one.p95_ms), ("0.99", one.p99_ms)):
                latency.add_metric([one.tier.value, one.start.value, quantile], value)
        return latency, receipts

    def _jobs(self) -> Iterable[Metric]:
        runs = CounterMetricFamily("alpine_job_runs", "Runs that ended.", labels=["task"])
        failed = CounterMetricFamily("alpine_job_failures", "Runs that failed.", labels=["task"])
        late = CounterMetricFamily("alpine_job_late", "Runs begun over a second after their time.", labels=["task"])
        took = GaugeMetricFamily("alpine_job_duration_seconds", "How long the newest run took.", labels=["task"])
        last = GaugeMetricFamily("alpine_job_last_run_timestamp_seconds", "When it began, Unix time.", labels=["task"])
        for job in self._reading.jobs:
            runs.add_metric([job.job], job.runs)
            failed.add_metric([job.job], job.failed)
            late.add_metric([job.job], job.late)
            if job.seconds is not None:
                took.add_metric([job.job], job.seconds)
            if job.began_at is not None:
                last.add_metric([job.job], job.began_at.timestamp())
        return runs, failed, late, took, last

    def _checks(self) -> Iterable[Metric]:
        runs = CounterMetricFamily("alpine_integrity_checks", "Integrity checks that ended.", labels=["kind"])
        found = CounterMetricFamily(
            "alpine_verification_failures", "What integrity checks found wrong, each time they did.", labels=["kind"]
        )
        failed = GaugeMetricFamily("alpine_integrity_failures", "What the newest check found wrong.", labels=["kind"])
        age = GaugeMetricFamily(
            "alpine_integrity_age_seconds", "Since the newest check ended, or one is expected.", labels=["kind"]
        )
        for one in self._reading.checks:
            runs.add_metric([one.kind], one.runs)
            found.add_metric([one.kind], one.found)
        for kind, (at, count) in self._newest_checks().items():
            age.add_metric([kind], (self._reading.read_at - at).total_seconds())
            if count is not None:
                failed.add_metric([kind], count)
        return runs, found, failed, age

    def _newest_checks(self) -> dict[str, tuple[datetime, int | None]]:
        """By kind when the newest ended and what it found (None: none has ended): the database knows those of every
        process, ours where it does not answer."""
        found: dict[str, tuple[datetime, int | None]] = {
            one.kind: (one.finished_at, one.failed) for one in self._reading.checks
        }
        for one in self._reading.stored_checks:
            found[one.kind] = (one.vouched_at, None if one.finished_at is None else one.failed)
        return found


def _known(name: str, text: str, value: float | None) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[])
    if value is not None:
        family.add_metric([], value)
    return family
