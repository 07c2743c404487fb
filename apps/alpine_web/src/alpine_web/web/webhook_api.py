"""Webhooks for programs: by session, or by a key that may manage them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Meta

from alpine_core.model import ApiScope, DeliveryState, WebhookDelivery, WebhookEndpoint
from alpine_core.notices import Caller
from alpine_web.services import Services
from alpine_web.web.json_body import json_body
from alpine_web.web.own_request import require_own
from alpine_web.web.queries import decode_query
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer

BY_KEY = {"key_scope": ApiScope.WEBHOOKS}


class EndpointWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to call: https, to a host of the public network."""

    url: Annotated[str, Meta(min_length=1, max_length=500)]


class EndpointLine(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook as its owner sees it: never its secret. `former_until`: until when the secret before signs too."""

    endpoint_id: str
    url: str
    created_at: datetime
    former_until: datetime | None


class EndpointList(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first."""

    items: tuple[EndpointLine, ...]


class EndpointMade(EndpointLine, frozen=True, kw_only=True):
    """`secret` is shown this once."""

    secret: str


class NewSecret(msgspec.Struct, frozen=True, kw_only=True):
    """Shown this once; the one before signs too for a day."""

    secret: str


class DeliveryQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Newest first, of one state or all; `page` counts from 1."""

    state: DeliveryState | None = None
    page: Annotated[int, Meta(ge=1, le=10_000)] = 1
    limit: Annotated[int, Meta(ge=1, le=100)] = 50


class DeliveryLine(msgspec.Struct, frozen=True, kw_only=True):
    """`type` is signal, outcome or test; `next_at` is when it is tried next, or when it was settled."""

    delivery_id: str
    endpoint_id: str
    type: str
    state: DeliveryState
    attempts: int
    queued_at: datetime
    next_at: datetime
    last_status: int | None
    last_error: str


class DeliveryList(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is the number of the following page, None on the last."""

    items: tuple[DeliveryLine, ...]
    next: int | None


@get("/api/v1/webhooks", opt=BY_KEY)
async def list_webhooks(services: NamedDependency[Services], viewer: NamedDependency[Viewer]) -> EndpointList:
    """The caller's webhooks."""
    found = await services.notices.webhooks.of(viewer.required())
    return EndpointList(items=tuple(map(endpoint_line, found)))


@post("/api/v1/webhooks", status_code=201, opt=BY_KEY)
async def add_webhook(
    request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> EndpointMade:
    """Add a webhook `{"url"}`; with a session needs X-CSRF-Token. 403 where the tier has none."""
    caller = caller_of(request, viewer)
    require_own(request, services)
    sent = await json_body(request, EndpointWanted)
    made = await services.notices.webhooks.add(caller, sent.url)
    return EndpointMade(secret=made.secret, **msgspec.structs.asdict(endpoint_line(made)))


@delete("/api/v1/webhooks/{endpoint_id:str}", status_code=204, opt=BY_KEY)
async def remove_webhook(
    endpoint_id: FromPath[str],
    request: AnyRequest,
    services: NamedDependency[Services],
    viewer: NamedDependency[Viewer],
) -> None:
    """Remove a webhook of one's own with its deliveries; with a session needs X-CSRF-Token. 404 for any other."""
    caller = caller_of(request, viewer)
    require_own(request, services)
    await services.notices.webhooks.remove(caller, endpoint_id)


@post("/api/v1/webhooks/{endpoint_id:str}/rotate", status_code=200, opt=BY_KEY)
async def rotate_secret(
    endpoint_id: FromPath[str],
    request: AnyRequest,
    services: NamedDependency[Services],
    viewer: NamedDependency[Viewer],
) -> NewSecret:
    """Have a new secret made; with a session needs X-CSRF-Token."""
    caller = caller_of(request, viewer)
    require_own(request, services)
    return NewSecret(secret=await services.notices.webhooks.rotate(caller, endpoint_id))


@post("/api/v1/webhooks/{endpoint_id:str}/test", status_code=202, opt=BY_KEY)
async def test_webhook(
    endpoint_id: FromPath[str],
    request: AnyRequest,
    services: NamedDependency[Services],
    viewer: NamedDependency[Viewer],
) -> DeliveryLine:
    """Queue a call that says nothing of any signal; with a session needs X-CSRF-Token."""
    account = viewer.required()
    require_own(request, services)
    return delivery_line(await services.notices.webhooks.test(account, endpoint_id))


@get("/api/v1/webhooks/deliveries", opt=BY_KEY)
async def list_deliveries(
    request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> DeliveryList:
    """The caller's deliveries, newest first; `state=dead` lists what was given up."""
    return await deliveries_of(services, viewer, decode_query(request, DeliveryQuery))


@post("/api/v1/webhooks/deliveries/{delivery_id:str}/replay", status_code=202, opt=BY_KEY)
async def replay_delivery(
    delivery_id: FromPath[str],
    request: AnyRequest,
    services: NamedDependency[Services],
    viewer: NamedDependency[Viewer],
) -> None:
    """Make a call again with the same id; with a session needs X-CSRF-Token. 404 for what is not the caller's."""
    account = viewer.required()
    require_own(request, services)
    await services.notices.webhooks.replay(account, delivery_id)


WEBHOOK_API: tuple[HTTPRouteHandler, ...] = (
    list_webhooks,
    add_webhook,
    remove_webhook,
    rotate_secret,
    test_webhook,
    list_deliveries,
    replay_delivery,
)


async def deliveries_of(services: Services, viewer: Viewer, asked: DeliveryQuery) -> DeliveryList:
    """One page of the viewer's deliveries."""
    offset = (asked.page - 1) * asked.limit
    found = await services.notices.webhooks.deliveries(viewer.required(), asked.state, asked.limit + 1, offset)
    following = asked.page + 1 if len(found) > asked.limit else None
    return DeliveryList(items=tuple(map(delivery_line, found[: asked.limit])), next=following)


def caller_of(request: AnyRequest, viewer: Viewer) -> Caller:
    """Who asks and from where. Raises SignInNeeded."""
    host = request.client.host if request.client else ""
    return Caller(account=viewer.required(), address=host, agent=request.headers.get("user-agent", ""))


def endpoint_line(endpoint: WebhookEndpoint) -> EndpointLine:
    """What may be shown of it."""
    return EndpointLine(**{name: getattr(endpoint, name) for name in EndpointLine.__struct_fields__})


def delivery_line(delivery: WebhookDelivery) -> DeliveryLine:
    """What may be shown of it."""
    return DeliveryLine(**{name: getattr(delivery, name) for name in DeliveryLine.__struct_fields__})
