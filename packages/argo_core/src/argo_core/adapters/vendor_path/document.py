"""An answer of a vendor over HTTP, before anybody has read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from argo_core.errors import SourceError


@dataclass(frozen=True, slots=True)
class Document:
    """`headers` by lower-case name. `body` is complete, decompressed, as the vendor sent it: it may hold a secret, so
    no part of it may go into a text without `Redacted`."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> object:
        """The decoded body. Raises SourceError REFUSED_ANSWER for what is no JSON (RFC 8259; NaN is none)."""
        try:
            value: object = msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            value = _BROKEN
        if value is _BROKEN:  # raised here, so that no context holds the body
            raise SourceError("REFUSED_ANSWER", f"the answer of {len(self.body)} bytes is no JSON: cut off, or a page")
        return value


_BROKEN = object()
