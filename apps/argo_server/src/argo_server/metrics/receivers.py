"""What is delivered to whom, in figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.metrics_core import Metric

from argo_core.ports.outbox import Backlog
from argo_server.courier import CourierStatus


def receiver_metrics(
    receivers: Iterable[CourierStatus], backlogs: Mapping[str, Backlog], now: datetime
) -> Iterable[Metric]:
    """`backlogs` by receiver, without those that the database did not tell."""
    receivers = tuple(receivers)
    yield from _counts(receivers)
    took = SummaryMetricFamily(
        "argo_sync_latency_seconds", "One delivery, from the outbox to its answer noted.", labels=["receiver"]
    )
    up = GaugeMetricFamily("argo_receiver_up", "1 if it answered when last asked.", labels=["receiver"])
    for one in receivers:
        took.add_metric([one.receiver], count_value=one.passes, sum_value=one.pass_seconds)
        if one.delivered or one.refused or one.failures:
            up.add_metric([one.receiver], float(one.last_error is None))
    yield took
    yield up
    lag = GaugeMetricFamily("argo_sync_lag_seconds", "Since when the oldest message waits.", labels=["receiver"])
    waiting = GaugeMetricFamily("argo_sync_pending", "Messages that wait.", labels=["receiver"])
    for name, backlog in sorted(backlogs.items()):
        waited = 0.0 if backlog.oldest_at is None else max(0.0, (now - backlog.oldest_at).total_seconds())
        lag.add_metric([name], waited)
        waiting.add_metric([name], backlog.pending)
    yield lag
    yield waiting


def _counts(receivers: tuple[CourierStatus, ...]) -> Iterable[Metric]:
    counts: Mapping[str, tuple[str, Callable[[CourierStatus], int]]] = {
        "argo_messages_delivered": ("Messages that a receiver took.", lambda one: one.delivered),
        "argo_messages_refused": ("Messages refused for good.", lambda one: one.refused),
        "argo_sync_sent": ("Messages that a receiver took as new.", lambda one: one.delivered - one.known),
        "argo_sync_duplicates": ("Messages that it had taken before.", lambda one: one.known),
        "argo_sync_failures": ("Attempts that did not reach it.", lambda one: one.failures),
    }
    for name, (text, count) in counts.items():
        family = CounterMetricFamily(name, text, labels=["receiver"])
        for one in receivers:
            family.add_metric([one.receiver], count(one))
        yield family
    rejected = CounterMetricFamily(
        "argo_sync_rejected", "Messages refused for good, by the receiver's code.", labels=["receiver", "code"]
    )
    for one in receivers:
        for code, found in sorted(one.refused_by.items()):
            rejected.add_metric([one.receiver, code], found)
    yield rejected
