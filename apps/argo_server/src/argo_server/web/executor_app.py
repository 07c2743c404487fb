"""The HTTP side of one executor."""

from __future__ import annotations

import traceback
from http import HTTPStatus
from typing import Any

import structlog
from litestar import Litestar, Response
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.response import Template

from argo_core.pipeline.receive_signal import RuleBroken
from argo_server.services import ExecutorServices
from argo_server.web.executor_pages import executor_pages
from argo_server.web.executor_probes import executor_probes
from argo_server.web.form_guard import FormGuard
from argo_server.web.gate import Gate
from argo_server.web.problems import PROBLEM_TYPE, Problem, problem_of
from argo_server.web.queries import AnyRequest, refuse_unknown_fields
from argo_server.web.shared_key import shared_key
from argo_server.web.static_files import read_static, static_route
from argo_server.web.template_engine import template_config
from argo_server.web.trading import trading_routes

BODY_LIMIT_BYTES = 65_536
TRY_AGAIN = {"Retry-After": "1"}

log = structlog.get_logger(__name__)


def create_executor_app(services: ExecutorServices, check_seconds: float) -> Litestar:
    """`check_seconds`: how often the account is looked at. Raises ConfigError for an address beyond loopback without a
    password."""
    file = services.role.settings.file
    pages = executor_pages(FormGuard())
    app = Litestar(
        route_handlers=[
            *executor_probes(check_seconds),
            *trading_routes(shared_key(file, services.secrets)),
            *pages,
            static_route(read_static()),
        ],
        dependencies={"services": Provide(lambda: services, sync_to_thread=False)},
        exception_handlers={RuleBroken: _refused, HTTPException: _answer, Exception: _answer},
        guards=[refuse_unknown_fields],
        template_config=template_config(),
        openapi_config=OpenAPIConfig(
            title="Argo executor",
            version="1",
            description="One executor. Errors are RFC 9457 problem details.",
            render_plugins=[JsonRenderPlugin()],
        ),
        logging_config=None,
        request_max_body_size=BODY_LIMIT_BYTES,
    )
    app.asgi_handler = Gate(app.asgi_handler, file.server)
    return app


def _refused(_: AnyRequest, error: RuleBroken) -> Response[Problem]:
    """The body was understood, and a rule refuses what it says."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    problem = Problem(title="Unprocessable Content", status=status.value, detail=str(error), code=error.code)
    return Response(problem, status_code=status.value, media_type=PROBLEM_TYPE)


def _answer(request: AnyRequest, error: Exception) -> Response[Any]:
    problem = problem_of(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # Formatted here: a renderer that prints local variables would print settings too.
        trace = "".join(traceback.format_exception(error))
        log.error("request_failed", method=request.method, path=request.scope["path"], trace=trace)
    headers = TRY_AGAIN if problem.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    if "text/html" in request.headers.get("accept", "") and "hx-request" not in request.headers:
        context = {"problem": problem, "path": ""}
        return Template("executor/problem.html", context=context, status_code=problem.status, headers=headers)
    return Response(problem, status_code=problem.status, media_type=PROBLEM_TYPE, headers=headers)
