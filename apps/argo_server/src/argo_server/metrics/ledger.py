"""The provable log in figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from argo_core.model.ledger_standing import SIGNING, LedgerStanding
from argo_server.metrics.integrity import IntegrityCheck


def ledger_metrics(
    standing: LedgerStanding | None, checks: Sequence[IntegrityCheck], now: datetime
) -> Iterable[Metric]:
    """The families; of the log itself none where the database did not answer (`standing` None)."""
    gauge = GaugeMetricFamily
    if standing is not None:
        yield gauge("argo_ledger_signing", "1 if the log may be signed.", value=float(standing.state == SIGNING))
        yield gauge("argo_ledger_size", "Entries of the log.", value=standing.size)
        if standing.signed_at is not None:
            age = (now - standing.signed_at).total_seconds()
            yield gauge("argo_ledger_checkpoint_age_seconds", "Since the newest checkpoint was signed.", value=age)
        yield from _witnesses(standing, now)
    runs = CounterMetricFamily("argo_integrity_checks", "Integrity checks that finished.", labels=["kind"])
    failed = gauge("argo_integrity_failures", "Rows that the newest check found wrong.", labels=["kind"])
    for check in checks:
        runs.add_metric([check.kind], check.runs)
        failed.add_metric([check.kind], check.failed)
    yield runs
    yield failed


def _witnesses(standing: LedgerStanding, now: datetime) -> Iterable[Metric]:
    up = GaugeMetricFamily("argo_witness_up", "1 if it cosigned when last asked.", labels=["witness"])
    for witness in standing.witnesses:
        if witness.cosigned_at is not None or witness.last_error is not None:
            up.add_metric([witness.witness], float(witness.last_error is None))
    size = GaugeMetricFamily("argo_witness_cosigned_size", "The largest size it cosigned.", labels=["name"])
    age = GaugeMetricFamily("argo_witness_cosignature_age_seconds", "Since its newest line.", labels=["name"])
    for cosigner in standing.cosigners:
        size.add_metric([cosigner.name], cosigner.size)
        age.add_metric([cosigner.name], (now - cosigner.cosigned_at).total_seconds())
    return up, size, age
