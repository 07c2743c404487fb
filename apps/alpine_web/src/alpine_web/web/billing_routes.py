"""Payments for programs, and what the payment house tells us."""

from __future__ import annotations

from typing import Literal

import msgspec
import structlog
from litestar import get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler

from alpine_core.billing import BillingState
from alpine_core.model import Tier
from alpine_web.services import Services
from alpine_web.web.body import limited_body
from alpine_web.web.json_body import json_body
from alpine_web.web.own_request import require_member
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer

EVENT_BYTES = 1_048_576
SIGNATURE = "stripe-signature"

log = structlog.get_logger(__name__)


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which tier to buy."""

    tier: Tier


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a person has to go on, at the payment house; good for a short time."""

    url: str


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """It is on the disk: `applied`, `repeated` or `ignored`."""

    status: Literal["applied", "repeated", "ignored"]


@get("/api/v1/subscriptions")
async def subscriptions(services: NamedDependency[Services], viewer: NamedDependency[Viewer]) -> BillingState:
    """What the caller pays for."""
    return await services.members.billing.state(viewer.required())


@post("/api/v1/payments/checkout", status_code=201)
async def checkout(
    request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> Address:
    """Begin to buy a tier `{"tier"}`; needs X-CSRF-Token. The tier changes when it is paid."""
    require_member(request, services, viewer)
    wanted = await json_body(request, Wanted)
    terms = services.feed.entitlements.terms(wanted.tier)
    return Address(url=await services.members.billing.checkout(viewer.required(), terms))


@post("/api/v1/payments/portal", status_code=201)
async def portal(request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]) -> Address:
    """The payment house's pages for card, invoices, change and end; needs X-CSRF-Token."""
    require_member(request, services, viewer)
    return Address(url=await services.members.billing.portal(viewer.required()))


@post("/api/v1/payments/webhook", status_code=200)
async def webhook(request: AnyRequest, services: NamedDependency[Services]) -> Received:
    """A signed event of the payment house; 2xx once it is on the disk. 404 where nothing is sold."""
    notices = services.members.payment_notices
    if notices is None:
        raise NotFoundException
    body = await limited_body(request, EVENT_BYTES)
    notice = notices.read(body, request.headers.get(SIGNATURE, ""), services.clock.now())
    taken = await services.members.billing.take(notice)
    services.metrics.count_notice(taken.value)
    log.info("payment_notice", notice_id=notice.notice_id, kind=notice.kind, status=taken.value)
    return Received(status=taken.value)


BILLING_API: tuple[HTTPRouteHandler, ...] = (subscriptions, checkout, portal, webhook)
