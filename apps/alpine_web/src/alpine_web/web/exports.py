"""Lists to take away as files: as much as the caller's tier sees, and at most as many rows as its terms say."""

from __future__ import annotations

import asyncio
from itertools import islice

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from alpine_core.model import SignalQuery, Tier
from alpine_core.tiers import SignalView
from alpine_core.track_record import Result, TrackRecord
from alpine_web.services import Services
from alpine_web.web.queries import PageFilter, RecordFilter, decode_query
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer
from alpine_web.web.views.sheet import FORMS, Sheet
from alpine_web.web.views.sheets import signal_sheet, trade_sheet

PAGE = 1000


@get("/signals/export/{form:str}")
async def signals_export(
    form: FromPath[str], request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> Response[bytes]:
    """The signals that the filters of the query find, in its order, as `csv`, `json` or `xlsx`."""
    tier = viewer.required().tier
    query = decode_query(request, PageFilter).query()
    views = await _views(msgspec.structs.replace(query, limit=PAGE, offset=0), services, viewer, tier)
    return await _answer(form, signal_sheet(views))


@get("/backtest/trades/{form:str}")
async def trades_export(
    form: FromPath[str], request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> Response[bytes]:
    """The ended signals of a part of the published record with their results, as `csv`, `json` or `xlsx`."""
    record = await services.record.reckon(decode_query(request, RecordFilter).terms())
    tier = tier_of(viewer)
    most = services.feed.entitlements.terms(tier).export_rows
    return await _answer(form, trade_sheet(list(islice(shown_trades(record, services, viewer), most))))


EXPORT_ROUTES: tuple[HTTPRouteHandler, ...] = (signals_export, trades_export)


def tier_of(viewer: Viewer) -> Tier:
    """The viewer's tier; without an account that of everybody."""
    return Tier.FREE if viewer.account is None else viewer.account.tier


def shown_trades(record: TrackRecord, services: Services, viewer: Viewer) -> list[Result]:
    """The results one by one as far back as the viewer's tier reaches, the newest end first."""
    shows, tier = services.feed.entitlements.shows_closed, tier_of(viewer)
    return [each for each in reversed(record.results) if shows(each.signal, tier, viewer.now)]


async def _views(query: SignalQuery, services: Services, viewer: Viewer, tier: Tier) -> list[SignalView]:
    most = services.feed.entitlements.terms(tier).export_rows
    found: list[SignalView] = []
    while most is None or len(found) < most:
        page = await services.feed.page(query, tier, viewer.now)
        found += page.items
        if page.next_before is None and page.next_offset is None:
            break
        query = msgspec.structs.replace(query, before=page.next_before or query.before, offset=page.next_offset or 0)
    return found[:most]


async def _answer(form: str, sheet: Sheet) -> Response[bytes]:
    if form not in FORMS:
        raise NotFoundException
    media_type, write = FORMS[form]
    headers = {"Content-Disposition": f'attachment; filename="{sheet.name}.{form}"'}
    return Response(await asyncio.to_thread(write, sheet), media_type=media_type, headers=headers)
