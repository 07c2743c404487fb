"""A figure that may be unknown."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric


def known(name: str, text: str, value: float | None, labels: Mapping[str, str] | None = None) -> Metric:
    """The family, always, so that its name is told; a sample only of what is known."""
    labels = labels or {}
    family = GaugeMetricFamily(name, text, labels=list(labels))
    if value is not None:
        family.add_metric(list(labels.values()), value)
    return family
