"""What the account pays, and the ways to the payment house."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from alpine_core.errors import AccountRefused, PaymentAway
from alpine_core.model import Tier
from alpine_web.services import Services
from alpine_web.web.account_forms import DoneQuery, TokenForm
from alpine_web.web.own_request import members_form
from alpine_web.web.pages import page
from alpine_web.web.problems import problem_of
from alpine_web.web.queries import decode_query
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer


class BuyForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which tier."""

    tier: Tier


@get("/account/billing", include_in_schema=False)
async def billing_page(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[str]:
    """Tier, subscription, what waits, invoices, and what can be bought."""
    viewer.required()
    return await _billing(services, site, viewer, done=decode_query(request, DoneQuery).done)


@post("/account/billing/checkout", include_in_schema=False, status_code=200)
async def checkout_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """The page before the payment house's: what is bought, at which price, and the link there."""
    sent = await members_form(request, services, viewer, BuyForm)
    terms = services.feed.entitlements.terms(sent.tier)
    try:
        url = await services.members.billing.checkout(viewer.required(), terms)
    except (AccountRefused, PaymentAway) as refused:
        return await _billing(services, site, viewer, refused=refused)
    return page(site, "billing_leave.html", viewer=viewer, url=url, terms=terms)


@post("/account/billing/portal", include_in_schema=False, status_code=200)
async def portal_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """The page before the payment house's own pages for this account."""
    await members_form(request, services, viewer, TokenForm)
    try:
        url = await services.members.billing.portal(viewer.required())
    except (AccountRefused, PaymentAway) as refused:
        return await _billing(services, site, viewer, refused=refused)
    return page(site, "billing_leave.html", viewer=viewer, url=url, terms=None)


BILLING_PAGES: tuple[HTTPRouteHandler, ...] = (billing_page, checkout_form, portal_form)


async def _billing(
    services: Services, site: Site, viewer: Viewer, *, done: str = "", refused: Exception | None = None
) -> Response[str]:
    terms = services.feed.entitlements.terms
    return page(
        site,
        "billing.html",
        200 if refused is None else problem_of(refused).status,
        viewer=viewer,
        state=await services.members.billing.state(viewer.required()),
        tiers={tier: terms(tier) for tier in Tier},
        done=done,
        refused="" if refused is None else str(refused),
    )
