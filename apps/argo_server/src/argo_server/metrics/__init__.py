"""What is counted about a generator: Prometheus text, and the figures behind the health page."""

from argo_server.metrics.process import ProcessReading
from argo_server.metrics.registry import CycleTotals, Metrics
from argo_server.metrics.system_load import SystemReading

__all__ = ["CycleTotals", "Metrics", "ProcessReading", "SystemReading"]
