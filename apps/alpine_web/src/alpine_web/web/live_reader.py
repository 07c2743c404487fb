"""What every live reader has, whatever its line: an account with push, a place to begin, a session that still holds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import cast

from litestar.connection import ASGIConnection
from litestar.types import Receive, ReceiveMessage, Scope

from alpine_core.model import Account
from alpine_web.refused import Refused
from alpine_web.services import Services
from alpine_web.web.operator import AnyConnection
from alpine_web.web.queries import StreamStart, decode_query
from alpine_web.web.request_limit import counted_viewer
from alpine_web.web.site import Site
from alpine_web.web.viewer import find_viewer

NO_PUSH = "live push is not part of this tier: read /api/v1/signals/subscribed instead"
TOO_MANY = "this account has as many streams open as it may: close one of them first"
HEARTBEATS_PER_CHECK = 4
SPREAD = 64

Hear = Callable[[ReceiveMessage], Awaitable[None]]


class SessionEnded(Exception):
    """The reader's session has ended, or its tier has changed: it has to come again."""


async def admitted(connection: AnyConnection, services: Services, site: Site) -> tuple[Account, str]:
    """Whose line it is, and after which event it begins: the last one that the reader has, else the newest of now.

    Raises SignInNeeded, Refused 403 for a tier without push and 429 for who comes too often or has too many lines,
    ReaderError for a position that is none, StoreError.
    """
    viewer = await counted_viewer(connection, services, site.prefix)
    account = viewer.required()
    terms = services.feed.entitlements.terms(account.tier)
    if not terms.live_push:
        raise Refused(HTTPStatus.FORBIDDEN, "no_push", NO_PUSH)
    if not services.streams.has_room(account.account_id):
        services.metrics.count_refusal("streams")
        raise Refused(HTTPStatus.TOO_MANY_REQUESTS, "too_many_streams", TOO_MANY, {"Retry-After": "60"})
    # What a browser sends by itself when it comes back is newer than what the page's address says.
    asked = connection.headers.get("last-event-id") or decode_query(connection, StreamStart).after
    if asked is None:
        return account, await services.feed.start(account.tier, services.clock.now())
    return account, await services.feed.resume(asked, account.tier)


class StillAdmitted:
    """Looks from time to time at whether one reader's session still holds, in the reader's own task.

    Every few heartbeats it is asked for; the readers' looks are spread over the time between two heartbeats.
    """

    __slots__ = ("_account", "_heard", "_heard_at", "_scope", "_services", "_site", "_until_look")

    def __init__(self, scope: Scope, services: Services, site: Site, account: Account) -> None:
        self._scope, self._services, self._site, self._account = scope, services, site, account
        self._heard, self._heard_at = 0, 0.0
        self._until_look: asyncio.Timeout | None = None

    def heartbeat(self) -> None:
        """A heartbeat goes to the reader: perhaps it is time to look."""
        now = asyncio.get_running_loop().time()
        since, self._heard_at = now - self._heard_at, now
        self._heard += 1
        if self._heard % HEARTBEATS_PER_CHECK == 0 and self._until_look is not None:
            client = self._scope["client"]
            part = (client[1] % SPREAD if client else 0) / SPREAD
            self._until_look.reschedule(now + since * part)
            self._until_look = None

    async def until(self, receive: Receive, gone: str, hear: Hear | None = None) -> None:
        """Until a message of type `gone` is received; others go to `hear`. Raises SessionEnded, StoreError."""
        while True:
            try:
                async with asyncio.timeout(None) as self._until_look:
                    while (message := await receive())["type"] != gone:
                        if hear is not None:
                            await hear(message)
                    return
            except TimeoutError:
                if await self._account_now() != self._account:
                    raise SessionEnded from None

    async def _account_now(self) -> Account | None:
        connection: AnyConnection = ASGIConnection(fresh(self._scope))
        try:
            return (await find_viewer(connection, self._services, self._site.prefix)).account
        except Refused:
            return None


def fresh(scope: Scope) -> Scope:
    """The same connection without what has been found out about it: that goes when this copy does."""
    return cast("Scope", {**scope, "state": {}})
