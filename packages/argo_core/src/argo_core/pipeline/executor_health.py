"""How an executor's process is doing, from what it says of itself. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from argo_core.pipeline.executor_status import ExecutorState, ExecutorStatus
from argo_core.pipeline.minder import MindingStatus

HEALTHY, DEGRADED, UNHEALTHY = "healthy", "degraded", "unhealthy"
SILENT_CHECKS = 3
_BY_STATE = {
    ExecutorState.HALTED: DEGRADED,
    ExecutorState.RECOVERING: UNHEALTHY,
    ExecutorState.UNRECONCILED: UNHEALTHY,
    ExecutorState.WATCHING: HEALTHY,
    ExecutorState.TRADING: HEALTHY,
}
_RANK = {HEALTHY: 0, DEGRADED: 1, UNHEALTHY: 2}


class ExecutorHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Each part is healthy, degraded or unhealthy, and `status` the worst of them. `reason`: what is wrong.

    `trading` follows from the state, `minding` from how old the last look is, `reports` from whether they arrive.
    """

    status: str
    state: ExecutorState | None
    reason: str | None
    timestamp: datetime
    uptime_seconds: float
    checked_at: datetime | None
    services: dict[str, str]

    @property
    def unhealthy(self) -> bool:
        """True where nothing can be traded until somebody or something mends it."""
        return self.status == UNHEALTHY


def executor_health(
    status: ExecutorStatus | None,
    minding: MindingStatus,
    *,
    error: str | None,
    reports_flow: bool,
    check_seconds: float,
    started_at: datetime,
    now: datetime,
) -> ExecutorHealth:
    """The health at `now`. `status` is None where the database did not answer, with its `error`; the account is looked
    at every `check_seconds`."""
    silent = now - (minding.checked_at or started_at) > timedelta(seconds=SILENT_CHECKS * check_seconds + 1)
    parts = {
        "database": UNHEALTHY if status is None else HEALTHY,
        "venue": UNHEALTHY if status is None or status.account is None else HEALTHY,
        "trading": UNHEALTHY if status is None else _BY_STATE[status.state],
        "minding": UNHEALTHY if silent else HEALTHY,
        "protection": DEGRADED if minding.unprotected else HEALTHY,
        "reports": HEALTHY if reports_flow else DEGRADED,
    }
    return ExecutorHealth(
        status=max(parts.values(), key=_RANK.__getitem__),
        state=None if status is None else status.state,
        reason=error if status is None else _reason(status, silent=silent, reports_flow=reports_flow),
        timestamp=now,
        uptime_seconds=(now - started_at).total_seconds(),
        checked_at=minding.checked_at,
        services=parts,
    )


def _reason(status: ExecutorStatus, *, silent: bool, reports_flow: bool) -> str | None:
    if status.halt is not None:
        return f"halted ({status.halt.code.value}): {status.halt.reason}"
    if status.error is not None:
        return status.error
    if status.unprotected:
        return f"no live stop covers all of: {', '.join(status.unprotected)}"
    if silent:
        return "the account has not been looked at for too long"
    return None if reports_flow else "reports do not reach the generator"
