"""What a log entry says of a signal that is not shown yet: a hash that only the signal and its salt lead to."""

from __future__ import annotations

import hashlib
import re

from alpine_core.errors import NotProven

# A constant of the shared protocol: changing one letter makes every commitment another one.
COMMITMENT_TAG = b"argo-commit/v1\n"
_HEX = re.compile(r"[0-9a-f]{64}")


def commitment(salt: bytes, verification_hash: bytes) -> bytes:
    """SHA-256 over the tag, the salt and the raw verification hash. Raises NotProven `bad_hash_length` (32 each)."""
    if len(salt) != 32 or len(verification_hash) != 32:
        raise NotProven("bad_hash_length", "salt and hash have 32 bytes each")
    return hashlib.sha256(COMMITMENT_TAG + salt + verification_hash).digest()


def read_hex(name: str, text: object) -> bytes:
    """32 bytes of 64 lower-case hex digits. Raises NotProven `bad_hash`."""
    if not isinstance(text, str) or _HEX.fullmatch(text) is None:
        raise NotProven("bad_hash", f"{name}: send 64 lower-case hex digits")
    return bytes.fromhex(text)
