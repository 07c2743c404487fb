"""The application: routes, templates and what stands around them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from litestar import Litestar, Router
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from argo_server.services import Services
from argo_server.web.alerts import ALERT_ROUTES
from argo_server.web.api import API_ROUTES
from argo_server.web.console import CONSOLE_ROUTES
from argo_server.web.counted_requests import CountedRequests
from argo_server.web.executors import executor_console, executor_routes
from argo_server.web.form_guard import FormGuard
from argo_server.web.gate import Gate
from argo_server.web.lab_api import lab_routes
from argo_server.web.lab_pages import lab_console
from argo_server.web.ledger import LEDGER_ROUTES
from argo_server.web.parity import PARITY_ROUTES
from argo_server.web.problems import problem_handlers
from argo_server.web.queries import refuse_unknown_fields
from argo_server.web.reports import report_routes
from argo_server.web.shared_key import shared_key
from argo_server.web.static_files import read_static, static_route
from argo_server.web.template_engine import template_config
from argo_server.web.uptime_page import UPTIME_ROUTES
from argo_server.web.written_reports import WRITTEN_REPORT_ROUTES

BODY_LIMIT_BYTES = 65_536
SCHEMA = "/schema"


def create_app(services: Services, root: str = "", templates: Path | None = None, *, pages: bool = True) -> Litestar:
    """The HTTP side of one generator. Raises ConfigError for an address beyond loopback without a password.

    `root` is the prefix under which a host mounts it, for links. Files in `templates` win over ours of the same name.
    Without `pages` there is the API only.
    """
    guard = FormGuard()
    pages_of = [*ALERT_ROUTES, *CONSOLE_ROUTES, *PARITY_ROUTES, *UPTIME_ROUTES, *WRITTEN_REPORT_ROUTES]
    ours = [*pages_of, *executor_console(guard), *lab_console(guard, root)]
    console = [*ours, static_route(read_static())] if pages else []
    key = shared_key(services.settings.file, services.secrets)
    reports = [*report_routes(services.reports, key), *executor_routes(key), *lab_routes(key)]
    app = Litestar(
        route_handlers=[*API_ROUTES, *LEDGER_ROUTES, *reports, *console],
        dependencies={"services": Provide(lambda: services, sync_to_thread=False)},
        exception_handlers=problem_handlers(services),
        guards=[refuse_unknown_fields],
        template_config=template_config(root, templates),
        openapi_config=OpenAPIConfig(
            title="Argo",
            version="1",
            description="Signals, decisions and health of one generator. Errors are RFC 9457 problem details.",
            openapi_router=Router(SCHEMA, route_handlers=[], include_in_schema=False, guards=[_only_the_description]),
            render_plugins=[JsonRenderPlugin()],
        ),
        logging_config=None,
        request_max_body_size=BODY_LIMIT_BYTES,
    )
    # Litestar's own middleware does not see unknown addresses; this wraps whatever the application answers.
    gate = Gate(app.asgi_handler, services.settings.file.server)
    app.asgi_handler = CountedRequests(gate, services.metrics.requests)
    return app


def _only_the_description(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Litestar answers other addresses below with a page of its own; here they do not exist like any other."""
    if connection.scope["path"].rstrip("/") not in (SCHEMA, f"{SCHEMA}/openapi.json"):
        raise NotFoundException
