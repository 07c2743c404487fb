"""Bodies of requests, read by the counted byte."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from litestar.types import ReceiveMessage

from alpine_core.errors import SenderError, TooLarge
from alpine_web.refused import Refused
from alpine_web.web.static_files import AnyRequest

SMALL_BYTES = 16_384
PATIENCE_SECONDS = 10.0


async def small_body(request: AnyRequest) -> bytes:
    """The body of a form. Raises TooLarge, SenderError."""
    return await limited_body(request, SMALL_BYTES)


async def limited_body(request: AnyRequest, limit: int, patience: float = PATIENCE_SECONDS) -> bytes:
    """The whole body, at most `limit` bytes.

    Raises TooLarge; SenderError `body_cut` if the connection ends before; Refused 408 if nothing comes for `patience`
    seconds.

    What was announced is checked first, what comes is counted all the same: an announcement can lie or be absent.
    """
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdecimal() and int(announced[:20]) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await _next_part(request, patience)
        if message["type"] != "http.request":
            raise SenderError("body_cut", "the connection ended before the body: send it again")
        part = message["body"]
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
        more = message["more_body"]
    return b"".join(parts)


async def _next_part(request: AnyRequest, patience: float) -> ReceiveMessage:
    try:
        async with asyncio.timeout(patience):
            return await request.receive()
    except TimeoutError:
        detail = f"no part of the body came for {patience:g} s: send it again"
        raise Refused(HTTPStatus.REQUEST_TIMEOUT, "body_stalled", detail, {"Connection": "close"}) from None


def _too_large(limit: int) -> TooLarge:
    return TooLarge("too_large", f"the body is larger than {limit} bytes: send less at a time")
