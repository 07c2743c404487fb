"""The application: routes, templates and what stands around them."""

from __future__ import annotations

from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar, Router
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig

from argo_server.services import Services
from argo_server.web.api import API_ROUTES
from argo_server.web.console import CONSOLE_ROUTES
from argo_server.web.gate import Gate
from argo_server.web.problems import problem_handlers
from argo_server.web.queries import refuse_unknown_fields
from argo_server.web.static_files import FOLDER, read_static, static_route
from argo_server.web.views.words import FILTERS

BODY_LIMIT_BYTES = 65_536
SCHEMA = "/schema"


def create_app(services: Services) -> Litestar:
    """The HTTP side of one generator. Raises ConfigError for an address beyond loopback without a password."""
    app = Litestar(
        route_handlers=[*API_ROUTES, *CONSOLE_ROUTES, static_route(read_static())],
        dependencies={"services": Provide(lambda: services, sync_to_thread=False)},
        exception_handlers=problem_handlers(services),
        guards=[refuse_unknown_fields],
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(_templates())),
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
    app.asgi_handler = Gate(app.asgi_handler, services.settings.file.server)
    return app


def _only_the_description(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Litestar answers other addresses below with a page of its own; here they do not exist like any other."""
    if connection.scope["path"].rstrip("/") not in (SCHEMA, f"{SCHEMA}/openapi.json"):
        raise NotFoundException


def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER.parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({shown.__name__: shown for shown in FILTERS})
    environment.globals["ui"] = environment.get_template("macros.html").module
    manifest = msgspec.json.decode((FOLDER / "vendor" / "manifest.json").read_bytes())
    environment.globals["integrity"] = {name: entry["sha384"] for name, entry in manifest["files"].items()}
    return environment
