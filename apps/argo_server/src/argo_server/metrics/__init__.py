"""What is counted about a generator: Prometheus text, and the figures behind the health page."""

from argo_server.metrics.integrity import IntegrityCheck, IntegrityRecord
from argo_server.metrics.parity import ParityRecord
from argo_server.metrics.process import ProcessReading, SystemReading, read_system
from argo_server.metrics.registry import CycleTotals, Metrics

__all__ = [
    "CycleTotals",
    "IntegrityCheck",
    "IntegrityRecord",
    "Metrics",
    "ParityRecord",
    "ProcessReading",
    "SystemReading",
    "read_system",
]
