"""Pages that work without scripts; scripts add live rows, the chart and verification."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from alpine_core.model import Account, SignalQuery, Tier
from alpine_core.ports.mark_shelf import Span
from alpine_core.tiers import SignalView
from alpine_web.services import Services
from alpine_web.web.api_signals import find_signal
from alpine_web.web.queries import PageFilter, decode_query, query_string
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer
from alpine_web.web.views.hashed import hashed_fields
from alpine_web.web.views.prices import OpenSignal, chart_of, market_time, open_signal, period

DASHBOARD_ROWS = 30
LANDING_ROWS = 3
OPEN_ROWS = 25
SORTED_AMONG = 1000
SORTS: Mapping[str, tuple[str, Callable[[SignalView], Any]]] = {
    "newest": ("newest first", lambda view: -view.alpine_signal_id),
    "confidence": ("highest confidence", lambda view: -view.confidence),
    "symbol": ("symbol", lambda view: (view.symbol, -view.alpine_signal_id)),
    "result": ("best result", lambda view: -_result(view)),
}


@get("/", include_in_schema=False)
async def landing(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """What this is, with figures counted from the record."""
    newest = await services.feed.page(SignalQuery(limit=LANDING_ROWS), Tier.FREE, viewer.now)
    return page(
        site,
        "landing.html",
        viewer=viewer,
        figures=await services.figures.now(),
        rows=newest.items,
        policy=services.public_log.policy_text,
    )


@get("/dashboard", include_in_schema=False)
async def dashboard(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """Signals as they come, and those that are open."""
    account = viewer.required()
    # The position first: what arrives in between is on the page and in the stream, and never in neither.
    position = await services.feed.start(account.tier, viewer.now)
    newest = await services.feed.page(SignalQuery(limit=DASHBOARD_ROWS), account.tier, viewer.now)
    terms = services.feed.entitlements.terms(account.tier)
    return page(
        site,
        "dashboard.html",
        viewer=viewer,
        rows=newest.items,
        open_rows=await _open_signals(services, account, viewer),
        position=position,
        pushed=terms.live_push,
        terms=terms,
        policy=services.public_log.policy_text,
    )


@get("/dashboard/open", include_in_schema=False)
async def dashboard_open(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """The table of open signals, which the dashboard asks for again."""
    rows = await _open_signals(services, viewer.required(), viewer)
    return page(site, "parts/open.html", rows=rows)


@get("/signals", include_in_schema=False)
async def signals_page(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[str]:
    """Signals by filter; the address holds the whole question, so that a view can be shared."""
    account = viewer.required()
    asked = decode_query(request, PageFilter)
    newest = asked.sort == "newest"
    query = asked.query() if newest else msgspec.structs.replace(asked.query(), before=None, limit=SORTED_AMONG)
    found = await services.feed.page(query, account.tier, viewer.now)
    rows = found.items if newest else _sorted_part(found.items, asked)
    if newest:
        following = query_string(asked, before=found.next_before) if found.next_before is not None else None
        note = "Newest first."
    else:
        following = query_string(asked, page=asked.page + 1) if asked.page * asked.limit < len(found.items) else None
        note = f"Sorted among the newest {SORTED_AMONG:,} that match; page {asked.page}."
    return page(
        site,
        "signals.html",
        viewer=viewer,
        asked=asked,
        rows=rows,
        sorts=[(name, words) for name, (words, _) in SORTS.items()],
        note=note if rows else "No signal matches. Loosen the filter.",
        next=f"{site.link('/signals')}?{following}" if following is not None else None,
        policy=services.public_log.policy_text,
    )


@get("/signals/{signal_id:str}", include_in_schema=False)
async def signal_page(
    signal_id: FromPath[str],
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[str]:
    """One signal: what the hash covers in one box, everything else outside of it."""
    view = await find_signal(signal_id, services, viewer)
    series = await services.marks.bars(view.symbol, *period(view), market_time(view))
    (newest,) = await services.marks.newest_bars([Span(view.symbol, *period(view))])
    return page(
        site,
        "signal.html",
        viewer=viewer,
        view=view,
        hashed=hashed_fields(view),
        open=open_signal(view, newest),
        chart=chart_of(series, view),
        policy=services.public_log.policy_text,
    )


PAGE_ROUTES: tuple[HTTPRouteHandler, ...] = (landing, dashboard, dashboard_open, signals_page, signal_page)


def page(site: Site, template: str, status_code: int = 200, **context: object) -> Response[str]:
    """A template as an answer."""
    return Response(site.render(template, **context), media_type=MediaType.HTML, status_code=status_code)


async def _open_signals(services: Services, account: Account, viewer: Viewer) -> tuple[OpenSignal, ...]:
    query = SignalQuery(outcome="open", limit=OPEN_ROWS)
    found = await services.feed.page(query, account.tier, viewer.now)
    newest = await services.marks.newest_bars([Span(view.symbol, *period(view)) for view in found.items])
    return tuple(map(open_signal, found.items, newest))


def _sorted_part(views: tuple[SignalView, ...], asked: PageFilter) -> tuple[SignalView, ...]:
    _, key = SORTS[asked.sort]
    first = (asked.page - 1) * asked.limit
    return tuple(sorted(views, key=key)[first : first + asked.limit])


def _result(view: SignalView) -> float:
    """Signals without a result come last."""
    known = view.outcome is not None
    percent = view.outcome.profit_loss_pct if known and view.outcome is not None else None
    return percent or 0.0 if known else float("-inf")
