"""The operator's console: pages that work without scripts, and the parts of the overview that refresh by themselves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream, Template

from argo_core.ledger import HASHED_FIELDS
from argo_core.ledger.recompute import recompute
from argo_core.model.query import DecisionQuery, Page, SignalQuery
from argo_core.model.signal import LoggedSignal
from argo_core.reports.absence_words import ABSENCE_WORDS
from argo_core.reports.decisions import missing_sources, newest_per_symbol, still_followed
from argo_core.reports.source_board import source_board
from argo_core.sources.vendor_health import judged
from argo_server.services import Services
from argo_server.web.queries import AnyRequest, DecisionFilter, Filter, SignalFilter, decode_query, require_identifier
from argo_server.web.stream import event_frames
from argo_server.web.views.cycle import cycle_view
from argo_server.web.views.decision import VETOES, decision_view
from argo_server.web.views.shell import shell_view
from argo_server.web.views.sources import refusals, source_rows

SHOWN_DECISIONS, SHOWN_SIGNALS = 48, 10


@get("/", include_in_schema=False)
async def overview(services: NamedDependency[Services]) -> Template:
    """Everything at a glance."""
    shown: dict[str, object] = {}
    for read in PARTS.values():
        shown |= await read(services)
    return _page("overview.html", services, **shown)


@get("/console/parts/{name:str}", include_in_schema=False)
async def overview_part(name: FromPath[str], services: NamedDependency[Services]) -> Template:
    """One part of the overview: cycle, board, signals or ledger."""
    read = PARTS.get(name)
    if read is None:
        raise NotFoundException
    return _page(f"parts/{name}.html", services, **await read(services))


@get("/decisions", include_in_schema=False, query=DecisionFilter)
async def decisions_page(request: AnyRequest, services: NamedDependency[Services]) -> Template:
    """Decisions by filter, a page at a time."""
    asked = decode_query(request, DecisionFilter, blank_is_absent=True)
    page = await services.decisions.decisions(asked.query())
    shown = {"rows": tuple(map(decision_view, page.items)), "next": _next_link("/decisions", asked, page)}
    return _page("decisions.html", services, asked=asked, vetoes=VETOES, **shown)


@get("/signals", include_in_schema=False, query=SignalFilter)
async def signals_page(request: AnyRequest, services: NamedDependency[Services]) -> Template:
    """Signals by filter, a page at a time."""
    asked = decode_query(request, SignalFilter, blank_is_absent=True)
    page = await services.signals.signals(asked.query_for(asked.symbol))
    shown = {"sealed": await _sealed(services, page), "next": _next_link("/signals", asked, page)}
    return _page("signals.html", services, asked=asked, rows=page.items, **shown)


@get("/signals/{signal_id:str}", include_in_schema=False)
async def signal_page(signal_id: FromPath[str], services: NamedDependency[Services]) -> Template:
    """One signal and its hash."""
    found = await services.signals.signal(require_identifier(signal_id))
    if found is None:
        raise NotFoundException
    places, answers = await services.ledger.places.signal(signal_id), await services.reports.verdicts_of(signal_id)
    recomputed = recompute(found.sealed)
    shown = {"logged": found, "places": places, "hashed": HASHED_FIELDS, "recomputed": recomputed, "answers": answers}
    return _page("signal.html", services, **shown)


@get("/sources", include_in_schema=False)
async def sources_page(services: NamedDependency[Services]) -> Template:
    """How each source answers."""
    newest = await services.decisions.decisions(DecisionQuery(limit=SHOWN_DECISIONS))
    decisions = still_followed(newest.items, services.generator.status().symbols)
    live, missing = services.live, missing_sources(decisions)
    standing = () if live is None else live.standing()
    statistics = judged(services.metrics.sources(), standing)
    return _page(
        "sources.html",
        services,
        rows=source_rows(
            statistics,
            standing,
            source_board(newest_per_symbol(decisions)),
            None if live is None else services.clock.now(),
        ),
        missing=missing,
        glossary=ABSENCE_WORDS,
        receivers=[courier.status() for courier in services.couriers],
        totals=services.metrics.totals(),
        live=live,
        refusals=() if live is None else refusals(live.rejections.newest(), statistics, missing),
    )


@get("/console/stream", include_in_schema=False, sync_to_thread=False)
def stream(request: AnyRequest, services: NamedDependency[Services]) -> Stream:
    """Announces each durable cycle."""
    frames = event_frames(services.announcements, request.headers.get("last-event-id"))
    return Stream(frames, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


CONSOLE_ROUTES: tuple[HTTPRouteHandler, ...] = (
    overview,
    overview_part,
    decisions_page,
    signals_page,
    signal_page,
    sources_page,
    stream,
)


def _page(template: str, services: Services, **context: object) -> Template:
    shell = shell_view(services.generator.status(), services.clock.now(), services.reloader.status)
    return Template(template, context={"shell": shell, **context})


async def _cycle(services: Services) -> dict[str, object]:
    return {"cycle": cycle_view(await services.decisions.cycles(1), services.generator.status().recent_ms)}


async def _board(services: Services) -> dict[str, object]:
    newest = await services.decisions.decisions(DecisionQuery(limit=SHOWN_DECISIONS))
    shown = newest_per_symbol(newest.items)
    return {"board": tuple(map(decision_view, shown)), "missing": missing_sources(shown)}


async def _signals(services: Services) -> dict[str, object]:
    published = await services.signals.signals(SignalQuery(limit=SHOWN_SIGNALS))
    still_open = await services.signals.signals(SignalQuery(open_only=True, limit=SHOWN_SIGNALS))
    statistics = await services.signals.statistics(services.clock.now())
    sealed = await _sealed(services, published) | await _sealed(services, still_open)
    return {"published": published.items, "open": still_open.items, "statistics": statistics, "sealed": sealed}


async def _ledger(services: Services) -> dict[str, object]:
    return {"ledger": await services.ledger.standing(), "checks": services.ledger.checks.newest()}


async def _sealed(services: Services, page: Page[LoggedSignal]) -> frozenset[str]:
    """The ids of those that the provable log has."""
    return await services.ledger.places.sealed([one.sealed.signal.signal_id for one in page.items])


PARTS: Mapping[str, Callable[[Services], Awaitable[dict[str, object]]]] = {
    "cycle": _cycle,
    "board": _board,
    "signals": _signals,
    "ledger": _ledger,
}


def _next_link(path: str, asked: Filter, page: Page[Any]) -> str | None:
    if page.next_before is None:
        return None
    fields = {name: value for name, value in msgspec.to_builtins(asked).items() if value not in (None, False)}
    return f"{path}?{urlencode({**fields, 'before': page.next_before})}"
