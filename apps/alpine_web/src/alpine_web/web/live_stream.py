"""Live signals as server-sent events: plain ASGI, since thousands of readers wait here at the same time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from litestar import Request, asgi
from litestar.exceptions import MethodNotAllowedException
from litestar.handlers import ASGIRouteHandler
from litestar.types import Receive, Scope, Send

from alpine_web.live import Kind
from alpine_web.services import Services
from alpine_web.web.live_reader import SessionEnded, admitted, while_admitted
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest

FIRST = b"retry: 1000\n\n"
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


def stream_routes(source: Callable[[], Services], site: Site) -> tuple[ASGIRouteHandler, ...]:
    """`/stream/signals` with JSON for programs, and `/stream/rows` with HTML where there are pages."""

    @asgi("/stream/signals", copy_scope=True)
    async def signals(scope: Scope, receive: Receive, send: Send) -> None:
        await _stream(Kind.SIGNALS, source(), site, scope, receive, send)

    @asgi("/stream/rows", copy_scope=True)
    async def rows(scope: Scope, receive: Receive, send: Send) -> None:
        await _stream(Kind.ROWS, source(), site, scope, receive, send)

    return (signals, rows) if site.pages else (signals,)


async def _stream(kind: Kind, services: Services, site: Site, scope: Scope, receive: Receive, send: Send) -> None:
    """One reader, until it goes, reads too slowly, its session ends or the server stops.

    Raises as `admitted` does, all of it before the first byte of the answer.
    """
    request: AnyRequest = Request(scope, receive=receive, send=send)
    if request.method != "GET":
        raise MethodNotAllowedException(headers={"Allow": "GET"})
    account, after = await admitted(request, services, site)

    async def send_piece(piece: bytes) -> None:
        await send({"type": "http.response.body", "body": piece, "more_body": True})

    checked = while_admitted(request, services, site, account, kind, send_piece)
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send_piece(FIRST)
    with services.metrics.stream(kind.value), contextlib.suppress(SessionEnded, TimeoutError):
        async with asyncio.timeout(None) as until_gone:
            watching = asyncio.create_task(_gone(receive, until_gone))
            try:
                await services.live.serve(kind.value, account.tier, after, checked)
            finally:
                watching.cancel()
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive, until_gone: asyncio.Timeout) -> None:
    """Ends the wait as soon as the reader has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    until_gone.reschedule(asyncio.get_running_loop().time())
