"""Signals for programs: as much as the caller's tier sees, as JSON."""

from __future__ import annotations

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from alpine_core.model import ApiScope, MarkSeries, Tier
from alpine_core.tiers import SealedView, SignalView
from alpine_web.services import Services
from alpine_web.web.queries import HistoryFilter, SignalFilter, decode_query
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer
from alpine_web.web.views.prices import market_time, period


class SignalList(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first. `next` goes into `before` for the following page; None on the last.

    `sealed`: what was issued among these and the caller's tier does not see yet; by `alpine_signal_id` each has its
    place between the items. A page has at most `limit` of both. Whoever asks for a symbol, an action, a regime, a
    confidence, a text or an ending gets none: what is sealed cannot be looked for by what it says.
    """

    items: tuple[SignalView, ...]
    sealed: tuple[SealedView, ...]
    next: int | None


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """Bars of the signal's symbol around its time, as the provider sent them."""

    covered_by_the_proof: bool
    series: tuple[MarkSeries, ...]


@get(["/api/v1/signals/subscribed", "/api/signals/subscribed"], opt={"key_scope": ApiScope.READ})
async def subscribed(
    request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> SignalList:
    """What the caller's tier sees now, newest first, by the filters of the query."""
    return await _list(decode_query(request, SignalFilter), services, viewer)


@get(["/api/v1/signals/history", "/api/signals/history"], opt={"key_scope": ApiScope.READ})
async def history(
    request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> SignalList:
    """The same record as far back as the caller's tier reaches, a larger page at a time."""
    return await _list(decode_query(request, HistoryFilter), services, viewer)


@get("/api/v1/signals/{signal_id:str}", opt={"key_scope": ApiScope.READ})
async def one_signal(
    signal_id: FromPath[str], services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> SignalView:
    """One signal; 404 if there is none that the caller's tier sees."""
    return await find_signal(signal_id, services, viewer)


@get("/api/v1/signals/{signal_id:str}/marks", opt={"key_scope": ApiScope.READ})
async def marks_of_signal(
    signal_id: FromPath[str], services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> Marks:
    """Prices around one signal, at most 2,000 bars; not covered by the proof."""
    view = await find_signal(signal_id, services, viewer)
    series = await services.marks.bars(view.symbol, *period(view), market_time(view))
    return Marks(covered_by_the_proof=False, series=series)


API_ROUTES: tuple[HTTPRouteHandler, ...] = (subscribed, history, one_signal, marks_of_signal)


async def find_signal(signal_id: str, services: Services, viewer: Viewer) -> SignalView:
    """The signal as the viewer's tier sees it. Raises SignInNeeded, NotFoundException."""
    account = viewer.required()
    view = await services.feed.one(signal_id, account.tier, viewer.now)
    if view is None:
        raise NotFoundException
    return view


async def find_public_signal(signal_id: str, services: Services, viewer: Viewer) -> SignalView:
    """The signal as the viewer's tier sees it; without an account, as everybody does. Raises NotFoundException."""
    tier = Tier.FREE if viewer.account is None else viewer.account.tier
    view = await services.feed.one(signal_id, tier, viewer.now)
    if view is None:
        raise NotFoundException
    return view


async def _list(asked: SignalFilter, services: Services, viewer: Viewer) -> SignalList:
    account = viewer.required()
    page = await services.feed.listing(asked.query(), account.tier, viewer.now)
    return SignalList(items=page.items, sealed=page.sealed, next=page.next_before)
