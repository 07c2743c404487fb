"""Live signals over a WebSocket, for programs."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from litestar import WebSocket, websocket
from litestar.di import NamedDependency
from litestar.exceptions import WebSocketDisconnect
from litestar.handlers import WebsocketRouteHandler

from alpine_core.errors import ReaderError
from alpine_core.model import Account
from alpine_core.ports.live_push import PushEnded
from alpine_web.live import Kind
from alpine_web.refused import Refused
from alpine_web.services import Services
from alpine_web.web.live_reader import SessionEnded, admitted, while_admitted
from alpine_web.web.site import Site
from alpine_web.web.viewer import SignInNeeded

# Private codes (RFC 6455, section 7.4.2) that end like the HTTP status of the same refusal.
BAD_POSITION, NOT_SIGNED_IN, NO_PUSH = 4400, 4401, 4403
ENDINGS = {
    PushEnded.CLOSED: (1001, "the server ends this line: connect again"),
    PushEnded.SHED: (1013, "read too slowly: connect again with ?after="),
}

AnySocket = WebSocket[Any, Any, Any]


@websocket("/ws/signals")
async def signals_socket(socket: AnySocket, services: NamedDependency[Services], site: NamedDependency[Site]) -> None:
    """Texts `{"event_id", "kind", "signal"}`, and `{"kind": "alive"}` in silence; `?after=` resumes.

    What the client sends is ignored. Refusals come as close codes after the handshake, where clients can read them.
    """
    await socket.accept()
    try:
        account, after = await admitted(socket, services, site)
    except SignInNeeded:
        await socket.close(NOT_SIGNED_IN, "sign in first")
    except Refused as refused:
        await socket.close(NO_PUSH, str(refused))
    except ReaderError as error:
        await socket.close(BAD_POSITION, str(error)[:100])
    else:
        with services.metrics.stream(Kind.SOCKET.value), contextlib.suppress(TimeoutError):
            await socket.close(*await _pushed(socket, services, site, account, after))


SOCKET_ROUTES: tuple[WebsocketRouteHandler, ...] = (signals_socket,)


async def _pushed(socket: AnySocket, services: Services, site: Site, account: Account, after: str) -> tuple[int, str]:
    """Push until it ends; how to close then. Raises TimeoutError when the client has gone."""

    async def send_lines(piece: bytes) -> None:
        for line in piece.decode().splitlines():
            await socket.send_text(line)

    checked = while_admitted(socket, services, site, account, Kind.SOCKET, send_lines)
    async with asyncio.timeout(None) as until_gone:
        hearing = asyncio.create_task(_closed(socket, until_gone))
        try:
            return ENDINGS[await services.live.serve(Kind.SOCKET.value, account.tier, after, checked)]
        except SessionEnded:
            return NOT_SIGNED_IN, "the session has ended: sign in again"
        finally:
            hearing.cancel()


async def _closed(socket: AnySocket, until_gone: asyncio.Timeout) -> None:
    """Ends the wait as soon as the client has gone."""
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.receive_data(mode="text")
    until_gone.reschedule(asyncio.get_running_loop().time())
