"""Accounts for programs: sign-up, reset, second factor, and who one is."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from alpine_web.services import Services
from alpine_web.web.account_forms import Code, Email, Name, Password, Token
from alpine_web.web.join import take_mail
from alpine_web.web.json_body import json_body
from alpine_web.web.own_request import require_member
from alpine_web.web.sign_in import WRONG_CODE, Credentials, SignedIn, second_step, signed_in_answer, take_attempt
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer
from alpine_web.web.visitor import visitor_from


class MailSent(msgspec.Struct, frozen=True, kw_only=True):
    """Said whether or not the address has an account: only a mail to it tells."""

    status: Literal["mail_sent"] = "mail_sent"


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """It is done."""

    status: Literal["done"] = "done"


class Address(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose password is to be set anew."""

    email: Email


class LinkToken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the link of a mail carried."""

    token: Token


class NewPassword(LinkToken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """With the new password."""

    password: Password


class Present(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The present password."""

    password: Password


class PresentAndCode(Present, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The present password and a code of the app, or a recovery code."""

    code: Code


class CodeGiven(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """With the `ticket` of a sign-in its second step; without one the first code of a factor that is set up."""

    code: Code
    ticket: Token | None = None


class FactorSetup(msgspec.Struct, frozen=True, kw_only=True):
    """`uri` is what a QR code for an authenticator app holds, `secret` what can be typed instead."""

    secret: str
    uri: str


class RecoveryCodes(msgspec.Struct, frozen=True, kw_only=True):
    """Shown this once; each is good once in place of a code."""

    recovery_codes: tuple[str, ...]


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks."""

    email: str
    email_verified: bool
    display_name: str
    tier: str
    role: str
    second_factor: bool
    created_at: datetime


class MeChanged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to change."""

    display_name: Name


@post(["/api/auth/signup", "/api/v1/auth/signup"], status_code=202)
async def sign_up(request: AnyRequest, services: NamedDependency[Services]) -> MailSent:
    """Ask for an account with `{"email", "password"}`. The answer is the same for a free and for a taken address."""
    sent = await json_body(request, Credentials)
    take_mail(request, services, sent.email)
    await services.desk.sign_up.sign_up(sent.email, sent.password, visitor_from(request))
    return MailSent()


@post(["/api/auth/verify-email", "/api/v1/auth/verify-email"], status_code=200)
async def verify_email(request: AnyRequest, services: NamedDependency[Services]) -> Done:
    """Confirm an address by the token of the mail."""
    sent = await json_body(request, LinkToken)
    take_attempt(request, services)
    await services.desk.email.confirm(sent.token, visitor_from(request))
    return Done()


@post(["/api/auth/password-reset", "/api/v1/auth/password-reset"], status_code=202)
async def ask_reset(request: AnyRequest, services: NamedDependency[Services]) -> MailSent:
    """Ask for the mail with the link. The answer is the same whether or not there is an account."""
    sent = await json_body(request, Address)
    take_mail(request, services, sent.email)
    await services.desk.passwords.ask_reset(sent.email, visitor_from(request))
    return MailSent()


@post(["/api/auth/password-reset/confirm", "/api/v1/auth/password-reset/confirm"], status_code=200)
async def reset(request: AnyRequest, services: NamedDependency[Services]) -> Done:
    """Set the password by the token of the mail; every session ends."""
    sent = await json_body(request, NewPassword)
    take_attempt(request, services)
    await services.desk.passwords.reset(sent.token, sent.password, visitor_from(request))
    return Done()


@post(["/api/auth/2fa/enable", "/api/v1/auth/2fa/enable"], status_code=200)
async def enable_second_factor(
    request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> FactorSetup:
    """Begin with the present password; in force once `/2fa/verify` got the first code. Needs X-CSRF-Token."""
    require_member(request, services, viewer)
    sent = await json_body(request, Present)
    setup = await services.desk.second_factor.begin(viewer.required(), sent.password)
    return FactorSetup(secret=setup.secret, uri=setup.uri)


@post(["/api/auth/2fa/verify", "/api/v1/auth/2fa/verify"], status_code=200)
async def verify_code(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[SignedIn | RecoveryCodes]:
    """With a ticket: the second step of a sign-in, answered like it. Without: the first code of a new factor, answered
    with recovery codes; needs X-CSRF-Token."""
    sent = await json_body(request, CodeGiven)
    if sent.ticket is not None:
        token = await second_step(request, services, sent.ticket, sent.code)
        return await signed_in_answer(request, services, site, token, WRONG_CODE)
    session = require_member(request, services, viewer)
    act = services.desk.second_factor.confirm
    codes = await act(viewer.required(), sent.code, session, visitor_from(request))
    return Response(RecoveryCodes(recovery_codes=codes))


@post(["/api/auth/2fa/disable", "/api/v1/auth/2fa/disable"], status_code=200)
async def disable_second_factor(
    request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> Done:
    """With the present password and a code. Needs X-CSRF-Token."""
    require_member(request, services, viewer)
    sent = await json_body(request, PresentAndCode)
    await services.desk.second_factor.disable(viewer.required(), sent.password, sent.code, visitor_from(request))
    return Done()


@get("/api/v1/users/me")
async def who_am_i(services: NamedDependency[Services], viewer: NamedDependency[Viewer]) -> Me:
    """The caller's account."""
    return await _me(services, viewer)


@patch("/api/v1/users/me")
async def change_me(request: AnyRequest, services: NamedDependency[Services], viewer: NamedDependency[Viewer]) -> Me:
    """Change what pages call the caller. Needs X-CSRF-Token."""
    require_member(request, services, viewer)
    sent = await json_body(request, MeChanged)
    await services.desk.profile.rename(viewer.required(), sent.display_name)
    return msgspec.structs.replace(await _me(services, viewer), display_name=sent.display_name.strip())


ACCOUNT_API: tuple[HTTPRouteHandler, ...] = (
    sign_up,
    verify_email,
    ask_reset,
    reset,
    enable_second_factor,
    verify_code,
    disable_second_factor,
    who_am_i,
    change_me,
)


async def _me(services: Services, viewer: Viewer) -> Me:
    account = viewer.required()
    factor = await services.desk.second_factor.state(account)
    return Me(
        email=account.email,
        email_verified=account.email_verified,
        display_name=account.display_name,
        tier=account.tier.value,
        role=account.role.value,
        second_factor=factor is not None and factor.confirmed_at is not None,
        created_at=account.created_at,
    )
