"""Live signals over a WebSocket, for programs."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

from litestar import WebSocket, websocket
from litestar.di import NamedDependency
from litestar.handlers import WebsocketRouteHandler
from litestar.types import ReceiveMessage

from alpine_core.errors import ReaderError, StoreError
from alpine_core.model import Account, ApiScope
from alpine_core.ports.live_push import PushEnded
from alpine_core.wire.receipts import read_receipts
from alpine_web.live import Kind
from alpine_web.refused import Refused
from alpine_web.services import Services
from alpine_web.web.body import SMALL_BYTES
from alpine_web.web.lines import ALIVE
from alpine_web.web.live_reader import SessionEnded, StillAdmitted, admitted
from alpine_web.web.site import Site
from alpine_web.web.viewer import SignInNeeded

# Private codes (RFC 6455, section 7.4.2) that end like the HTTP status of the same refusal.
BAD_POSITION, NOT_SIGNED_IN, AS_STATUS = 4400, 4401, 4000
STORE_AWAY = (1013, "the database did not answer: connect again with ?after=")
ENDINGS = {
    PushEnded.CLOSED: (1001, "the server ends this line: connect again"),
    PushEnded.SHED: (1013, "read too slowly: connect again with ?after="),
}

AnySocket = WebSocket[Any, Any, Any]


@websocket("/ws/signals", opt={"key_scope": ApiScope.READ})
async def signals_socket(socket: AnySocket, services: NamedDependency[Services], site: NamedDependency[Site]) -> None:
    """Texts `{"event_id", "kind", "signal"}`, and `{"kind": "alive"}` in silence; `?after=` resumes.

    What is not shown to the tier yet comes as `{"event_id", "kind": "sealed", "sealed"}`. A client may acknowledge by
    texts as `/api/v1/receipts` takes them; whatever else it sends is ignored. Refusals come as close codes after the
    handshake, where clients can read them.
    """
    await socket.accept()
    try:
        account, after = await admitted(socket, services, site)
    except SignInNeeded:
        await socket.close(NOT_SIGNED_IN, "sign in first")
    except Refused as refused:
        await socket.close(AS_STATUS + refused.status, str(refused)[:100])
    except ReaderError as error:
        await socket.close(BAD_POSITION, str(error)[:100])
    except StoreError:
        await socket.close(*STORE_AWAY)
    else:
        services.stream_begins(Kind.SOCKET.value, account)
        try:
            ending = await _pushed(socket, services, site, account, after)
        finally:
            services.stream_ends(Kind.SOCKET.value, account)
        if ending is not None:
            await socket.close(*ending)


SOCKET_ROUTES: tuple[WebsocketRouteHandler, ...] = (signals_socket,)


async def _pushed(
    socket: AnySocket, services: Services, site: Site, account: Account, after: str
) -> tuple[int, str] | None:
    """Push until it ends; how to close then, None if the client has gone."""
    still = StillAdmitted(socket.scope, services, site, account)

    async def send_lines(piece: bytes) -> None:
        if piece is ALIVE:
            still.heartbeat()
        for line in piece.decode().splitlines():
            await socket.send_text(line)

    async def hear(message: ReceiveMessage) -> None:
        text = cast("dict[str, object]", message).get("text")
        if isinstance(text, str) and len(text) <= SMALL_BYTES:
            with suppress(ReaderError, Refused):
                await services.receipts.take(account, read_receipts(text.encode()))

    async def gone() -> None:
        await still.until(socket.receive, "websocket.disconnect", hear)

    try:
        return ENDINGS.get(await services.live.serve(Kind.SOCKET.value, account.tier, after, send_lines, gone))
    except SessionEnded:
        return NOT_SIGNED_IN, "the session has ended: sign in again"
    except StoreError:
        return STORE_AWAY
