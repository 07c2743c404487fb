"""What a person should know of an executor. Pure: values, sent elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from argo_core.alerts.runbooks import EXECUTOR_HALTED, EXECUTOR_RISK, EXECUTOR_UNREACHABLE, POSITION_UNPROTECTED
from argo_core.execution.reconciliation import Difference
from argo_core.model.alert import Alert, Severity
from argo_core.model.halt import Halt, HaltCode, Resume
from argo_core.risk import Watched, WatchLevel

_BY_LEVEL = {
    WatchLevel.NORMAL: Severity.INFO,
    WatchLevel.WARNING: Severity.WARNING,
    WatchLevel.CRITICAL: Severity.CRITICAL,
    WatchLevel.BREACH: Severity.CRITICAL,
}


def halted(halt: Halt) -> Alert:
    """An executor has stopped trading."""
    mild = halt.code in (HaltCode.DAILY_LOSS, HaltCode.DRILL)
    return Alert(
        dedup_key=_halt_key(halt.executor_id),
        runbook=EXECUTOR_HALTED,
        title=f"{halt.executor_id} is halted: {halt.code.value}",
        message=halt.reason,
        severity=Severity.WARNING if mild else Severity.CRITICAL,
        source=halt.executor_id,
        raised_at=halt.at,
        details={"halt_id": halt.halt_id, "by": halt.by},
    )


def trading_again(resume: Resume) -> Alert:
    """No halt stands any more."""
    return Alert(
        dedup_key=_halt_key(resume.executor_id),
        runbook=EXECUTOR_HALTED,
        title=f"{resume.executor_id} trades again",
        message=resume.reason,
        severity=Severity.INFO,
        source=resume.executor_id,
        raised_at=resume.at,
        details={"halt_id": resume.halt_id, "by": resume.by},
        resolved=True,
    )


def levels(executor_id: str, watched: Watched, now: datetime) -> Iterable[Alert]:
    """One alert for each change of the watch's level."""
    for event in watched.events:
        if event.kind == "level":
            limit = "" if event.limit is None else f" of {event.limit:.2f}"
            yield Alert(
                dedup_key=f"{executor_id}-risk",
                runbook=EXECUTOR_RISK,
                title=f"{executor_id}: {event.level.value}",
                message=f"{event.code} stands at {event.measured:.2f}{limit} percent",
                severity=_BY_LEVEL[event.level],
                source=executor_id,
                raised_at=now,
                resolved=event.level is WatchLevel.NORMAL,
            )


def words(found: Iterable[Difference]) -> str:
    """Where our books and the venue differ, for a person."""
    each = "; ".join(f"{one.symbol}: {one.ours:g} in our books, {one.theirs:g} at the venue" for one in found)
    return f"positions differ: {each}"


def unprotected(executor_id: str, symbols: Iterable[str], now: datetime) -> Alert:
    """Positions without a stop for their whole quantity, after all that could be done."""
    names = ", ".join(symbols)
    return Alert(
        dedup_key=f"{executor_id}-unprotected",
        runbook=POSITION_UNPROTECTED,
        title=f"{executor_id}: positions without a stop" if names else f"{executor_id}: every position has its stop",
        message=f"no live stop covers all of: {names}" if names else "every position is covered again",
        severity=Severity.CRITICAL if names else Severity.INFO,
        source=executor_id,
        raised_at=now,
        resolved=not names,
    )


def unreachable(executor_id: str, error: str, now: datetime, *, resolved: bool = False) -> Alert:
    """The venue or a store did not answer a check."""
    return Alert(
        dedup_key=f"{executor_id}-unreachable",
        runbook=EXECUTOR_UNREACHABLE,
        title=f"{executor_id}: a check succeeded again" if resolved else f"{executor_id}: a check failed",
        message=error,
        severity=Severity.INFO if resolved else Severity.CRITICAL,
        source=executor_id,
        raised_at=now,
        resolved=resolved,
    )


def _halt_key(executor_id: str) -> str:
    return f"{executor_id}-halt"
