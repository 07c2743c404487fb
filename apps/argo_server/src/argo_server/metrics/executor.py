"""One executor in figures."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from argo_core.model.trace import SpanCounts
from argo_core.pipeline.executor_status import ExecutorStatus
from argo_server.metrics.known import known
from argo_server.metrics.process import SystemReading
from argo_server.metrics.spans import span_metric


class ExecutorCollector(Collector):
    """One scrape's worth; what the venue did not tell is left out rather than called zero."""

    def __init__(self, status: ExecutorStatus, system: SystemReading, spans: SpanCounts = SpanCounts()) -> None:
        self._status, self._system, self._spans = status, system, spans

    def collect(self) -> Iterable[Metric]:
        """The families, each once, all with the executor's name."""
        status = self._status
        yield self._gauge("argo_uptime_seconds", "Time since the process started.", status.uptime_seconds)
        yield self._gauge("argo_executor_halted", "1 while a halt stands.", float(status.halt is not None))
        yield self._gauge("argo_executor_reconciled", "1 if books and venue agree.", float(status.reconciled))
        yield self._gauge("argo_executor_unprotected", "Positions without a whole stop.", len(status.unprotected))
        yield from self._account(status)
        yield self._counter("argo_executor_signals_received", "Signals taken.", status.counts.received)
        yield self._counter("argo_executor_fills", "Fills noted.", status.counts.filled)
        denials = CounterMetricFamily("argo_risk_denials", "Signals denied, by rule.", labels=["executor", "rule"])
        for rule, count in sorted(status.counts.denied_by.items()):
            denials.add_metric([status.executor_id, rule], count)
        yield denials
        yield span_metric(self._spans)
        yield self._gauge("argo_system_cpu_usage_percent", "Processor use, 0-100.", self._system.cpu_percent)
        yield self._gauge("argo_system_memory_usage_percent", "Memory use, 0-100.", self._system.memory_percent)
        yield self._gauge("argo_system_disk_usage_percent", "Disk use, 0-100.", self._system.disk_percent)

    def _account(self, status: ExecutorStatus) -> Iterable[Metric]:
        account, risk = status.account, status.risk
        told: dict[str, float] = {}
        if account is not None and risk is not None:
            told = {
                "equity": account.equity,
                "positions": len(account.positions),
                "floor": risk.floor.equity,
                "distance": account.equity - risk.floor.equity,
                "level": risk.level.rank,
            }
        yield self._gauge("argo_equity", "Equity, quote currency.", told.get("equity"))
        yield self._gauge("argo_open_positions", "Positions held.", told.get("positions"))
        yield self._gauge("argo_floor_equity", "The nearest floor, quote currency.", told.get("floor"))
        yield self._gauge("argo_floor_distance", "Equity above it, quote currency.", told.get("distance"))
        yield self._gauge("argo_risk_level", "0 normal, 1 warning, 2 critical, 3 breach.", told.get("level"))
        used = GaugeMetricFamily("argo_risk_used_percent", "How much of a limit is used.", labels=["executor", "meter"])
        for meter in risk.meters if risk is not None and told else ():
            used.add_metric([status.executor_id, meter.name], meter.pct)
        yield used

    def _gauge(self, name: str, about: str, value: float | None) -> Metric:
        return known(name, about, value, {"executor": self._status.executor_id})

    def _counter(self, name: str, about: str, value: float) -> Metric:
        family = CounterMetricFamily(name, about, labels=["executor"])
        family.add_metric([self._status.executor_id], value)
        return family


def render_executor(status: ExecutorStatus, system: SystemReading, spans: SpanCounts) -> bytes:
    """Prometheus text, format 0.0.4."""
    registry = CollectorRegistry()
    registry.register(ExecutorCollector(status, system, spans))
    return generate_latest(registry)
