"""The page of prices: the rows of the terms, and nothing that is not in them."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from alpine_core.model import Tier
from alpine_web.services import Services
from alpine_web.web.pages import page
from alpine_web.web.site import Site
from alpine_web.web.viewer import Viewer


@get("/pricing", include_in_schema=False)
async def pricing(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """What each tier costs and gives; enforced by the very rows that are shown here."""
    tiers = [services.feed.entitlements.terms(tier) for tier in Tier]
    own = None if viewer.account is None else viewer.account.tier
    return page(site, "pricing.html", viewer=viewer, tiers=tiers, own=own, contact=services.settings.contact_email)


PRICING_PAGES: tuple[HTTPRouteHandler, ...] = (pricing,)
