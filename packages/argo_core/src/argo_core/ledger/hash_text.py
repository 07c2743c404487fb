"""SHA-256 values as they are written and compared: 64 hex digits, any case accepted, lower case kept."""

from __future__ import annotations

import hmac
import re
from typing import Final

_HASH_TEXT: Final = re.compile(r"[0-9A-Fa-f]{64}")


def is_hash_text(text: object) -> bool:
    """True for a `str` of exactly 64 ASCII hex digits, without prefix, space or newline."""
    return type(text) is str and _HASH_TEXT.fullmatch(text) is not None


def same_hash(claimed: str, actual: str) -> bool:
    """Whether two hash texts name the same hash, in constant time; False if either is malformed."""
    if not (is_hash_text(claimed) and is_hash_text(actual)):
        return False
    # Bytes: compare_digest raises TypeError on a str that is not ASCII.
    return hmac.compare_digest(claimed.lower().encode("ascii"), actual.lower().encode("ascii"))
