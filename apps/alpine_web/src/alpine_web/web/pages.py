"""Pages that work without scripts; scripts add live rows, the chart and verification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from alpine_core.model import Account, SignalQuery, Tier
from alpine_core.model.query import Sort
from alpine_core.ports.mark_shelf import Span
from alpine_core.tiers import Seen, open_views
from alpine_core.track_record import Selection, Terms
from alpine_web.services import Services
from alpine_web.web.api_signals import find_signal
from alpine_web.web.queries import PageFilter, decode_query, query_string
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer
from alpine_web.web.views.hashed import hashed_fields
from alpine_web.web.views.prices import OpenSignal, chart_of, market_time, open_signal, period
from alpine_web.web.views.regimes import regimes_of
from alpine_web.web.views.shares import band_of_record

DASHBOARD_ROWS = 30
LANDING_ROWS = 3
OPEN_ROWS = 25
SORTS: Mapping[Sort, str] = {
    "newest": "newest first",
    "oldest": "oldest first",
    "confidence": "highest confidence",
    "symbol": "symbol",
    "result": "best result",
}


@get("/", include_in_schema=False)
async def landing(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """What this is, with figures counted from the record."""
    newest = await services.feed.page(SignalQuery(limit=LANDING_ROWS), Tier.FREE, viewer.now)
    record = await services.record.reckon()
    public = services.feed.entitlements.terms(Tier.FREE)
    return page(
        site,
        "landing.html",
        viewer=viewer,
        figures=await services.figures.now(),
        logs=await services.public_log.states(viewer.now),
        record=record,
        premium=await services.record.reckon(Terms(selection=Selection(min_confidence=public.premium_from))),
        premium_from=public.premium_from,
        tiers=[services.feed.entitlements.terms(tier) for tier in Tier],
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
    newest = await services.feed.rows(SignalQuery(limit=DASHBOARD_ROWS), account.tier, viewer.now)
    terms = services.feed.entitlements.terms(account.tier)
    record = await services.record.reckon()
    return page(
        site,
        "dashboard.html",
        viewer=viewer,
        record=record,
        regimes=regimes_of(open_views(newest.items)),
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
    found = await _found(asked, services, account, viewer)
    return page(
        site,
        "signals.html",
        viewer=viewer,
        asked=asked,
        rows=found.rows,
        sorts=list(SORTS.items()),
        note=found.note if found.rows else "No signal matches. Loosen the filter.",
        exports=query_string(asked, before=None, page=1, limit=50),
        export_rows=services.feed.entitlements.terms(account.tier).export_rows,
        next=f"{site.link('/signals')}?{found.following}" if found.following is not None else None,
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
        band=band_of_record(await services.record.reckon(), view.confidence),
        open=open_signal(view, newest),
        chart=chart_of(series, view),
        policy=services.public_log.policy_text,
    )


PAGE_ROUTES: tuple[HTTPRouteHandler, ...] = (landing, dashboard, dashboard_open, signals_page, signal_page)


def page(site: Site, template: str, status_code: int = 200, **context: object) -> Response[str]:
    """A template as an answer."""
    return Response(site.render(template, **context), media_type=MediaType.HTML, status_code=status_code)


class _Found(NamedTuple):
    """`following`: the query of the next page, None on the last."""

    rows: tuple[Seen, ...]
    following: str | None
    note: str


async def _found(asked: PageFilter, services: Services, account: Account, viewer: Viewer) -> _Found:
    page = await services.feed.rows(asked.query(), account.tier, viewer.now)
    following = None
    if page.next_before is not None:
        following = query_string(asked, before=page.next_before)
    elif page.next_offset is not None:
        following = query_string(asked, page=asked.page + 1)
    note = f"{SORTS[asked.sort].capitalize()}{f', page {asked.page}' if asked.page > 1 else ''}."
    return _Found(page.items, following, note)


async def _open_signals(services: Services, account: Account, viewer: Viewer) -> tuple[OpenSignal, ...]:
    query = SignalQuery(outcome="open", limit=OPEN_ROWS)
    found = await services.feed.page(query, account.tier, viewer.now)
    newest = await services.marks.newest_bars([Span(view.symbol, *period(view)) for view in found.items])
    return tuple(map(open_signal, found.items, newest))
