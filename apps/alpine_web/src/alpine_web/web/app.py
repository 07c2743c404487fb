"""The application of its own: our routes, the description of the API, and the gate before everything."""

from __future__ import annotations

from typing import Any

from litestar import Litestar, Router
from litestar.connection import ASGIConnection
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from alpine_web.services import Services
from alpine_web.version import installed_version
from alpine_web.web.description import DescriptionPlugin
from alpine_web.web.gate import Gate
from alpine_web.web.problems import problem_handlers
from alpine_web.web.request_counts import CountedRequests
from alpine_web.web.routes import Source, our_router
from alpine_web.web.site import Site, open_site

SCHEMA = "/schema"
PROVIDER_KEY = SecurityScheme(type="apiKey", name="X-API-Key", security_scheme_in="header")


def create_app(services: Services, site: Site | None = None) -> Litestar:
    """The HTTP side of one process; `services` are open already and closed by whoever opened them."""
    app = routed_app(lambda: services, site or open_site())
    # Litestar's own middleware does not see addresses without a route; this wraps whatever the application answers.
    app.asgi_handler = CountedRequests(Gate(app.asgi_handler, services.settings), services.metrics)
    return app


def routed_app(source: Source, site: Site) -> Litestar:
    """All routes over the services that `source` names when a request comes, and nothing before them."""
    return Litestar(
        route_handlers=[our_router(source, site)],
        exception_handlers=problem_handlers(source, site),
        openapi_config=OpenAPIConfig(
            title="Alpine",
            version=installed_version(),
            description="Verified trading signals for subscribers. Errors are RFC 9457 problem details.",
            openapi_router=Router(SCHEMA, route_handlers=[], include_in_schema=False, guards=[_only_the_description]),
            render_plugins=[DescriptionPlugin()],
            use_handler_docstrings=True,
            components=Components(security_schemes={"ProviderKey": PROVIDER_KEY}),
        ),
        logging_config=None,
    )


def _only_the_description(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Litestar answers other addresses below with a page of its own; here they do not exist, like any other."""
    if connection.scope["path"].rstrip("/") not in (SCHEMA, f"{SCHEMA}/openapi.json"):
        raise NotFoundException
