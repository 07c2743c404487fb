"""Statements of outside authorities that a checkpoint existed at a time."""

from __future__ import annotations

from datetime import datetime

import msgspec


class AnchoredTime(msgspec.Struct, frozen=True, kw_only=True):
    """A verified statement: the checkpoint existed at `not_later_than` (aware UTC), says `authority`."""

    not_later_than: datetime
    authority: str


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A statement as stored. `receipt` is what the authority sent, whole; it covers the note of that size."""

    size: int
    authority: str
    not_later_than: datetime
    receipt: bytes
