"""All routes as one router: an application of its own mounts it at `/`, a host of others below a prefix."""

from __future__ import annotations

from collections.abc import Callable

from litestar import Router
from litestar.di import NamedDependency, Provide
from litestar.types import ControllerRouterHandler

from alpine_web.services import Services
from alpine_web.web.account_api import ACCOUNT_API
from alpine_web.web.account_pages import ACCOUNT_PAGES
from alpine_web.web.admin_api import ADMIN_API
from alpine_web.web.admin_pages import ADMIN_PAGES
from alpine_web.web.alias_routes import ALIAS_ROUTES
from alpine_web.web.api_keys import API_KEY_API, API_KEY_PAGES
from alpine_web.web.api_signals import API_ROUTES
from alpine_web.web.backtest_pages import BACKTEST_PAGES
from alpine_web.web.billing_pages import BILLING_PAGES
from alpine_web.web.billing_routes import BILLING_API
from alpine_web.web.cookies import COOKIE_PATH
from alpine_web.web.data_pages import DATA_API, DATA_PAGES
from alpine_web.web.delivery import DELIVERY_ROUTES
from alpine_web.web.exports import EXPORT_ROUTES
from alpine_web.web.health import HEALTH_ROUTES
from alpine_web.web.health_levels import HEALTH_LEVEL_ROUTES
from alpine_web.web.join import JOIN_PAGES
from alpine_web.web.ledger_api import LEDGER_API_ROUTES
from alpine_web.web.ledger_files import LEDGER_ROUTES
from alpine_web.web.legal_pages import LEGAL_PAGES
from alpine_web.web.live_socket import SOCKET_ROUTES
from alpine_web.web.live_stream import stream_routes
from alpine_web.web.monthly_pages import MONTHLY_PAGES
from alpine_web.web.notice_api import NOTICE_API
from alpine_web.web.notice_pages import NOTICE_PAGES
from alpine_web.web.pages import PAGE_ROUTES
from alpine_web.web.path_names import only_what_can_be
from alpine_web.web.pricing_page import PRICING_PAGES
from alpine_web.web.problems import problem_handlers
from alpine_web.web.receipt_routes import RECEIPT_ROUTES
from alpine_web.web.record_pages import RECORD_PAGES
from alpine_web.web.record_routes import RECORD_ROUTES
from alpine_web.web.route_policy import door
from alpine_web.web.schema_routes import SCHEMA_ROUTES
from alpine_web.web.sign_in import SIGN_IN_API, SIGN_IN_PAGES
from alpine_web.web.simulator import SIMULATOR_API, SIMULATOR_PAGES
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest, static_route
from alpine_web.web.status_page import STATUS_PAGES
from alpine_web.web.token_routes import TOKEN_ROUTES
from alpine_web.web.viewer import Viewer, find_viewer, viewer_known
from alpine_web.web.webhook_api import WEBHOOK_API
from alpine_web.web.webhook_pages import WEBHOOK_PAGES

Source = Callable[[], Services]


async def _viewer(request: AnyRequest, services: NamedDependency[Services], site: NamedDependency[Site]) -> Viewer:
    return viewer_known(request) or await find_viewer(request, services, site.prefix)


API: tuple[ControllerRouterHandler, ...] = (
    *DELIVERY_ROUTES,
    *ACCOUNT_API,
    *ADMIN_API,
    *ALIAS_ROUTES,
    *API_KEY_API,
    *API_ROUTES,
    *BILLING_API,
    *DATA_API,
    *SIGN_IN_API,
    *TOKEN_ROUTES,
    *SCHEMA_ROUTES,
    *EXPORT_ROUTES,
    *SIMULATOR_API,
    *HEALTH_LEVEL_ROUTES,
    *HEALTH_ROUTES,
    *LEDGER_ROUTES,
    *LEDGER_API_ROUTES,
    *NOTICE_API,
    *RECEIPT_ROUTES,
    *RECORD_ROUTES,
    *SOCKET_ROUTES,
    *WEBHOOK_API,
)
PAGES: tuple[ControllerRouterHandler, ...] = (
    *ACCOUNT_PAGES,
    *ADMIN_PAGES,
    *API_KEY_PAGES,
    *BACKTEST_PAGES,
    *BILLING_PAGES,
    *DATA_PAGES,
    *JOIN_PAGES,
    *LEGAL_PAGES,
    *MONTHLY_PAGES,
    *NOTICE_PAGES,
    *PAGE_ROUTES,
    *PRICING_PAGES,
    *RECORD_PAGES,
    *SIGN_IN_PAGES,
    *SIMULATOR_PAGES,
    *STATUS_PAGES,
    *WEBHOOK_PAGES,
)


def our_router(source: Source, site: Site) -> Router:
    """`source` gives the services of the running process; it is called for each request."""
    handlers = [*API, *stream_routes(source, site)]
    if site.pages:
        handlers += [*PAGES, static_route(site.files)]
    return Router(
        path=site.prefix or "/",
        route_handlers=handlers,
        guards=[only_what_can_be, door(source, site.prefix)],
        dependencies={
            "services": Provide(source, sync_to_thread=False),
            "site": Provide(lambda: site, sync_to_thread=False),
            "viewer": Provide(_viewer),
        },
        exception_handlers=problem_handlers(source, site),
        opt={COOKIE_PATH: site.cookie_path},
        request_max_body_size=None,
    )
