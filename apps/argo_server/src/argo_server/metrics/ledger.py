"""The provable log in figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from argo_core.model.ledger_standing import SIGNING, LedgerStanding
from argo_server.metrics.integrity import IntegrityCheck
from argo_server.metrics.known import known


def ledger_metrics(
    standing: LedgerStanding | None, checks: Sequence[IntegrityCheck], now: datetime
) -> Iterable[Metric]:
    """The families; of the log itself no sample where the database did not answer (`standing` None)."""
    gauge = GaugeMetricFamily
    signing = None if standing is None else float(standing.state == SIGNING)
    signed_at = None if standing is None else standing.signed_at
    age = None if signed_at is None else (now - signed_at).total_seconds()
    yield known("argo_ledger_signing", "1 if the log may be signed.", signing)
    yield known("argo_ledger_size", "Entries of the log.", None if standing is None else standing.size)
    yield known("argo_ledger_checkpoint_age_seconds", "Since the newest checkpoint was signed.", age)
    yield from _witnesses(standing, now)
    runs = CounterMetricFamily("argo_integrity_checks", "Integrity checks that finished.", labels=["kind"])
    failed = gauge("argo_integrity_failures", "Rows that the newest check found wrong.", labels=["kind"])
    wrong = CounterMetricFamily(
        "argo_verification_failures", "Rows that integrity checks found wrong, each time they did.", labels=["kind"]
    )
    for check in checks:
        wrong.add_metric([check.kind], check.found)
        runs.add_metric([check.kind], check.runs)
        failed.add_metric([check.kind], check.failed)
    yield runs
    yield failed
    yield wrong


def _witnesses(standing: LedgerStanding | None, now: datetime) -> Iterable[Metric]:
    up = GaugeMetricFamily("argo_witness_up", "1 if it cosigned when last asked.", labels=["witness"])
    for witness in () if standing is None else standing.witnesses:
        if witness.cosigned_at is not None or witness.last_error is not None:
            up.add_metric([witness.witness], float(witness.last_error is None))
    size = GaugeMetricFamily("argo_witness_cosigned_size", "The largest size it cosigned.", labels=["name"])
    age = GaugeMetricFamily("argo_witness_cosignature_age_seconds", "Since its newest line.", labels=["name"])
    for cosigner in () if standing is None else standing.cosigners:
        size.add_metric([cosigner.name], cosigner.size)
        age.add_metric([cosigner.name], (now - cosigner.cosigned_at).total_seconds())
    return up, size, age
