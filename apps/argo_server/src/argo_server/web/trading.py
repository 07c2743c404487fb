"""An executor over HTTP: signals and prices come in, its state is told, and a person halts it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.handlers import HTTPRouteHandler

from argo_core.model.asset import require_symbol
from argo_core.model.halt import HaltCode
from argo_core.model.inbox import Intake
from argo_core.model.trace import TRACEPARENT, read_traceparent
from argo_core.pipeline.body_digest import require_digest
from argo_core.pipeline.executor_line import Halted, Resumed
from argo_core.pipeline.kept_secret import KeptSecret
from argo_core.pipeline.receive_marks import received_marks
from argo_core.pipeline.trade_test import Tried
from argo_server.services import ExecutorServices
from argo_server.web.executor_status import TradingStatus, trading_status
from argo_server.web.machine_key import (
    EXECUTE,
    HALT,
    MARKS,
    RESUME,
    STATUS,
    TEST,
    require_key,
    require_key_if_given,
)
from argo_server.web.orders_of_people import HaltRequest, ResumeRequest, TestRequest, decode_body
from argo_server.web.problems import PROBLEM_TYPE
from argo_server.web.queries import AnyRequest

SIGNAL_LIMIT_BYTES, MARKS_LIMIT_BYTES = 262_144, 8_388_608
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


def trading_routes(key: KeptSecret) -> tuple[HTTPRouteHandler, ...]:
    """The routes of one executor."""
    return (*_incoming(key), *_commands(key))


def _incoming(key: KeptSecret) -> tuple[HTTPRouteHandler, ...]:

    @post(EXECUTE, guards=[require_key(key)], request_max_body_size=SIGNAL_LIMIT_BYTES)
    async def execute(request: AnyRequest, services: NamedDependency[ExecutorServices]) -> Response[dict[str, Any]]:
        """A signal to trade. 202 once it is durable, 409 for one that is known."""
        body = await request.body()
        require_digest(request.headers.get("content-digest"), body)
        signal_id, intake = await services.executor.receive(body, read_traceparent(request.headers.get(TRACEPARENT)))
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
        stored = await services.minder.mark(bars)
        services.courier.wake()
        return MarksReceipt(stored=stored, duplicates=len(bars) - stored)

    @get(STATUS, guards=[require_key_if_given(key)])
    async def status(services: NamedDependency[ExecutorServices]) -> TradingStatus:
        """Account, positions with their stops, limits, halts, orders, trades, verdicts."""
        return await trading_status(services)

    return (execute, marks, status)


def _commands(key: KeptSecret) -> tuple[HTTPRouteHandler, ...]:
    @post(HALT, guards=[require_key(key)], status_code=200)
    async def halt(request: AnyRequest, services: NamedDependency[ExecutorServices]) -> Halted:
        """The kill switch: durable first, then every order is cancelled and every position closed."""
        wanted = decode_body(await request.body(), HaltRequest)
        return await stop_trading(services, wanted.reason, wanted.by)

    @post(RESUME, guards=[require_key(key)], status_code=200)
    async def resume(request: AnyRequest, services: NamedDependency[ExecutorServices]) -> Resumed:
        """Let it trade again, for a reason and in somebody's name."""
        wanted = decode_body(await request.body(), ResumeRequest)
        return await start_trading(services, wanted.reason, wanted.by)

    @post(TEST, guards=[require_key(key)], status_code=200)
    async def test(request: AnyRequest, services: NamedDependency[ExecutorServices]) -> Tried:
        """One tiny order through every layer and back; refused where money is real."""
        wanted = decode_body(await request.body(), TestRequest)
        return await services.trade_test.run(require_symbol(wanted.symbol))

    return (halt, resume, test)


async def stop_trading(services: ExecutorServices, reason: str, by: str) -> Halted:
    """Halt as a person. Raises StoreError: then it is not halted."""
    stood, flattening = await services.executor.halt(HaltCode.OPERATOR, reason, by)
    services.courier.wake()
    return Halted(halt=stood, flattening=flattening)


async def start_trading(services: ExecutorServices, reason: str, by: str) -> Resumed:
    """End what stands. Raises ClientException 409 `not_halted` where nothing does, StoreError."""
    ended = await services.executor.resume(reason, by)
    if not ended:
        raise ClientException("no halt stands here", status_code=409, extra={"code": "not_halted"})
    return Resumed(resumed=ended)
