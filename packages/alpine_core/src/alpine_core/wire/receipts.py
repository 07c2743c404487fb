"""What a live reader sends to acknowledge what it has had."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from alpine_core.errors import ReaderError

MOST_RECEIPTS = 200
LONGEST_MS = 86_400_000.0

Elapsed = Annotated[float, Meta(ge=0, le=LONGEST_MS)]


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`held_ms`: how many milliseconds ago the event came, by a clock that only goes forward."""

    alpine_signal_id: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    held_ms: Elapsed = 0.0


class ReceiptReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`listening_ms`: for how many milliseconds the reader's line has been open, without a break, at this moment.

    Neither is longer than a day: a reader that listens longer says a day.
    """

    listening_ms: Elapsed
    receipts: Annotated[tuple[Acknowledged, ...], Meta(min_length=1, max_length=MOST_RECEIPTS)]


_REPORT = msgspec.json.Decoder(ReceiptReport)


def read_receipts(body: bytes) -> ReceiptReport:
    """Raises ReaderError."""
    try:
        return _REPORT.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ReaderError(f"the receipts cannot be read: {error}: send listening_ms and receipts") from error
