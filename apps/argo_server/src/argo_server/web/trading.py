"""An executor over HTTP: signals and prices come in, its state is shown."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Template

from argo_core.model.execution import SignalVerdicts
from argo_core.model.inbox import Intake
from argo_core.model.order import Order
from argo_core.model.position import AccountSnapshot
from argo_core.pipeline.body_digest import require_digest
from argo_core.pipeline.receive_marks import received_marks
from argo_core.ports.executor_reader import ExecutorCounts
from argo_server.courier import CourierStatus
from argo_server.services import ExecutorServices
from argo_server.web.machine_key import EXECUTE, MARKS, require_key
from argo_server.web.problems import PROBLEM_TYPE
from argo_server.web.queries import AnyRequest

SIGNAL_LIMIT_BYTES, MARKS_LIMIT_BYTES = 262_144, 8_388_608
SHOWN = 20
STATUSES = {
    Intake.ACCEPTED: HTTPStatus.ACCEPTED,
    Intake.DUPLICATE: HTTPStatus.CONFLICT,
    Intake.CONFLICT: HTTPStatus.CONFLICT,
}
DETAILS = {
    Intake.DUPLICATE: "this signal is known already, with the same hash",
    Intake.CONFLICT: "another signal is known under this id: its hash differs",
}


class MarksReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """`duplicates` were not later than the last bar of their symbol; a simulated exchange sees no conflicts."""

    stored: int
    duplicates: int
    conflicts: int = 0


class TradingStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One executor now. `type` is regular or prop_firm; `account` holds positions and open orders; `verdicts` and
    `orders` are the newest; `reports` tells how its reports reach the generator."""

    executor_id: str
    type: str
    simulated: bool
    auto_execute: bool
    started_at: datetime
    uptime_seconds: float
    account: AccountSnapshot
    counts: ExecutorCounts
    verdicts: tuple[SignalVerdicts, ...]
    orders: tuple[Order, ...]
    reports: CourierStatus


async def trading_status(services: ExecutorServices) -> TradingStatus:
    """How things stand now."""
    now, account = services.clock.now(), await services.executor.account()
    return TradingStatus(
        executor_id=services.role.executor_id,
        type="prop_firm" if services.role.prop_firm else "regular",
        simulated=account.simulated,
        auto_execute=services.executor.policy.standing.auto_execute,
        started_at=services.started_at,
        uptime_seconds=(now - services.started_at).total_seconds(),
        account=account,
        counts=await services.reader.counts(),
        verdicts=await services.reader.verdicts(SHOWN),
        orders=await services.reader.orders(SHOWN),
        reports=services.courier.status(),
    )


def trading_routes(key: str) -> tuple[HTTPRouteHandler, ...]:
    """The routes of one executor."""

    @post(EXECUTE, guards=[require_key(key)], request_max_body_size=SIGNAL_LIMIT_BYTES)
    async def execute(request: AnyRequest, services: NamedDependency[ExecutorServices]) -> Response[dict[str, Any]]:
        """A signal to trade. 202 once it is durable, 409 for one that is known."""
        body = await request.body()
        require_digest(request.headers.get("content-digest"), body)
        signal_id, intake = await services.executor.receive(body)
        status = STATUSES[intake]
        if status is HTTPStatus.ACCEPTED:
            return Response({"status": intake.value, "signal_id": signal_id}, status_code=status)
        problem = {"title": status.phrase, "status": status.value, "detail": DETAILS[intake], "code": intake.value}
        return Response({**problem, "signal_id": signal_id}, status_code=status, media_type=PROBLEM_TYPE)

    @post(MARKS, guards=[require_key(key)], status_code=200, request_max_body_size=MARKS_LIMIT_BYTES)
    async def marks(request: AnyRequest, services: NamedDependency[ExecutorServices]) -> MarksReceipt:
        """Prices for the simulated exchange."""
        body = await request.body()
        require_digest(request.headers.get("content-digest"), body)
        bars = received_marks(body)
        stored = await services.executor.mark(bars)
        services.courier.wake()
        return MarksReceipt(stored=stored, duplicates=len(bars) - stored)

    @get("/api/v1/trading/status")
    async def status(services: NamedDependency[ExecutorServices]) -> TradingStatus:
        """Account, positions, orders, verdicts."""
        return await trading_status(services)

    @get("/", include_in_schema=False)
    async def page(services: NamedDependency[ExecutorServices]) -> Template:
        """The same for a person."""
        return Template(
            "executor.html", context={"now": services.clock.now(), "status": await trading_status(services)}
        )

    return (execute, marks, status, page)
