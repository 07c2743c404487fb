"""The published record over any period, symbols, confidence and regime, with any costs. Without an account."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from alpine_web.services import Services
from alpine_web.web.exports import shown_trades, tier_of
from alpine_web.web.pages import page
from alpine_web.web.queries import RecordFilter, decode_query, query_string
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer

TRADES = 50


@get("/backtest", include_in_schema=False)
async def backtest(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[str]:
    """The address holds the whole question, so that a view can be shared."""
    asked = decode_query(request, RecordFilter)
    record = await services.record.reckon(asked.terms())
    whole = await services.record.reckon()
    trades = shown_trades(record, services, viewer)
    first = (asked.page - 1) * TRADES
    return page(
        site,
        "backtest.html",
        viewer=viewer,
        asked=asked,
        record=record,
        regimes=[each.name for each in whole.by_regime],
        trades=trades[first : first + TRADES],
        hidden=len(record.results) - len(trades),
        terms=services.feed.entitlements.terms(tier_of(viewer)),
        exports=query_string(asked, page=1),
        next=query_string(asked, page=asked.page + 1) if first + TRADES < len(trades) else None,
    )


BACKTEST_PAGES: tuple[HTTPRouteHandler, ...] = (backtest,)
