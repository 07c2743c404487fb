"""What every live reader has, whatever its line: an account with push, a place to begin, a session that still holds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from alpine_core.model import Account
from alpine_web.live import Kind
from alpine_web.refused import Refused
from alpine_web.services import Services
from alpine_web.web.lines import lines_of
from alpine_web.web.queries import StreamStart, decode_query
from alpine_web.web.site import Site
from alpine_web.web.viewer import AnyConnection, find_viewer

NO_PUSH = "live push is not part of this tier: read /api/v1/signals/subscribed instead"
HEARTBEATS_PER_CHECK = 4

Send = Callable[[bytes], Awaitable[None]]


class SessionEnded(Exception):
    """The reader's session has ended, or its tier has changed: it has to come again."""


async def admitted(connection: AnyConnection, services: Services, site: Site) -> tuple[Account, str]:
    """Whose line it is, and after which event it begins: the last one that the reader has, else the newest of now.

    Raises SignInNeeded, Refused 403 for a tier without push, ReaderError for a position that is none, StoreError.
    """
    account = (await find_viewer(connection, services, site.prefix)).required()
    terms = services.feed.entitlements.terms(account.tier)
    if not terms.live_push:
        raise Refused(HTTPStatus.FORBIDDEN, "no_push", NO_PUSH)
    # What a browser sends by itself when it comes back is newer than what the page's address says.
    asked = connection.headers.get("last-event-id") or decode_query(connection, StreamStart).after
    if asked is None:
        return account, await services.feed.start(account.tier, services.clock.now())
    services.feed.position(asked, account.tier)
    return account, asked


def while_admitted(
    connection: AnyConnection, services: Services, site: Site, account: Account, kind: Kind, send: Send
) -> Send:
    """`send`, and from time to time a look at whether the session still holds; it raises SessionEnded if not."""
    heartbeat = lines_of(site)[kind.value].heartbeat
    heard = 0

    async def send_checked(piece: bytes) -> None:
        nonlocal heard
        if piece == heartbeat:
            heard += 1
            if heard % HEARTBEATS_PER_CHECK == 0:
                now = (await find_viewer(connection, services, site.prefix)).account
                if now != account:
                    raise SessionEnded
        await send(piece)

    return send_checked
