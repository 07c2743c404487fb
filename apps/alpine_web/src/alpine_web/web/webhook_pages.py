"""Webhooks and their deliveries as a page that works without scripts."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta

from alpine_core.errors import ReaderError
from alpine_core.model import DeliveryState
from alpine_web.services import Services
from alpine_web.web.account_forms import TokenForm
from alpine_web.web.own_request import members_form
from alpine_web.web.pages import page
from alpine_web.web.problems import problem_of
from alpine_web.web.queries import decode_query, query_string
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer
from alpine_web.web.webhook_api import DeliveryQuery, caller_of, deliveries_of, endpoint_line

PATH = "/account/webhooks"


class EndpointForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new webhook."""

    url: Annotated[str, Meta(max_length=500)] = ""


@get(PATH, include_in_schema=False)
async def webhooks_page(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[str]:
    """The list, a form for a new one, and what became of the calls."""
    viewer.required()
    return await _page(services, site, viewer, decode_query(request, DeliveryQuery))


@post(PATH, include_in_schema=False, status_code=200)
async def webhook_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[str]:
    """Add one by the form; its secret is on the answer and nowhere else."""
    sent = await members_form(request, services, viewer, EndpointForm)
    try:
        made = await services.notices.webhooks.add(caller_of(request, viewer), sent.url)
    except ReaderError as error:
        return await _page(services, site, viewer, DeliveryQuery(), refused=error, url=sent.url)
    return await _page(services, site, viewer, DeliveryQuery(), secret=made.secret)


@post(PATH + "/{endpoint_id:str}/rotate", include_in_schema=False, status_code=200)
async def rotate_form(
    endpoint_id: FromPath[str],
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[str]:
    """A new secret by the button; it is on the answer and nowhere else."""
    await members_form(request, services, viewer, TokenForm)
    secret = await services.notices.webhooks.rotate(caller_of(request, viewer), endpoint_id)
    return await _page(services, site, viewer, DeliveryQuery(), secret=secret)


@post(PATH + "/{endpoint_id:str}/test", include_in_schema=False, status_code=303)
async def test_form(
    endpoint_id: FromPath[str],
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """A call for trying, by the button."""
    await members_form(request, services, viewer, TokenForm)
    await services.notices.webhooks.test(viewer.required(), endpoint_id)
    return Redirect(site.link(PATH), status_code=303)


@post(PATH + "/{endpoint_id:str}/remove", include_in_schema=False, status_code=303)
async def remove_form(
    endpoint_id: FromPath[str],
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Remove one by the button."""
    await members_form(request, services, viewer, TokenForm)
    await services.notices.webhooks.remove(caller_of(request, viewer), endpoint_id)
    return Redirect(site.link(PATH), status_code=303)


@post(PATH + "/deliveries/{delivery_id:str}/replay", include_in_schema=False, status_code=303)
async def replay_form(
    delivery_id: FromPath[str],
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Make a call again by the button."""
    await members_form(request, services, viewer, TokenForm)
    await services.notices.webhooks.replay(viewer.required(), delivery_id)
    return Redirect(site.link(PATH), status_code=303)


WEBHOOK_PAGES: tuple[HTTPRouteHandler, ...] = (
    webhooks_page,
    webhook_form,
    rotate_form,
    test_form,
    remove_form,
    replay_form,
)


async def _page(
    services: Services,
    site: Site,
    viewer: Viewer,
    asked: DeliveryQuery,
    *,
    secret: str = "",
    refused: ReaderError | None = None,
    url: str = "",
) -> Response[str]:
    account = viewer.required()
    found = await deliveries_of(services, viewer, asked)
    more = None if found.next is None else site.link(f"{PATH}?{query_string(asked, page=found.next)}")
    return page(
        site,
        "webhooks.html",
        HTTPStatus.OK if refused is None else problem_of(refused).status,
        viewer=viewer,
        webhooks=[endpoint_line(each) for each in await services.notices.webhooks.of(account)],
        allowed=services.notices.webhooks.allowed(account),
        deliveries=found.items,
        states=tuple(DeliveryState),
        asked=asked,
        more=more,
        secret=secret,
        refused="" if refused is None else str(refused),
        url=url,
    )
