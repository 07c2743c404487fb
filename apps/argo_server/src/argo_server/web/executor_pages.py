"""An executor's pages: they work without scripts, and bring themselves up to date where there are some."""

from __future__ import annotations

from litestar import get, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from argo_server.services import ExecutorServices
from argo_server.web.executor_status import TradingStatus, trading_status
from argo_server.web.form_guard import FormGuard
from argo_server.web.orders_of_people import HaltForm, ResumeForm, decode_form
from argo_server.web.queries import AnyRequest
from argo_server.web.trading import start_trading, stop_trading
from argo_server.web.views.executor import ORDER_TONES, executor_head, halt_rows, meter_views

SHOWN = 100
PAGES = {
    "/": "overview",
    "/positions": "positions",
    "/orders": "orders",
    "/trades": "trades",
    "/risk": "risk",
    "/verdicts": "verdicts",
    "/halts": "halts",
}
HALTS = "/halts"


def executor_pages(guard: FormGuard) -> tuple[HTTPRouteHandler, ...]:
    """The pages of an executor, and the two forms on the last of them."""

    @get(list(PAGES), include_in_schema=False)
    async def page(request: AnyRequest, services: NamedDependency[ExecutorServices]) -> Template:
        """One of them; all show the state, the account and a halt that stands."""
        path = request.scope["path"]
        status = await trading_status(services, SHOWN)
        shown = _shown(status, services)
        context = {"path": path, "token": guard.token, **shown}
        return Template(f"executor/{PAGES[path]}.html", context=context)

    @post("/halts/halt", include_in_schema=False)
    async def halt(request: AnyRequest, services: NamedDependency[ExecutorServices]) -> Redirect:
        """The kill switch."""
        form = decode_form(await request.body(), HaltForm)
        guard.require(request, form.token)
        _require_name(form.executor, services)
        await stop_trading(services, form.reason, form.by)
        return Redirect(HALTS, status_code=303)

    @post("/halts/resume", include_in_schema=False)
    async def resume(request: AnyRequest, services: NamedDependency[ExecutorServices]) -> Redirect:
        """Trade again, once the executor's name was typed."""
        form = decode_form(await request.body(), ResumeForm)
        guard.require(request, form.token)
        _require_name(form.confirm, services)
        await start_trading(services, form.reason, form.by)
        return Redirect(HALTS, status_code=303)

    return (page, halt, resume)


def _shown(status: TradingStatus, services: ExecutorServices) -> dict[str, object]:
    return {
        "status": status,
        "head": executor_head(status, services.clock.now()),
        "meters": meter_views(status),
        "halts": halt_rows(status.halts, status.flattenings),
        "order_tones": ORDER_TONES,
    }


def _require_name(typed: str, services: ExecutorServices) -> None:
    """Raises ClientException 400: whoever types another executor's name is on the wrong page."""
    name = services.role.executor_id
    if typed != name:
        raise ClientException(f"this is executor {name}: type its name to confirm", extra={"code": "wrong_executor"})
