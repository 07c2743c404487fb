"""Base64 as notes and proofs have it: RFC 4648 section 4, one spelling for each value."""

from __future__ import annotations

import base64
import binascii


def base64_of(data: bytes) -> str:
    """The standard alphabet, with padding, without line breaks."""
    return base64.b64encode(data).decode("ascii")


def bytes_of(text: str) -> bytes | None:
    """Inverse of `base64_of`; None for any other text, also for one that a lenient reader would take."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64_of(data) == text else None
