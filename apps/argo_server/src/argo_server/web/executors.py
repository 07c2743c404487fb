"""The generator's page and routes about its executors: how they stand, what two of them share, the switch for all."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Template

from argo_core.pipeline.executor_watch import HaltOutcome, WatchedExecutor
from argo_core.pipeline.kept_secret import KeptSecret
from argo_core.reports.overlap import Overlap, held_now, held_of_trade, overlaps
from argo_server.services import Services
from argo_server.web.form_guard import FormGuard
from argo_server.web.machine_key import HALT, require_key
from argo_server.web.orders_of_people import HaltForm, HaltOrder, decode_body, decode_form
from argo_server.web.queries import AnyRequest
from argo_server.web.views.executor import watched_row
from argo_server.web.views.shell import shell_view

TRADES, VERDICTS = 200, 20


class ExecutorList(msgspec.Struct, frozen=True):
    """In the order of the configuration."""

    items: tuple[WatchedExecutor, ...]


class HaltOutcomes(msgspec.Struct, frozen=True):
    """One for each executor that was to be halted."""

    items: tuple[HaltOutcome, ...]


class OverlapList(msgspec.Struct, frozen=True):
    """What is shared now first, then the newest. `trades` finished ones were looked at."""

    items: tuple[Overlap, ...]
    trades: int


def executor_routes(key: KeptSecret) -> tuple[HTTPRouteHandler, ...]:
    """For machines."""

    @get("/api/v1/executors")
    async def executors(services: NamedDependency[Services]) -> ExecutorList:
        """How each executor stood when it was last asked."""
        return ExecutorList(services.executors.watched())

    @get("/api/v1/overlap")
    async def overlap(services: NamedDependency[Services]) -> OverlapList:
        """Holdings that two accounts shared: same symbol, same side, at one time."""
        return await shared_holdings(services)

    @post(HALT, guards=[require_key(key)])
    async def halt(request: AnyRequest, services: NamedDependency[Services]) -> Response[HaltOutcomes]:
        """The kill switch of one executor or of `all`; 502 if one of them could not be halted, the others are."""
        wanted = decode_body(await request.body(), HaltOrder)
        done = await services.executors.halt(wanted.executor, wanted.reason, wanted.by)
        status = HTTPStatus.OK if all(one.halted for one in done) else HTTPStatus.BAD_GATEWAY
        return Response(HaltOutcomes(done), status_code=status.value)

    return (executors, overlap, halt)


def executor_console(guard: FormGuard) -> tuple[HTTPRouteHandler, ...]:
    """For a person."""

    @get("/executors", include_in_schema=False)
    async def page(services: NamedDependency[Services]) -> Template:
        """All of them on one page."""
        return await _page(services, guard, ())

    @post("/executors/halt", include_in_schema=False, status_code=200)
    async def halt(request: AnyRequest, services: NamedDependency[Services]) -> Template:
        """The switch, and the same page with what became of it."""
        form = decode_form(await request.body(), HaltForm)
        guard.require(request, form.token)
        return await _page(services, guard, await services.executors.halt(form.executor, form.reason, form.by))

    return (page, halt)


async def shared_holdings(services: Services) -> OverlapList:
    """From what each executor holds by its newest answer, and the newest finished trades."""
    trades = (await services.reports.trades(TRADES)).items
    known = (each.status for each in services.executors.watched())
    held = [
        held_now(status.executor_id, position)
        for status in known
        if status is not None
        for position in (status.account.positions if status.account else ())
    ]
    return OverlapList(overlaps([*held, *map(held_of_trade, trades)]), len(trades))


async def _page(services: Services, guard: FormGuard, outcomes: tuple[HaltOutcome, ...]) -> Template:
    distribution, shared = services.settings.file.distribution, await shared_holdings(services)
    context = {
        "shell": shell_view(services.generator.status(), services.clock.now()),
        "rows": tuple(map(watched_row, services.executors.watched())),
        "interval": distribution.watch_interval_seconds,
        "keyed": bool(distribution.api_key),
        "token": guard.token,
        "outcomes": outcomes,
        "overlaps": shared.items,
        "traded": shared.trades,
        "answers": (await services.reports.verdicts(VERDICTS)).items,
    }
    return Template("executors.html", context=context)
