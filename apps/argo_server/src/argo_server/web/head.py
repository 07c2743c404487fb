"""HEAD: what GET would answer, without its body (RFC 9110 section 9.3.2)."""

from __future__ import annotations

from litestar.types import ASGIApp, Message, Receive, Scope, Send


async def answer_head(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Ask the application as if by GET and send its head only. A stream is told that its reader has left."""
    closed = False

    async def send_head(message: Message) -> None:
        nonlocal closed
        if message["type"] == "http.response.start":
            await send(message)
        elif not closed:
            closed = True
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def receive_until_closed() -> Message:
        return {"type": "http.disconnect"} if closed else await receive()  # type: ignore[return-value]

    await app({**scope, "method": "GET"}, receive_until_closed, send_head)  # type: ignore[arg-type]
