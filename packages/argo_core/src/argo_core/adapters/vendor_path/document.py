"""An answer of a vendor over HTTP, before anybody has read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import msgspec

from argo_core.errors import SourceError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Document:
    """`headers` by lower-case name. `body` is complete, decompressed, as the vendor sent it: it may hold a secret, so
    no part of it may go into a text without `Redacted`."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def said_at(self) -> datetime | None:
        """The vendor's own time when it answered, to the second (RFC 9110 section 6.6.1); None where it says none."""
        try:
            moment = parsedate_to_datetime(self.headers.get("date", ""))
        except (ValueError, OverflowError):
            return None
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).astimezone(UTC)

    def json(self) -> object:
        """The decoded body. Raises SourceError REFUSED_ANSWER for what is no JSON (RFC 8259; NaN is none)."""
        return self.decoded(object)

    def decoded(self, shape: type[T]) -> T:
        """The body as a value of `shape`. Raises SourceError REFUSED_ANSWER for what is no JSON (RFC 8259; NaN is
        none), msgspec's ValidationError for JSON of another shape, which names the place."""
        try:
            return msgspec.json.decode(self.body, type=shape)
        except msgspec.ValidationError:
            raise
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass
        # Raised here, so that no context holds the body.
        raise SourceError("REFUSED_ANSWER", f"the answer of {len(self.body)} bytes is no JSON: cut off, or a page")
