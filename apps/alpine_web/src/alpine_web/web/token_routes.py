"""Tokens for programs: a signed-in session hands out a pair, and a refresh token is traded for the next."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from msgspec import Meta

from alpine_core.accounts import TokenPair
from alpine_core.errors import ReaderError
from alpine_web.refused import Refused
from alpine_web.services import Services
from alpine_web.web.bearer import ASK, EXPIRED
from alpine_web.web.body import small_body
from alpine_web.web.cookies import Cookies
from alpine_web.web.form_token import HEADER, form_token_holds
from alpine_web.web.own_request import FOREIGN_FORM
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer


class Held(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a program sends to go on, or to end."""

    refresh_token: Annotated[str, Meta(min_length=1, max_length=200)]


@post("/api/v1/auth/tokens", status_code=201)
async def hand_out(
    request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> TokenPair:
    """A pair for the session of the cookie; needs X-CSRF-Token. So whatever signing in asks for was asked for."""
    account = viewer.required()
    cookie = Cookies(request, services.settings).session
    if not form_token_holds(services.settings.secret_key, cookie, request.headers.get(HEADER)):
        raise Refused(HTTPStatus.FORBIDDEN, "foreign_form", FOREIGN_FORM)
    return await services.tokens.begin(account, *_from(request))


@post(["/api/auth/refresh", "/api/v1/auth/refresh"], status_code=200)
async def refresh(request: AnyRequest, services: NamedDependency[Services]) -> TokenPair:
    """Trade `{"refresh_token"}` for the next pair; 401 `token_unknown` for any that does not hold. Trading one twice
    ends all that came from its sign-in."""
    pair = await services.tokens.refresh((await _held(request)).refresh_token, *_from(request))
    if pair is None:
        raise Refused(HTTPStatus.UNAUTHORIZED, "token_unknown", EXPIRED, ASK)
    return pair


@post("/api/v1/auth/tokens/end", status_code=204)
async def end_tokens(request: AnyRequest, services: NamedDependency[Services]) -> None:
    """End `{"refresh_token"}` and all that came from its sign-in; an unknown one is no error."""
    await services.tokens.end((await _held(request)).refresh_token)


TOKEN_ROUTES: tuple[HTTPRouteHandler, ...] = (hand_out, refresh, end_tokens)


def _from(request: AnyRequest) -> tuple[str, str]:
    return request.client.host if request.client else "", request.headers.get("user-agent", "")


async def _held(request: AnyRequest) -> Held:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise ReaderError("send application/json: an object with refresh_token")
    try:
        return msgspec.json.decode(await small_body(request), type=Held)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ReaderError("the body is not an object with refresh_token: correct it") from error
