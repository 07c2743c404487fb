"""A receiver on loopback that keeps what it is given, and misbehaves when told to."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
import uvicorn

KEY = "k" * 64


@dataclass
class Recorded:
    """One request as it came over the wire."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """What to answer instead of the truth."""

    status: int
    document: Any
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class ReceiverApp:
    """An ASGI application. Signals are known by their id; `instead` is used up, one answer per request; `answering`
    answers everything."""

    port: int = 0
    requests: list[Recorded] = field(default_factory=list)
    known: dict[str, bytes] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    instead: list[Answer] = field(default_factory=list)
    answering: Callable[[bytes], Answer] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            part = await receive()
            body, more = body + part.get("body", b""), part.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.requests.append(Recorded(scope["path"], headers, body))
        if self.answering is not None:
            answer = self.answering(body)
        else:
            answer = self.instead.pop(0) if self.instead else self._answer(scope["path"], headers, body)
        content = msgspec.json.encode(answer.document)
        kind = "application/json" if answer.status < 400 else "application/problem+json"
        wire = {"content-type": kind, "content-length": str(len(content)), **answer.headers}
        encoded = [(name.encode(), value.encode()) for name, value in wire.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
        await send({"type": "http.response.body", "body": content})

    def _answer(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if headers.get("x-api-key") != KEY:
            return Answer(401, {"code": "unauthorized"})
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        if headers.get("content-digest") != f"sha-256=:{digest}:":
            return Answer(400, {"code": "digest_mismatch"})
        document = msgspec.json.decode(body)
        if path.endswith(("/signals", "/outcomes")):
            return self._answer_batch(next(iter(document.values())))
        if path.endswith("/marks"):
            return Answer(200, {"stored": 1, "duplicates": 0, "conflicts": 0})
        kept = self._keep(document)
        if kept["status"] == "accepted":
            return Answer(201, {"external_signal_id": document["signal_id"], "signal_id": document["signal_id"]})
        return Answer(409, {"code": kept["code"] or kept["status"]})

    def _answer_batch(self, items: list[dict[str, Any]]) -> Answer:
        if any(item["signal_id"] in self.unreadable for item in items):
            return Answer(400, {"code": "bad_json"})
        return Answer(200, {"results": [self._keep(item) for item in items]})

    def _keep(self, item: dict[str, Any]) -> dict[str, Any]:
        content, name = msgspec.json.encode(item), item["signal_id"]
        before = self.known.setdefault(name, content)
        if before is content:
            return {"signal_id": name, "status": "accepted", "code": None}
        if before == content:
            return {"signal_id": name, "status": "duplicate", "code": None}
        return {"signal_id": name, "status": "conflict", "code": "conflict"}


@asynccontextmanager
async def running_receiver() -> AsyncIterator[ReceiverApp]:
    """The receiver behind a real server on a free port."""
    app = ReceiverApp()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app.port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        task = asyncio.create_task(server.serve([listener]))
        try:
            yield app
        finally:
            server.should_exit = True
            await task
