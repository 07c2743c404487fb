"""Codes of authenticator apps."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class OneTimeCodes(Protocol):
    """Promise: RFC 6238 with SHA-1, 30 s and six digits, as every authenticator app can. No input or output."""

    def secret(self, entropy: bytes) -> str:
        """The secret of these 20 bytes as base32."""
        ...

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        """The time step (counted from 1970) that the code belongs to: this one, the one before or the next; None if it
        belongs to none of them. Compared in constant time."""
        ...

    def uri(self, secret: str, name: str) -> str:
        """The otpauth address for a QR code; `name` is the account's."""
        ...
