"""Who looks at a page or asks the API: found by the session cookie, or by the demonstration's token."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from litestar.datastructures import Cookie

from alpine_core.model import Account
from alpine_web.services import Services
from alpine_web.settings import Settings
from alpine_web.settings.shape import is_loopback
from alpine_web.web.bearer import key_account
from alpine_web.web.form_token import form_token
from alpine_web.web.gate import host_name
from alpine_web.web.operator import AnyConnection, is_from_here

SESSION_COOKIE = "alpine_session"
FORM_COOKIE = "alpine_form"
SECONDS_PER_HOUR = 3600
_KNOWN = "alpine_viewer"


class SignInNeeded(Exception):
    """This is for account holders. `after` is where to go once signed in."""

    def __init__(self, after: str) -> None:
        super().__init__(after)
        self.after = after


@dataclass(frozen=True, slots=True)
class Viewer:
    """`form_token` belongs to the session, and is empty without one. `path` is below the site's prefix, `address` is
    the path with its query. `halted`: a log of the provider's showed two histories, which every page has to say."""

    account: Account | None
    form_token: str
    path: str
    address: str
    now: datetime
    halted: bool = False

    def required(self) -> Account:
        """The account. Raises SignInNeeded."""
        if self.account is None:
            raise SignInNeeded(quote(self.address, safe=""))
        return self.account


async def find_viewer(connection: AnyConnection, services: Services, prefix: str) -> Viewer:
    """Who asks. Raises StoreError."""
    by_key = await key_account(connection, services)
    token = None if by_key else connection.cookies.get(SESSION_COOKIE)
    account = by_key or (await services.sign_in.session(token) if token else None)
    if account is None:
        account = await _demo_account(connection, services)
    given = form_token(services.settings.secret_key, token) if token and account else ""
    path = connection.scope["path"].removeprefix(prefix) or "/"
    query = connection.scope["query_string"].decode("latin-1")
    for_reading = "text/html" in connection.headers.get("accept", "")
    halted = for_reading and await services.public_log.is_halted()
    viewer = Viewer(account, given, path, f"{path}?{query}" if query else path, services.clock.now(), halted)
    connection.scope["state"][_KNOWN] = viewer
    return viewer


def viewer_known(connection: AnyConnection) -> Viewer | None:
    """Who asks, if that has been found out for this request."""
    found = connection.scope["state"].get(_KNOWN)
    return found if isinstance(found, Viewer) else None


async def _demo_account(connection: AnyConnection, services: Services) -> Account | None:
    demo = services.settings.demo_account
    kind, _, given = connection.headers.get("authorization", "").partition(" ")
    expected = services.settings.demo_token
    if demo is None or expected is None or kind.lower() != "bearer" or not is_from_here(connection):
        return None
    if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode()):
        return None
    return await services.accounts.by_email(demo.email.lower())


def session_cookie(connection: AnyConnection, settings: Settings, token: str | None, path: str) -> Cookie:
    """The cookie that carries a session's token; without a token, one that takes the cookie away."""
    return Cookie(
        key=SESSION_COOKIE,
        value=token or "",
        path=path,
        max_age=round(settings.session_hours * SECONDS_PER_HOUR) if token else 0,
        httponly=True,
        secure=_is_secure(connection, settings),
        samesite="lax",
    )


def form_cookie(connection: AnyConnection, settings: Settings, value: str, path: str) -> Cookie:
    """The cookie that a form for those not signed in is bound to."""
    secure = _is_secure(connection, settings)
    return Cookie(key=FORM_COOKIE, value=value, path=path, httponly=True, secure=secure, samesite="lax")


def _is_secure(connection: AnyConnection, settings: Settings) -> bool:
    # Within a host application our settings do not know where it listens: only the request tells.
    plain = connection.scope["scheme"] == "http" and is_loopback(host_name(connection.headers.get("host", "")))
    return settings.secure_cookies or not plain
