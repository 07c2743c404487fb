"""Live signals as server-sent events: plain ASGI, since thousands of readers wait here at the same time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping

import structlog
from litestar import Request, asgi
from litestar.exceptions import MethodNotAllowedException
from litestar.handlers import ASGIRouteHandler
from litestar.types import Receive, Scope, Send

from alpine_core.errors import StoreError
from alpine_core.model import Account, ApiScope
from alpine_core.ports import PushEnded
from alpine_web.live import Kind
from alpine_web.services import Services
from alpine_web.web.lines import HEARTBEATS
from alpine_web.web.live_reader import SessionEnded, StillAdmitted, admitted, fresh
from alpine_web.web.rest import leave_rest
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest

END_SECONDS = 3.0
FIRST = b"retry: 1000\n\n"
SOONEST_MS, SPREAD_MS = 250, 2_000
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]

log = structlog.get_logger(__name__)


def stream_routes(source: Callable[[], Services], site: Site) -> tuple[ASGIRouteHandler, ...]:
    """`/stream/signals` with JSON for programs, and `/stream/rows` with HTML where there are pages."""

    @asgi("/stream/signals", copy_scope=True, opt={"key_scope": ApiScope.READ})
    async def signals(scope: Scope, receive: Receive, send: Send) -> None:
        await _stream(Kind.SIGNALS, source(), site, scope, receive, send)

    @asgi("/stream/rows", copy_scope=True)
    async def rows(scope: Scope, receive: Receive, send: Send) -> None:
        await _stream(Kind.ROWS, source(), site, scope, receive, send)

    return (signals, rows) if site.pages else (signals,)


async def _stream(kind: Kind, services: Services, site: Site, scope: Scope, receive: Receive, send: Send) -> None:
    """Admit one reader and begin its answer; the rest goes on when the application around this has returned.

    Raises as `admitted` does, all of it before the first byte of the answer.
    """
    if scope.get("method") != "GET":
        raise MethodNotAllowedException(headers={"Allow": "GET"})
    request: AnyRequest = Request(fresh(scope), receive=receive, send=send)
    account, after = await admitted(request, services, site)
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": _first(kind, after), "more_body": True})
    leave_rest(scope, _Stream(kind, services, site, account, after).run)


def again(scope: Scope) -> bytes:
    """The last event of a server that stops: come again, each reader at another moment within two seconds. The reader
    keeps the id that it has: this event has none."""
    client = scope["client"]
    wait = SOONEST_MS + (client[1] * 7919 if client else 0) % SPREAD_MS
    return b'event: again\nretry: %d\ndata: {"reason":"the server ends this line"}\n\n' % wait


def _nothing(_scope: Scope) -> bytes:
    return b""


LAST: Mapping[PushEnded, Callable[[Scope], bytes]] = {PushEnded.CLOSED: again}


def _first(kind: Kind, after: str) -> bytes:
    """A program is told at once where it stands, so that it misses nothing if the line breaks before the first event:
    an id without data is kept and gives no event (WHATWG HTML, section 9.2.6)."""
    return FIRST + b"id: %s\n\n" % after.encode() if kind is Kind.SIGNALS else FIRST


class _Stream:
    """One reader, until it goes, reads too slowly, its session ends or the server stops. Kept small: there are many."""

    __slots__ = ("_account", "_after", "_heartbeat", "_kind", "_receive", "_send", "_services", "_site", "_still")
    _still: StillAdmitted

    def __init__(self, kind: Kind, services: Services, site: Site, account: Account, after: str) -> None:
        self._kind, self._services, self._site, self._account, self._after = kind, services, site, account, after
        self._heartbeat = HEARTBEATS[kind]

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Push until it ends, then end the answer."""
        self._receive, self._send = receive, send
        self._still = StillAdmitted(scope, self._services, self._site, self._account)
        self._services.stream_begins(self._kind.value, self._account)
        last = b""
        try:
            live, tier = self._services.live, self._account.tier
            ended = await live.serve(self._kind.value, tier, self._after, self._piece, self._gone)
            last = LAST.get(ended, _nothing)(scope)
        except SessionEnded:
            pass
        except StoreError as error:
            # The answer has begun: it ends whole, and the reader comes again with what it has.
            log.warning("stream_ended_without_store", kind=self._kind.value, error=str(error))
        finally:
            self._services.stream_ends(self._kind.value, self._account)
        # Who was shed because it does not read does not take the end either.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                await send({"type": "http.response.body", "body": last, "more_body": False})

    async def _piece(self, piece: bytes) -> None:
        if piece is self._heartbeat:
            self._still.heartbeat()
        await self._send({"type": "http.response.body", "body": piece, "more_body": True})

    async def _gone(self) -> None:
        await self._still.until(self._receive, "http.disconnect")
