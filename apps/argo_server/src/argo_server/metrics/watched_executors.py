"""The generator's view of its executors in figures."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from argo_core.pipeline.executor_watch import WatchedExecutor


def watched_metrics(executors: Iterable[WatchedExecutor]) -> Iterable[Metric]:
    """The families; of an executor that was never reached only that it is not up."""
    up = GaugeMetricFamily("argo_executor_up", "1 if it answered when last asked.", labels=["executor"])
    misses = GaugeMetricFamily("argo_executor_misses", "Unanswered questions in a row.", labels=["executor"])
    halted = GaugeMetricFamily("argo_executor_halted", "1 while a halt stands, as last told.", labels=["executor"])
    for one in executors:
        if one.up is None:
            continue
        up.add_metric([one.executor_id], float(one.up))
        misses.add_metric([one.executor_id], one.misses)
        if one.status is not None:
            halted.add_metric([one.executor_id], float(one.status.halt is not None))
    return up, misses, halted
