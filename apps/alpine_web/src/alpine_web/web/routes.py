"""All routes as one router: an application of its own mounts it at `/`, a host of others below a prefix."""

from __future__ import annotations

from collections.abc import Callable

from litestar import Router
from litestar.di import NamedDependency, Provide
from litestar.types import ControllerRouterHandler

from alpine_web.services import Services
from alpine_web.web.alias_routes import ALIAS_ROUTES
from alpine_web.web.api_signals import API_ROUTES
from alpine_web.web.delivery import DELIVERY_ROUTES
from alpine_web.web.health import HEALTH_ROUTES
from alpine_web.web.ledger_api import LEDGER_API_ROUTES
from alpine_web.web.ledger_files import LEDGER_ROUTES
from alpine_web.web.live_socket import SOCKET_ROUTES
from alpine_web.web.live_stream import stream_routes
from alpine_web.web.pages import PAGE_ROUTES
from alpine_web.web.problems import problem_handlers
from alpine_web.web.record_pages import RECORD_PAGES
from alpine_web.web.record_routes import RECORD_ROUTES
from alpine_web.web.schema_routes import SCHEMA_ROUTES
from alpine_web.web.sign_in import SIGN_IN_API, SIGN_IN_PAGES
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest, static_route
from alpine_web.web.viewer import Viewer, find_viewer

Source = Callable[[], Services]


async def _viewer(request: AnyRequest, services: NamedDependency[Services], site: NamedDependency[Site]) -> Viewer:
    return await find_viewer(request, services, site.prefix)


def our_router(source: Source, site: Site) -> Router:
    """`source` gives the services of the running process; it is called for each request."""
    handlers: list[ControllerRouterHandler] = [
        *DELIVERY_ROUTES,
        *ALIAS_ROUTES,
        *API_ROUTES,
        *SIGN_IN_API,
        *SCHEMA_ROUTES,
        *HEALTH_ROUTES,
        *LEDGER_ROUTES,
        *LEDGER_API_ROUTES,
        *RECORD_ROUTES,
        *SOCKET_ROUTES,
        *stream_routes(source, site),
    ]
    if site.pages:
        handlers += [*PAGE_ROUTES, *RECORD_PAGES, *SIGN_IN_PAGES, static_route(site.files)]
    return Router(
        path=site.prefix or "/",
        route_handlers=handlers,
        dependencies={
            "services": Provide(source, sync_to_thread=False),
            "site": Provide(lambda: site, sync_to_thread=False),
            "viewer": Provide(_viewer),
        },
        exception_handlers=problem_handlers(source, site),
        request_max_body_size=None,
    )
