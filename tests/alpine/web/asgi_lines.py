"""The application asked straight: plain requests, and live lines up to the first heartbeat, by when all has come."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from litestar import Litestar

FOREIGN = ("203.0.113.7", 4711)


def _scope(kind: str, path: str, query: str, cookie: str) -> dict[str, Any]:
    headers = [(b"host", b"127.0.0.1:9001")]
    return {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        **({} if kind == "websocket" else {"method": "GET"}),
        "scheme": "ws" if kind == "websocket" else "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [*headers, (b"cookie", cookie.encode())] if cookie else headers,
        "client": FOREIGN,
        "server": ("127.0.0.1", 9001),
        "subprotocols": [],
        "extensions": {},
    }


async def answered(
    app: Litestar, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and content of a plain request, without what a client costs besides."""
    scope = {**_scope("http", path, query, ""), "method": method}
    scope["headers"] += [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    status, told, content, asked = 0, {}, b"", [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return asked.pop() if asked else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status, told, content
        if message["type"] == "http.response.start":
            status = message["status"]
            told = {name.decode(): value.decode("latin-1") for name, value in message["headers"]}
        content += message.get("body", b"")

    await app(scope, receive, send)  # type: ignore[arg-type]
    return status, told, content


async def streamed_text(app: Litestar, path: str, query: str, cookie: str) -> tuple[int, str]:
    """Status, and what a stream sends until it is silent; of a refusal its body."""
    return await _line(app, _scope("http", path, query, cookie), ": alive", "http.disconnect")


async def socket_text(app: Litestar, path: str, query: str, cookie: str) -> tuple[int, str]:
    """Close code, or 0, and the texts until there is silence, one on each line."""
    return await _line(
        app, _scope("websocket", path, query, cookie), json.dumps({"kind": "alive"}), "websocket.disconnect"
    )


async def _line(app: Litestar, scope: dict[str, Any], beat: str, leave: str) -> tuple[int, str]:
    status, text, silent = 0, "", asyncio.Event()
    first = [{"type": "websocket.connect"}] if scope["type"] == "websocket" else []

    async def receive() -> dict[str, Any]:
        if first:
            return first.pop()
        await silent.wait()
        return {"type": leave, "code": 1000}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status, text
        status = message.get("status", message.get("code", status))
        said = message.get("body", b"").decode() or message.get("text") or ""
        if beat.replace(" ", "") in said.replace(" ", "") or message["type"] == "websocket.close":
            silent.set()
        else:
            text += f"{said}\n" if "text" in message else said

    async with asyncio.timeout(20):
        await app(scope, receive, send)  # type: ignore[arg-type]
    return status, text
