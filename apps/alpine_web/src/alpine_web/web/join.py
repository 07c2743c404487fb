"""Pages of those who are not signed in: a new account, a confirmed address, a new password."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from alpine_core.errors import AccountRefused
from alpine_web.services import Services
from alpine_web.web.account_forms import AskResetForm, LinkForm, LinkQuery, SetPasswordForm, SignUpForm
from alpine_web.web.own_request import sentence, visitors_form, visitors_page
from alpine_web.web.problems import problem_of
from alpine_web.web.queries import decode_query
from alpine_web.web.sign_in import take_attempt
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer
from alpine_web.web.visitor import visitor_from

MAILED = "A mail is on its way. Follow its link to confirm the address, then sign in."
RESET_MAILED = "If the address has an account, a mail with a link is on its way. The link is good for one hour."
CONFIRMED = "The address is confirmed."
SET = "The new password is set, and every session has ended. Sign in with it."


@get("/signup", include_in_schema=False, sync_to_thread=False)
def signup_page(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """The form."""
    return visitors_page(request, services, site, viewer, "signup.html", email="", refused="")


@post("/signup", include_in_schema=False, status_code=200)
async def signup_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """The same page whether or not the address has an account: a mail to it tells."""
    sent = await visitors_form(request, services, SignUpForm)
    take_mail(request, services, sent.email)
    try:
        await services.desk.sign_up.sign_up(sent.email, sent.password, visitor_from(request))
    except AccountRefused as refused:
        told = {"email": sent.email, "refused": sentence(refused)}
        return visitors_page(request, services, site, viewer, "signup.html", problem_of(refused).status, **told)
    return _done(request, services, site, viewer, "Look into your mail", MAILED)


@get("/verify-email", include_in_schema=False, sync_to_thread=False)
def verify_page(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """A button: what only follows links, as mail filters do, confirms nothing."""
    token = decode_query(request, LinkQuery).token
    return visitors_page(request, services, site, viewer, "verify_email.html", token=token, refused="")


@post("/verify-email", include_in_schema=False, status_code=200)
async def verify_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Use the link's token up."""
    sent = await visitors_form(request, services, LinkForm)
    take_attempt(request, services)
    try:
        await services.desk.email.confirm(sent.token, visitor_from(request))
    except AccountRefused as refused:
        told = {"token": "", "refused": sentence(refused)}
        return visitors_page(request, services, site, viewer, "verify_email.html", problem_of(refused).status, **told)
    return _done(request, services, site, viewer, "Confirmed", CONFIRMED, sign_in=True)


@get("/reset", include_in_schema=False, sync_to_thread=False)
def reset_page(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Ask for the link, or with its token set the password."""
    token = decode_query(request, LinkQuery).token
    return visitors_page(request, services, site, viewer, "reset.html", token=token, refused="")


@post("/reset", include_in_schema=False, status_code=200)
async def ask_reset_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """The same page whether or not there is an account."""
    sent = await visitors_form(request, services, AskResetForm)
    take_mail(request, services, sent.email)
    try:
        await services.desk.passwords.ask_reset(sent.email, visitor_from(request))
    except AccountRefused as refused:
        told = {"token": "", "refused": sentence(refused)}
        return visitors_page(request, services, site, viewer, "reset.html", problem_of(refused).status, **told)
    return _done(request, services, site, viewer, "Look into your mail", RESET_MAILED)


@post("/reset/password", include_in_schema=False, status_code=200)
async def reset_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Set the password; a weak one leaves the link good."""
    sent = await visitors_form(request, services, SetPasswordForm)
    take_attempt(request, services)
    try:
        await services.desk.passwords.reset(sent.token, sent.password, visitor_from(request))
    except AccountRefused as refused:
        ended = refused.code == "bad_token"
        told = {"token": "" if ended else sent.token, "refused": sentence(refused)}
        return visitors_page(request, services, site, viewer, "reset.html", problem_of(refused).status, **told)
    return _done(request, services, site, viewer, "Password set", SET, sign_in=True)


JOIN_PAGES: tuple[HTTPRouteHandler, ...] = (
    signup_page,
    signup_form,
    verify_page,
    verify_form,
    reset_page,
    ask_reset_form,
    reset_form,
)


def take_mail(request: AnyRequest, services: Services, email: str) -> None:
    """One of the attempts of the client, and one of the mails that an address can be made to get. Raises Refused 429,
    whether or not the address has an account."""
    take_attempt(request, services)
    services.members.mail_rate.take(email.strip().lower())


def _done(
    request: AnyRequest,
    services: Services,
    site: Site,
    viewer: Viewer,
    title: str,
    words: str,
    *,
    sign_in: bool = False,
) -> Response[Any]:
    return visitors_page(request, services, site, viewer, "done.html", title=title, words=words, sign_in=sign_in)
