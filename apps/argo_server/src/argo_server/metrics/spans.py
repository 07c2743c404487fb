"""What became of the steps that were traced."""

from __future__ import annotations

from prometheus_client.core import CounterMetricFamily
from prometheus_client.metrics_core import Metric

from argo_core.model.trace import SpanCounts


def span_metric(counts: SpanCounts) -> Metric:
    """The family; both are 0 where nothing is traced."""
    family = CounterMetricFamily("argo_trace_spans", "Ended spans, exported or dropped.", labels=["state"])
    family.add_metric(["exported"], counts.exported)
    family.add_metric(["dropped"], counts.dropped)
    return family
