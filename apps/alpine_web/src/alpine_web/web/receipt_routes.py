"""What live readers acknowledge, and what their receipts tell staff about latency."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from msgspec import Meta

from alpine_core.model import Latency, Role
from alpine_core.wire.receipts import read_receipts
from alpine_web.refused import Refused
from alpine_web.services import Services
from alpine_web.web.body import small_body
from alpine_web.web.cookies import Cookies
from alpine_web.web.form_token import HEADER, form_token_holds
from alpine_web.web.queries import decode_query
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer

STAFF = (Role.SUPPORT, Role.ADMIN)
FOREIGN = "send the X-CSRF-Token of your sign-in with what you acknowledge"


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """`status` is `taken`, whatever was new of it: who acknowledges learns nothing."""

    status: str = "taken"


class LatencyQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Over how many hours until now."""

    hours: Annotated[float, Meta(gt=0, le=8760)] = 24.0


class Latencies(msgspec.Struct, frozen=True, kw_only=True):
    """`latencies`: one for each tier and start of which there are receipts. From generation only signals of live
    sources count, not those made from recorded history; what readers caught up with later counts nowhere."""

    hours: float
    latencies: tuple[Latency, ...]


@post("/api/v1/receipts", status_code=202)
async def acknowledge(
    request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> Taken:
    """Acknowledge what came by a live stream: 202, kept a second later; the first receipt of a signal stands."""
    account = viewer.required()
    token = Cookies(request, services.settings).session
    if token and not form_token_holds(services.settings.secret_key, token, request.headers.get(HEADER)):
        raise Refused(HTTPStatus.FORBIDDEN, "foreign_form", FOREIGN)
    await services.receipts.take(account, read_receipts(await small_body(request)))
    return Taken()


@get("/api/v1/admin/latency")
async def latency(
    request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> Latencies:
    """Percentiles of delivery latency by tier, for support and admin; 404 for anybody else."""
    if viewer.required().role not in STAFF:
        raise NotFoundException
    asked = decode_query(request, LatencyQuery)
    found = await services.receipts.latencies(timedelta(hours=asked.hours))
    return Latencies(hours=asked.hours, latencies=found)


RECEIPT_ROUTES: tuple[HTTPRouteHandler, ...] = (acknowledge, latency)
