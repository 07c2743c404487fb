"""Who looks at a page or asks the API: found by the session cookie, or by the demonstration's token."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from alpine_core.accounts import seen_as
from alpine_core.model import Account, Tier
from alpine_web.services import Services
from alpine_web.web.bearer import key_account
from alpine_web.web.cookies import Cookies
from alpine_web.web.form_token import form_token
from alpine_web.web.operator import AnyConnection, is_from_here

LONGEST_AFTER = 500
"""As the form of signing in takes it."""
_KNOWN = "alpine_viewer"


class SignInNeeded(Exception):
    """This is for account holders. `after` is where to go once signed in."""

    def __init__(self, after: str) -> None:
        super().__init__(after)
        self.after = after


@dataclass(frozen=True, slots=True)
class Viewer:
    """`form_token` belongs to the session, and is empty without one. `path` is below the site's prefix, `address` is
    the path with its query. `halted`: a log of the provider's showed two histories, which every page has to say.
    `view_as`: an administrator looks as this tier, which `account` has then."""

    account: Account | None
    form_token: str
    path: str
    address: str
    now: datetime
    halted: bool = False
    view_as: Tier | None = None

    def required(self) -> Account:
        """The account. Raises SignInNeeded."""
        if self.account is None:
            short = (each for each in (self.address, self.path) if len(each) <= LONGEST_AFTER)
            raise SignInNeeded(quote(next(short, "/dashboard"), safe=""))
        return self.account


async def find_viewer(connection: AnyConnection, services: Services, prefix: str) -> Viewer:
    """Who asks. Raises StoreError."""
    by_key = await key_account(connection, services)
    token = None if by_key else Cookies(connection, services.settings).session
    account = by_key or (await services.sign_in.session(token) if token else None)
    if account is None:
        account = await _demo_account(connection, services)
    view_as = _view_as(connection, services, token) if account is not None else None
    account = None if account is None else seen_as(account, view_as)
    given = form_token(services.settings.secret_key, token) if token and account else ""
    for_reading = "text/html" in connection.headers.get("accept", "")
    halted = for_reading and await services.public_log.is_halted()
    found = replace(
        nobody(connection, services, prefix), account=account, form_token=given, halted=halted, view_as=view_as
    )
    connection.scope["state"][_KNOWN] = found
    return found


def nobody(connection: AnyConnection, services: Services, prefix: str) -> Viewer:
    """Somebody without an account, whoever asks."""
    path = connection.scope["path"].removeprefix(prefix) or "/"
    query = connection.scope["query_string"].decode("latin-1")
    viewer = Viewer(None, "", path, f"{path}?{query}" if query else path, services.clock.now())
    connection.scope["state"][_KNOWN] = viewer
    return viewer


def _view_as(connection: AnyConnection, services: Services, session: str | None) -> Tier | None:
    ticket = Cookies(connection, services.settings).view
    return services.members.view_as.tier(ticket, session) if ticket and session else None


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
