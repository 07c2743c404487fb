"""What runs beside the requests, and the database under both, in figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from argo_core.alerts.readings import RateReading
from argo_core.model.database_use import DatabaseUse
from argo_core.model.job_standing import JobStanding
from argo_core.pipeline.cycle_uptime import CycleUptimeReport

COUNTS: Mapping[str, tuple[str, Callable[[JobStanding], int]]] = {
    "argo_job_runs": ("Runs that ended.", lambda job: job.runs),
    "argo_job_failures": ("Runs that failed.", lambda job: job.failed),
    "argo_job_late": ("Runs that began more than a second after their time.", lambda job: job.late),
    "argo_job_missed": ("Times that passed without a run.", lambda job: job.missed),
    "argo_job_overlapping": ("Times at which it still ran and was not started again.", lambda job: job.overlapping),
}


def job_metrics(jobs: Iterable[JobStanding]) -> Iterable[Metric]:
    """A sample of each count for every job; of times only those that are known."""
    jobs = tuple(jobs)
    for name, (text, count) in COUNTS.items():
        family = CounterMetricFamily(name, text, labels=["task"])
        for job in jobs:
            family.add_metric([job.job], count(job))
        yield family
    took = GaugeMetricFamily("argo_job_duration_seconds", "How long the newest run took.", labels=["task"])
    began = GaugeMetricFamily("argo_job_last_run_timestamp_seconds", "When it began, Unix time.", labels=["task"])
    due = GaugeMetricFamily("argo_job_next_run_timestamp_seconds", "When it runs again, Unix time.", labels=["task"])
    for job in jobs:
        if job.seconds is not None:
            took.add_metric([job.job], job.seconds)
        for moment, at in ((began, job.began_at), (due, job.next_at)):
            if at is not None:
                moment.add_metric([job.job], at.timestamp())
    yield from (took, began, due)


def database_metrics(use: DatabaseUse | None) -> Iterable[Metric]:
    """The pool, and how often a statement had been compiled before."""
    size = GaugeMetricFamily("argo_database_pool_size", "Connections that may be open.", labels=[])
    busy = GaugeMetricFamily("argo_database_pool_in_use", "Connections at work.", labels=[])
    hits = CounterMetricFamily("argo_database_statement_cache_hits", "Statements that were compiled.", labels=[])
    misses = CounterMetricFamily("argo_database_statement_cache_misses", "Statements compiled anew.", labels=[])
    if use is not None:
        size.add_metric([], use.size)
        busy.add_metric([], use.in_use)
        hits.add_metric([], use.cache_hits)
        misses.add_metric([], use.cache_misses)
    return size, busy, hits, misses


def uptime_metric(uptime: CycleUptimeReport | None) -> Metric:
    """A sample of each window of which something is known."""
    ratio = GaugeMetricFamily("argo_uptime_ratio", "Share of due cycles that are stored, 0-1.", labels=["window"])
    for window in () if uptime is None else uptime.windows:
        if window.ratio is not None:
            ratio.add_metric([window.name], window.ratio)
    return ratio


def rate_metrics(rates: Iterable[RateReading]) -> Iterable[Metric]:
    """Signals of the windows that end now, beside those that are usual; no sample while no market is open."""
    labels = ["service_type", "window"]
    came = GaugeMetricFamily("argo_signal_rate", "Signals of the last hour or five_minutes.", labels=labels)
    usual = GaugeMetricFamily("argo_signal_rate_expected", "As many as are usual in it.", labels=labels)
    for rate in rates:
        came.add_metric([rate.service_type, rate.window], rate.signals)
        usual.add_metric([rate.service_type, rate.window], rate.expected)
    return came, usual
