"""Bodies of requests, read by the counted byte."""

from __future__ import annotations

from alpine_core.errors import SenderError, TooLarge
from alpine_web.web.static_files import AnyRequest

SMALL_BYTES = 16_384


async def small_body(request: AnyRequest) -> bytes:
    """The body of a form. Raises TooLarge, SenderError."""
    return await limited_body(request, SMALL_BYTES)


async def limited_body(request: AnyRequest, limit: int) -> bytes:
    """The whole body, at most `limit` bytes. Raises TooLarge; SenderError `body_cut` if the connection ends before.

    What was announced is checked first, what comes is counted all the same: an announcement can lie or be absent.
    """
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdecimal() and int(announced[:20]) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await request.receive()
        if message["type"] != "http.request":
            raise SenderError("body_cut", "the connection ended before the body: send it again")
        part = message["body"]
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
        more = message["more_body"]
    return b"".join(parts)


def _too_large(limit: int) -> TooLarge:
    return TooLarge("too_large", f"the body is larger than {limit} bytes: send less at a time")
