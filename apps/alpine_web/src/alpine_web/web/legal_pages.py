"""Pages that hardly change: how figures are reckoned, the terms, privacy, risk, and whom to write to."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from alpine_core.model import Tier
from alpine_core.track_record.equity import STAKE_PCT
from alpine_core.track_record.mean_interval import ENOUGH
from alpine_core.track_record.performance import BAND_EDGES
from alpine_core.track_record.results import ASSUMED_COST_PCT
from alpine_web.services import Services
from alpine_web.web.pages import page
from alpine_web.web.site import Site
from alpine_web.web.viewer import Viewer


@get("/methodology", include_in_schema=False)
async def methodology(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """How each figure comes about; the numbers in it are those that are reckoned with."""
    return page(
        site,
        "methodology.html",
        viewer=viewer,
        cost_pct=ASSUMED_COST_PCT,
        stake_pct=STAKE_PCT,
        enough=ENOUGH,
        edges=BAND_EDGES,
        public=services.feed.entitlements.terms(Tier.FREE),
        contact=services.settings.contact_email,
    )


@get(["/terms", "/privacy", "/risk-disclosure", "/contact"], include_in_schema=False)
async def legal(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """The page of this address. The texts are templates, which an operator's counsel has to review."""
    template = f"legal/{viewer.path.strip('/').replace('-', '_')}.html"
    hours = services.settings.session_hours
    return page(site, template, viewer=viewer, contact=services.settings.contact_email, session_hours=hours)


LEGAL_PAGES: tuple[HTTPRouteHandler, ...] = (methodology, legal)
