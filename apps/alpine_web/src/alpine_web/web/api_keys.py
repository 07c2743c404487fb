"""Keys of the API: for programs as JSON, for people as a page. Only a session makes or ends them, never a key."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta

from alpine_core.accounts import NewKey
from alpine_core.errors import NotEntitled, ReaderError
from alpine_core.model import Account, ApiKey, ApiScope
from alpine_web.services import Services
from alpine_web.web.account_forms import TokenForm
from alpine_web.web.body import small_body
from alpine_web.web.own_request import members_form, require_member
from alpine_web.web.pages import page
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer

Name = Annotated[str, Meta(min_length=1, max_length=60)]
Token = Annotated[str, Meta(max_length=64)]


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a program sends to have a key made."""

    name: Name
    scopes: Annotated[tuple[ApiScope, ...], Meta(min_length=1, max_length=8)] = (ApiScope.READ,)


class NewKeyForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the page sends. A scope is a box that is ticked."""

    name: Annotated[str, Meta(max_length=60)] = ""
    read: str = ""
    webhooks: str = ""


class KeyLine(msgspec.Struct, frozen=True, kw_only=True):
    """A key as its owner sees it: never its text."""

    key_id: str
    name: str
    prefix: str
    scopes: tuple[ApiScope, ...]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class KeyMade(msgspec.Struct, frozen=True, kw_only=True):
    """`text` is shown this once."""

    text: str
    key: KeyLine


class KeyList(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first. `allowed`: what keys of the caller's tier may do."""

    items: tuple[KeyLine, ...]
    allowed: tuple[ApiScope, ...]


@get("/api/v1/api-keys")
async def list_keys(services: NamedDependency[Services], viewer: NamedDependency[Viewer]) -> KeyList:
    """The caller's keys, revoked ones too."""
    account = viewer.required()
    return KeyList(items=await _lines(services, account), allowed=_allowed(services, account))


@post("/api/v1/api-keys", status_code=201)
async def make_key(
    request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> KeyMade:
    """Make a key `{"name", "scopes"}`; needs X-CSRF-Token. 403 for what the tier does not include."""
    account = viewer.required()
    require_member(request, services, viewer)
    try:
        wanted = msgspec.json.decode(await small_body(request), type=Wanted)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ReaderError("the body is not an object with name and scopes: correct it") from error
    made = await _make(request, services, account, wanted.name, wanted.scopes)
    return KeyMade(text=made.text, key=_line(made.key))


@delete("/api/v1/api-keys/{key_id:str}", status_code=204)
async def end_key(
    key_id: FromPath[str], request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> None:
    """Revoke a key of one's own; needs X-CSRF-Token. 404 for any other."""
    account = viewer.required()
    require_member(request, services, viewer)
    await services.api_keys.revoke(account, key_id, *_from(request))


@get("/account/api-keys", include_in_schema=False)
async def keys_page(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """The list, and a form for a new one."""
    return await _page(services, site, viewer)


@post("/account/api-keys", include_in_schema=False, status_code=200)
async def keys_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Make a key by the form; its text is on the answer and nowhere else."""
    account = viewer.required()
    sent = await members_form(request, services, viewer, NewKeyForm)
    scopes = tuple(scope for scope, ticked in zip(ApiScope, (sent.read, sent.webhooks), strict=True) if ticked)
    try:
        made = await _make(request, services, account, sent.name, scopes)
    except ReaderError as error:
        status = HTTPStatus.FORBIDDEN if isinstance(error, NotEntitled) else HTTPStatus.BAD_REQUEST
        return await _page(services, site, viewer, status, refused=str(error))
    return await _page(services, site, viewer, made=made)


@post("/account/api-keys/{key_id:str}/revoke", include_in_schema=False, status_code=303)
async def revoke_form(
    key_id: FromPath[str],
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Revoke by the button."""
    account = viewer.required()
    await members_form(request, services, viewer, TokenForm)
    await services.api_keys.revoke(account, key_id, *_from(request))
    return Redirect(site.link("/account/api-keys"), status_code=303)


API_KEY_API: tuple[HTTPRouteHandler, ...] = (list_keys, make_key, end_key)
API_KEY_PAGES: tuple[HTTPRouteHandler, ...] = (keys_page, keys_form, revoke_form)


async def _make(
    request: AnyRequest, services: Services, account: Account, name: str, scopes: tuple[ApiScope, ...]
) -> NewKey:
    return await services.api_keys.create(account, name, scopes, *_from(request))


def _from(request: AnyRequest) -> tuple[str, str]:
    return request.client.host if request.client else "", request.headers.get("user-agent", "")


async def _lines(services: Services, account: Account) -> tuple[KeyLine, ...]:
    return tuple(_line(key) for key in await services.api_keys.of(account))


def _line(key: ApiKey) -> KeyLine:
    return KeyLine(**{name: getattr(key, name) for name in KeyLine.__struct_fields__})


def _allowed(services: Services, account: Account) -> tuple[ApiScope, ...]:
    return services.feed.entitlements.terms(account.tier).api_scopes


async def _page(
    services: Services,
    site: Site,
    viewer: Viewer,
    status: int = 200,
    *,
    made: NewKey | None = None,
    refused: str = "",
) -> Response[str]:
    account = viewer.required()
    terms = services.feed.entitlements.terms(account.tier)
    keys = await _lines(services, account)
    return page(site, "api_keys.html", status, viewer=viewer, keys=keys, terms=terms, made=made, refused=refused)
