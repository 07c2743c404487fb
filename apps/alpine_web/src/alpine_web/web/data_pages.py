"""Taking one's data away, and deleting the account: for people as a page, for programs as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from msgspec import Meta

from alpine_core.errors import AccountRefused, PaymentAway
from alpine_web.services import Services
from alpine_web.web.account_forms import MaybeCode, Password, TokenForm
from alpine_web.web.cookies import Cookies
from alpine_web.web.json_body import json_body
from alpine_web.web.own_request import members_form, require_member
from alpine_web.web.pages import page
from alpine_web.web.problems import problem_of
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer
from alpine_web.web.visitor import visitor_from

AttachedJson = {"Content-Disposition": 'attachment; filename="alpine-personal-data.json"'}


class ProofForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The present password and, where a second factor is in force, a code."""

    password: Password
    code: MaybeCode = ""


class DeleteForm(ProofForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """With the box ticked that says that it is meant."""

    sure: Annotated[str, Meta(max_length=8)] = ""


class Evidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a program sends: the same."""

    password: Password
    code: MaybeCode = ""


class Deleted(msgspec.Struct, frozen=True, kw_only=True):
    """`account_id` is what stays in the log of security events and on paid invoices."""

    account_id: str


@get("/account/data", include_in_schema=False)
async def data_page(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """What is kept, what can be taken away, what stays after a deletion."""
    return await _data(services, site, viewer)


@post("/account/data/export", include_in_schema=False, status_code=200)
async def export_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Everything that is kept about the caller, as one file."""
    sent = await members_form(request, services, viewer, ProofForm)
    export, who = services.members.leaving.export, visitor_from(request)
    try:
        found = await export(viewer.required(), sent.password, sent.code, who)
    except (AccountRefused, PaymentAway) as refused:
        return await _data(services, site, viewer, refused=refused, part="export")
    return _file(found)


@post("/account/data/delete", include_in_schema=False, status_code=200)
async def delete_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Delete the account. The answer says under which id the log goes on to name it."""
    sent = await members_form(request, services, viewer, DeleteForm)
    try:
        if not sent.sure:
            raise AccountRefused("not_sure", "tick the box if you mean it: nothing was deleted")
        left = await services.members.leaving.delete(viewer.required(), sent.password, sent.code, visitor_from(request))
    except (AccountRefused, PaymentAway) as refused:
        return await _data(services, site, viewer, refused=refused, part="delete")
    nobody = Viewer(None, "", viewer.path, viewer.address, viewer.now)
    answer = page(site, "account_deleted.html", viewer=nobody, left=left)
    answer.set_cookie(Cookies(request, services.settings).with_session(None))
    return answer


@post("/api/v1/users/me/export", status_code=200)
async def export_data(
    request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> Response[bytes]:
    """Everything that is kept about the caller, for `{"password", "code"}`; needs X-CSRF-Token."""
    require_member(request, services, viewer)
    sent = await json_body(request, Evidence)
    account, who = viewer.required(), visitor_from(request)
    return _file(await services.members.leaving.export(account, sent.password, sent.code, who))


@post("/api/v1/users/me/delete", status_code=200)
async def delete_account(
    request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> Deleted:
    """Delete the caller's account, for `{"password", "code"}`; needs X-CSRF-Token. What runs is cancelled first."""
    require_member(request, services, viewer)
    sent = await json_body(request, Evidence)
    left = await services.members.leaving.delete(viewer.required(), sent.password, sent.code, visitor_from(request))
    return Deleted(account_id=left.account_id)


DATA_PAGES: tuple[HTTPRouteHandler, ...] = (data_page, export_form, delete_form)
DATA_API: tuple[HTTPRouteHandler, ...] = (export_data, delete_account)


def _file(found: Mapping[str, Any]) -> Response[bytes]:
    written = msgspec.json.format(msgspec.json.encode(found), indent=2)
    return Response(written, media_type="application/json", headers=AttachedJson)


async def _data(
    services: Services, site: Site, viewer: Viewer, *, refused: Exception | None = None, part: str = ""
) -> Response[str]:
    account = viewer.required()
    factor = await services.desk.second_factor.state(account)
    return page(
        site,
        "data.html",
        200 if refused is None else problem_of(refused).status,
        viewer=viewer,
        with_code=factor is not None and factor.confirmed_at is not None,
        names=services.members.leaving.names,
        billing=await services.members.billing.state(account),
        refused="" if refused is None else str(refused),
        part=part,
    )
