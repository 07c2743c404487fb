"""What would I have got: as a page, as a table to download, and as JSON. By the caller's tier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from msgspec import Meta

from alpine_core.feed import FollowedRecord, Selection
from alpine_core.model import ApiScope
from alpine_core.simulator import FollowPlan, Simulation, Sizing
from alpine_web.services import Services
from alpine_web.web.pages import page
from alpine_web.web.queries import decode_query, query_string
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer
from alpine_web.web.views.simulation import SIZINGS, counted_reasons, thinned, trades_csv

SHOWN_TRADES = 200
Share = Annotated[float, Meta(ge=0, le=100)]


class SimulatorQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan to follow by, and which signals. `symbols` are separated by commas or blanks; days are ISO 8601, UTC.

    The plan's numbers are in the ranges of `FollowPlan`.
    """

    delay_seconds: float = 60.0
    slippage_pct: float = 0.05
    fee_fixed: float = 0.0
    fee_pct: float = 0.1
    capital: float = 10_000.0
    sizing: Sizing = Sizing.EQUITY
    size: float = 10.0
    max_open: int = 10
    symbols: Annotated[str, Meta(max_length=400, pattern="^[A-Za-z0-9._:/^=, -]*$")] = ""
    min_confidence: Share = 0.0
    max_confidence: Share = 100.0
    regime: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        self.plan()
        self.selection()

    def plan(self) -> FollowPlan:
        """How to follow. Raises ValueError for a number out of its range."""
        names = (field.name for field in msgspec.structs.fields(FollowPlan))
        return FollowPlan(**{name: getattr(self, name) for name in names})

    def selection(self) -> Selection:
        """Which signals to follow. Raises ValueError."""
        return Selection(
            symbols=frozenset(self.symbols.upper().replace(",", " ").split()),
            min_confidence=self.min_confidence,
            max_confidence=self.max_confidence,
            regime=self.regime,
            since=self.since,
            until=self.until,
        )


class SimulatorAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`replayed`: how many of the signals were made from recorded history. `limits`: what was left out as too much."""

    simulation: Simulation
    replayed: int
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    asked: SimulatorQuery
    simulation: Simulation
    record: FollowedRecord


@get("/api/v1/simulator", opt={"key_scope": ApiScope.READ})
async def simulator_api(
    request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> SimulatorAnswer:
    """What a follower would have got: with the given delay, costs, capital and sizes, of the signals that the caller's
    tier sees, beside the published record and holding."""
    found = await _found(request, services, viewer)
    return SimulatorAnswer(simulation=found.simulation, replayed=found.record.replayed, limits=found.record.limits)


@get("/simulator", include_in_schema=False)
async def simulator_page(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[str]:
    """The same as a page; the address holds the whole question, so that a view can be shared."""
    found = await _found(request, services, viewer)
    return page(
        site,
        "simulator.html",
        viewer=viewer,
        asked=found.asked,
        found=found.simulation,
        record=found.record,
        points=thinned(found.simulation.curve),
        skipped=counted_reasons(found.simulation),
        shown=SHOWN_TRADES,
        sizings=SIZINGS,
        query=query_string(found.asked),
        terms=services.feed.entitlements.terms(viewer.required().tier),
    )


@get("/simulator/trades.csv", include_in_schema=False)
async def simulator_csv(
    request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """Every signal with what became of it, as a table to download."""
    found = await _found(request, services, viewer)
    headers = {"Content-Disposition": 'attachment; filename="simulation.csv"'}
    return Response(trades_csv(found.simulation), media_type="text/csv", headers=headers)


SIMULATOR_API: tuple[HTTPRouteHandler, ...] = (simulator_api,)
SIMULATOR_PAGES: tuple[HTTPRouteHandler, ...] = (simulator_page, simulator_csv)


async def _found(request: AnyRequest, services: Services, viewer: Viewer) -> _Found:
    account = viewer.required()
    asked = decode_query(request, SimulatorQuery)
    return _Found(asked, *await services.simulating.follow(asked.plan(), asked.selection(), account, viewer.now))
