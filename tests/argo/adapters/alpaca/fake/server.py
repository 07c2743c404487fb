"""The fake on its sockets: HTTP and the stream of trade updates, as an ASGI application under uvicorn."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

import uvicorn

from tests.argo.adapters.alpaca.fake.exchange import FakeExchange
from tests.argo.adapters.alpaca.fake.faults import DOES_NOTHING, FaultKind, FaultScript
from tests.argo.adapters.alpaca.fake.records import FakePosition, Json, Refusal
from tests.argo.adapters.alpaca.fake.routes import answer_of

HTML = b"<html>504 Gateway Time-out</html>"
KEY, SECRET = "PKFAKEKEY00000000001", "fake-secret-0000000000000000000000000001"


@dataclass
class Call:
    """One request as it came over the wire."""

    method: str
    path: str
    query: dict[str, str]
    body: Json


@dataclass
class FakeAlpaca:
    """`calls` are all requests; `unauthorized` is the answer to a wrong key: 401 on the paper host, 403 on the live
    one. `binary` frames are what the paper host sends. `stubborn` orders are not cancelled by a mass cancellation;
    `late_positions` appear only after one look at all. `streams` are open connections that listen."""

    exchange: FakeExchange = field(default_factory=FakeExchange)
    faults: FaultScript = field(default_factory=FaultScript)
    calls: list[Call] = field(default_factory=list)
    unauthorized: int = 401
    binary: bool = True
    reset_at: str | None = None
    retry_after: str | None = "0"
    port: int = 0
    stubborn: set[str] = field(default_factory=set)
    late_positions: dict[str, FakePosition] = field(default_factory=dict)
    streams: set[asyncio.Queue[Json | None]] = field(default_factory=set)
    authentications: int = 0

    def __post_init__(self) -> None:
        self.exchange.heard = self._heard

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def stream_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/stream"

    def posted(self) -> list[Json]:
        """The bodies of POST /v2/orders."""
        return [call.body for call in self.calls if (call.method, call.path) == ("POST", "/v2/orders")]

    def drop_streams(self) -> None:
        """Cut every stream, as a restart of the venue does."""
        for stream in list(self.streams):
            stream.put_nowait(None)

    def _heard(self, update: Json) -> None:
        for stream in list(self.streams):
            stream.put_nowait(update)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._stream(receive, send)

    async def _http(self, scope: Any, receive: Any, send: Any) -> None:
        raw, more = b"", True
        while more:
            part = await receive()
            raw, more = raw + part.get("body", b""), part.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        path = unquote(scope["raw_path"].decode().partition("?")[0])
        query = {key: values[0] for key, values in parse_qs(scope["query_string"].decode()).items()}
        call = Call(scope["method"], path, query, json.loads(raw) if raw else {})
        self.calls.append(call)
        fault = self.faults.next(call.method, call.path)
        status, body, more_headers = self._answer(call, headers, fault)
        self.exchange.settle()
        if fault in (FaultKind.TIMEOUT_BEFORE, FaultKind.TIMEOUT_AFTER):
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        content = body if isinstance(body, bytes) else (b"" if body is None else json.dumps(body).encode())
        kind = "text/html" if isinstance(body, bytes) else "application/json"
        wire = {"content-type": kind, "content-length": str(len(content)), "x-request-id": "fake", **more_headers}
        encoded = [(name.encode(), value.encode()) for name, value in wire.items()]
        await send({"type": "http.response.start", "status": status, "headers": encoded})
        await send({"type": "http.response.body", "body": content})

    def _answer(self, call: Call, headers: dict[str, str], fault: FaultKind | None) -> tuple[int, Any, dict[str, str]]:
        if (headers.get("apca-api-key-id"), headers.get("apca-api-secret-key")) != (KEY, SECRET):
            message = "unauthorized." if self.unauthorized == 401 else "forbidden."
            return self.unauthorized, {"message": message}, {}
        if fault is FaultKind.RATE_LIMITED:
            return 429, {"code": 42910000, "message": "rate limit exceeded"}, self._limits()
        if fault in DOES_NOTHING:
            return 500, {"code": 50010000, "message": "internal server error occurred"}, {}
        try:
            status, body = answer_of(self.exchange, call.method, call.path, call.query, call.body)
        except Refusal as refusal:
            return refusal.status, refusal.body, {}
        if status == 207:
            body = [self._stubborn(call, item) for item in body]
        if call.path == "/v2/positions":
            self.exchange.positions |= self.late_positions  # seen by the next look
            self.late_positions = {}
        return self._spoiled(fault, status, body)

    def _stubborn(self, call: Call, item: Json) -> Json:
        """An order that the mass cancellation fails to cancel stays open."""
        if item.get("id") not in self.stubborn:
            return item
        self.exchange.orders[item["id"]].status = "new"
        return {**item, "status": 500}

    def _spoiled(self, fault: FaultKind | None, status: int, body: Any) -> tuple[int, Any, dict[str, str]]:
        """The answer to a call that took effect, as the fault lets it be seen."""
        if fault is FaultKind.UNKNOWN_STATUS and isinstance(body, dict):
            body = {**body, "status": "quantum_pending", "a_new_field": {"nested": [1]}}
        duplicate = {"code": 40010001, "message": "client_order_id must be unique"}
        spoiled: dict[FaultKind, tuple[int, Any]] = {
            FaultKind.GATEWAY_ACCEPTED: (504, HTML),
            FaultKind.HTML_BODY: (200, HTML),
            FaultKind.DUPLICATE: (422, duplicate),
        }
        shown = (status, body) if fault is None else spoiled.get(fault, (status, body))
        return (*shown, {})

    def _limits(self) -> dict[str, str]:
        limits = {"x-ratelimit-limit": "200", "x-ratelimit-remaining": "0"}
        more = {"x-ratelimit-reset": self.reset_at, "retry-after": self.retry_after}
        return limits | {name: value for name, value in more.items() if value is not None}

    async def _stream(self, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        if not await self._listening(receive, send, queue):
            return
        asked = asyncio.ensure_future(receive())
        try:
            while True:
                update = asyncio.ensure_future(queue.get())
                await asyncio.wait({asked, update}, return_when=asyncio.FIRST_COMPLETED)
                if asked.done():
                    update.cancel()
                    return
                said = update.result()
                if said is None:
                    await send({"type": "websocket.close", "code": 1012})
                    return
                await self._frame(send, {"stream": "trade_updates", "data": said})
        finally:
            asked.cancel()
            self.streams.discard(queue)

    async def _listening(self, receive: Any, send: Any, queue: asyncio.Queue[Json | None]) -> bool:
        """True once the client may hear and asked to."""
        while (message := await receive())["type"] == "websocket.receive":
            asked = json.loads(message.get("text") or message.get("bytes"))
            if asked["action"] in ("authenticate", "auth"):
                self.authentications += 1
                data = asked.get("data") or asked
                offered = (data.get("key_id") or data.get("key"), data.get("secret_key") or data.get("secret"))
                right = offered == (KEY, SECRET)
                status = {"status": "authorized" if right else "unauthorized", "action": "authenticate"}
                await self._frame(send, {"stream": "authorization", "data": status})
                if not right:
                    await send({"type": "websocket.close", "code": 1000})
                    return False
            else:
                self.streams.add(queue)
                await self._frame(send, {"stream": "listening", "data": {"streams": asked["data"]["streams"]}})
                return True
        return False

    async def _frame(self, send: Any, said: Json) -> None:
        text = json.dumps(said)
        content = {"bytes": text.encode()} if self.binary else {"text": text}
        await send({"type": "websocket.send", **content})


@asynccontextmanager
async def serving(fake: FakeAlpaca, port: int = 0) -> AsyncIterator[FakeAlpaca]:
    """The fake on a free port of loopback, or on the one that is asked for, while the block runs."""
    # With the protocol named, asyncio switches Nagle's algorithm off; without, each answer waits 40 ms for it.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    fake.port = listener.getsockname()[1]
    config = uvicorn.Config(
        fake, log_level="critical", lifespan="off", ws="websockets-sansio", timeout_graceful_shutdown=1
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup([listener])
    try:
        yield fake
    finally:
        # Its own shutdown waits in steps of a tenth of a second, which a few hundred tests would pay for.
        fake.drop_streams()
        for one in server.servers:
            one.close()
        for connection in list(server.server_state.connections):
            connection.shutdown()
        while server.server_state.connections or server.server_state.tasks:
            await asyncio.sleep(0.001)
        listener.close()
