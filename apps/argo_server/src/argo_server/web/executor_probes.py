"""What monitoring reads of one executor."""

from __future__ import annotations

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from argo_core.errors import StoreError
from argo_core.pipeline.executor_health import ExecutorHealth, executor_health
from argo_core.pipeline.executor_status import ExecutorState, ExecutorStatus, executor_state
from argo_server.courier import UNREACHABLE
from argo_server.metrics import read_system
from argo_server.metrics.executor import render_executor
from argo_server.services import ExecutorServices
from argo_server.web.api import METRICS_TYPE
from argo_server.web.executor_status import executor_status


class ExecutorAlive(msgspec.Struct, frozen=True, kw_only=True):
    """The process answers; `trading` says whether it trades, and if not why not."""

    status: str = "alive"
    trading: ExecutorState


def executor_probes(check_seconds: float) -> tuple[HTTPRouteHandler, ...]:
    """Liveness, health and metrics of an executor that is looked at every `check_seconds`."""

    @get("/health", sync_to_thread=False)
    def liveness(services: NamedDependency[ExecutorServices]) -> ExecutorAlive:
        """Liveness: nothing is asked, what is known is told."""
        executor, minding = services.executor, services.minder.status()
        state = executor_state(
            halt=executor.standing,
            ready=minding.ready,
            reconciled=minding.reconciled,
            auto_execute=executor.policy.standing.auto_execute,
        )
        return ExecutorAlive(trading=state)

    @get("/api/v1/health")
    async def health(services: NamedDependency[ExecutorServices]) -> Response[ExecutorHealth]:
        """Whether it can trade, and if not why not; status 503 when unhealthy."""
        status, error = await _status(services)
        reports = services.courier.status()
        report = executor_health(
            status,
            services.minder.status(),
            error=error,
            reports_flow=reports.state != UNREACHABLE and not reports.refused,
            check_seconds=check_seconds,
            started_at=services.started_at,
            now=services.clock.now(),
        )
        return Response(report, status_code=503 if report.unhealthy else 200)

    @get("/metrics")
    async def metrics(services: NamedDependency[ExecutorServices]) -> Response[bytes]:
        """Prometheus text."""
        told = render_executor(await executor_status(services), read_system(), services.spans())
        return Response(told, media_type=METRICS_TYPE)

    return (liveness, health, metrics)


async def _status(services: ExecutorServices) -> tuple[ExecutorStatus | None, str | None]:
    try:
        return await executor_status(services), None
    except StoreError as error:
        return None, str(error)
