"""Answers as gzip, for who takes it: pages as they are made, files once."""

from __future__ import annotations

import functools
import gzip
from collections.abc import Iterable, Mapping
from typing import Any, cast

from litestar.enums import ScopeType
from litestar.types import Message, Scope, Send

SMALLEST = 1_024
PAGE_LEVEL, FILE_LEVEL = 4, 9
MOST_FILES = 256


def takes_gzip(headers: Mapping[str, str]) -> bool:
    """Whether the one who asks takes gzip (RFC 9110, section 12.5.3; any weight but 0 is as good as another)."""
    for each in headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = each.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


@functools.lru_cache(maxsize=MOST_FILES)
def packed_file(content: bytes) -> bytes | None:
    """The content as gzip, made once; None where that saves less than a tenth."""
    made = gzip.compress(content, FILE_LEVEL, mtime=0)
    return made if len(made) < 0.9 * len(content) else None


def packing(headers: Mapping[str, str], scope: Scope, send: Send) -> Send:
    """`send` that packs a page which comes as one piece; everything else goes through as it is.

    What another site makes a browser ask for stays plain: its length must not tell by trial what a page with a form
    token and a searched text has in common (BREACH).
    """
    if scope["type"] != ScopeType.HTTP or not takes_gzip(headers):
        return send
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return send
    start: dict[str, Any] | None = None

    async def send_packed(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start" and _is_plain_page(message["headers"]):
            start = cast("dict[str, Any]", message)
            return
        if start is not None:
            begun, start = start, None
            body = cast("dict[str, Any]", message)
            if not body.get("more_body") and len(body.get("body", b"")) >= SMALLEST:
                content = gzip.compress(body["body"], PAGE_LEVEL, mtime=0)
                begun["headers"] = _packed_headers(begun["headers"], len(content))
                message = cast("Message", {**body, "body": content})
            await send(cast("Message", begun))
        await send(message)

    return send_packed


def _is_plain_page(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    told = {name.lower(): value for name, value in headers}
    return told.get(b"content-type", b"").startswith(b"text/html") and b"content-encoding" not in told


def _packed_headers(headers: Iterable[tuple[bytes, bytes]], length: int) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in headers if name.lower() != b"content-length"]
    more = [(b"content-length", str(length).encode()), (b"content-encoding", b"gzip"), (b"vary", b"Accept-Encoding")]
    return [*kept, *more]
