"""The lab on the console: start a backtest, follow it, read what it found, put several side by side."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from argo_core.backtest.lab.request import BacktestRequest
from argo_core.errors import DataError
from argo_core.model.lab_run import LabRun
from argo_server.services import Services
from argo_server.web.form_guard import FormGuard
from argo_server.web.orders_of_people import decode_form
from argo_server.web.queries import (
    AnyRequest,
    ComparedFilter,
    ResultFilter,
    RunFilter,
    decode_query,
    require_identifier,
)
from argo_server.web.views.lab import MOST_COMPARED, compared_view, result_view, run_view
from argo_server.web.views.shell import shell_view


class RunForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person fills in; what is left empty is as the settings say."""

    token: str
    kind: str = "profit"
    bars: str = "recorded"
    timeframe: str | None = None
    adjustment: str | None = None
    symbols: str | None = None
    begin: str | None = None
    end: str | None = None
    executor: str = "regular"
    initial_capital: str | None = None
    commission_pct: str | None = None
    slippage_pct: str | None = None
    spread_pct: str | None = None
    seed: str | None = None


class TokenForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A button."""

    token: str


def lab_console(guard: FormGuard, root: str) -> tuple[HTTPRouteHandler, ...]:
    """For a person. `root` is the prefix of links."""
    return (*_reading(guard), *_asking(guard, root))


def _reading(guard: FormGuard) -> tuple[HTTPRouteHandler, ...]:
    @get("/lab", include_in_schema=False, query=RunFilter)
    async def runs(request: AnyRequest, services: NamedDependency[Services]) -> Template:
        """All of them, newest first, and the form that starts another."""
        asked = decode_query(request, RunFilter, blank_is_absent=True)
        page = await services.lab.desk.page(asked.query())
        following = page.next_before and f"/lab?{urlencode({'limit': asked.limit, 'before': page.next_before})}"
        now, terms = services.clock.now(), services.settings.file.backtest
        stored, unread = await asyncio.to_thread(services.lab.stored)
        rows, symbols = [run_view(run, now) for run in page.items], services.lab.symbols
        shown = {"rows": rows, "next": following, "terms": terms, "stored": stored, "unread": unread}
        return _page("lab.html", services, guard, symbols=symbols, most=MOST_COMPARED, **shown)

    @get("/lab/{run_id:str}", include_in_schema=False, query=ResultFilter)
    async def one(request: AnyRequest, run_id: FromPath[str], services: NamedDependency[Services]) -> Template:
        """One run, on the way or over."""
        asked = decode_query(request, ResultFilter)
        run = await _found(services, run_id)
        stored = await services.lab.desk.result(run_id)
        result = None if stored is None else await asyncio.to_thread(result_view, stored, asked.trades)
        shown = {"row": run_view(run, services.clock.now()), "result": result, "asked": asked}
        return _page("lab_run.html", services, guard, **shown)

    @get("/lab/compare", include_in_schema=False, query=ComparedFilter)
    async def compare(request: AnyRequest, services: NamedDependency[Services]) -> Template:
        """Several runs side by side; the address can be passed on."""
        names = list(dict.fromkeys(filter(None, decode_query(request, ComparedFilter).ids.split(","))))
        if not 1 <= len(names) <= MOST_COMPARED:
            raise DataError("bad_query", f"{len(names)} runs are named: tick 2 to {MOST_COMPARED} of them in the lab")
        found = [await _found(services, name) for name in names]
        stored = [await services.lab.desk.result(run.run_id) for run in found]
        now = services.clock.now()
        view = await asyncio.to_thread(compared_view, [run_view(run, now) for run in found], stored)
        return _page("lab_compare.html", services, guard, view=view)

    return (runs, one, compare)


def _asking(guard: FormGuard, root: str) -> tuple[HTTPRouteHandler, ...]:
    @post("/lab", include_in_schema=False)
    async def start(request: AnyRequest, services: NamedDependency[Services]) -> Redirect:
        """Ask for one, and go where it can be followed."""
        form = decode_form(await request.body(), RunForm)
        guard.require(request, form.token)
        asked = await services.lab.ask(_request_of(form))
        return Redirect(f"{root}/lab/{asked.run.run_id}{'?earlier=true' if asked.earlier else ''}", status_code=303)

    @post("/lab/{run_id:str}/cancel", include_in_schema=False)
    async def cancel(request: AnyRequest, run_id: FromPath[str], services: NamedDependency[Services]) -> Redirect:
        """It is no longer wanted."""
        guard.require(request, decode_form(await request.body(), TokenForm).token)
        run = await _found(services, run_id)
        await services.lab.desk.cancel(run.run_id)
        return Redirect(f"{root}/lab/{run.run_id}", status_code=303)

    @post("/lab/compare", include_in_schema=False)
    async def chosen(request: AnyRequest) -> Redirect:
        """From ticked boxes to an address that can be passed on. Nothing is changed by it."""
        return Redirect(
            f"{root}/lab/compare?{urlencode({'ids': ','.join(_ticked(await request.body()))})}", status_code=303
        )

    return (start, cancel, chosen)


def _request_of(form: RunForm) -> BacktestRequest:
    """Raises DataError `bad_form`."""
    fields: dict[str, Any] = {name: value for name, value in msgspec.structs.asdict(form).items() if value is not None}
    del fields["token"]
    if form.symbols is not None:
        fields["symbols"] = [part for part in form.symbols.replace(",", " ").upper().split(" ") if part]
    try:
        return msgspec.convert(fields, BacktestRequest, strict=False)
    except msgspec.ValidationError as error:
        raise DataError("bad_form", f"{error}: fill in the form again") from error


async def _found(services: Services, run_id: str) -> LabRun:
    run = await services.lab.desk.find(require_identifier(run_id))
    if run is None:
        raise NotFoundException
    return run


def _ticked(body: bytes) -> list[str]:
    """Raises DataError `bad_form`."""
    try:
        pairs = parse_qsl(body.decode("ascii"), errors="strict", max_num_fields=MOST_COMPARED)
    except ValueError as error:
        raise DataError("bad_form", f"tick at most {MOST_COMPARED} runs") from error
    if not pairs:
        raise DataError("bad_form", "no run is ticked: tick two or more")
    return [require_identifier(value) for _, value in pairs]


def _page(template: str, services: Services, guard: FormGuard, **context: object) -> Template:
    shell = shell_view(services.generator.status(), services.clock.now(), services.reloader.status)
    return Template(template, context={"shell": shell, "token": guard.token, **context})
