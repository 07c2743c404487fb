"""Makes an alarm heard: in the log and in the metrics. The stored alarm holds the evidence."""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from alpine_core.model import AlarmKind, MarkReceipt, RealisedReceipt, Receipt, conflicting, contradicting
from alpine_web.metrics import Metrics

log = structlog.get_logger(__name__)


def ring(metrics: Metrics, kind: AlarmKind, receipts: Iterable[Receipt]) -> None:
    """One event and one count for each item that contradicts what is stored."""
    for receipt in conflicting(receipts):
        metrics.count_alarms(kind.value)
        log.error(
            "conflict_alarm", kind=kind.value, signal_id=receipt.signal_id, alpine_signal_id=receipt.alpine_signal_id
        )


def ring_for_marks(metrics: Metrics, receipt: MarkReceipt) -> None:
    """One event for all bars of a body that contradict stored ones; `alpine alarms` names each."""
    metrics.count_alarms(AlarmKind.MARK_CONFLICT.value, receipt.conflicts)
    if receipt.conflicts:
        log.error("conflict_alarm", kind=AlarmKind.MARK_CONFLICT.value, bars=receipt.conflicts)


def ring_for_trades(metrics: Metrics, receipts: Iterable[RealisedReceipt]) -> None:
    """One event and one count for each trade that contradicts what is stored."""
    for receipt in contradicting(receipts):
        metrics.count_alarms(AlarmKind.REALISED_CONFLICT.value)
        log.error("conflict_alarm", kind=AlarmKind.REALISED_CONFLICT.value, trade_id=receipt.trade_id)
