"""Addresses as accounts are found by."""

from __future__ import annotations

import re

_SHAPE = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]{1,189}")


def normal_email(text: str) -> str | None:
    """Without spaces around it and in lower case, None for what is no address (RFC 5321 4.5.3.1 gives the lengths)."""
    trimmed = text.strip().lower()
    return trimmed if _SHAPE.fullmatch(trimmed) else None
