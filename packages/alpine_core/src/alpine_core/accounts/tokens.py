"""Tokens that only their holder has: shown once, kept as hashes."""

from __future__ import annotations

import base64
import hashlib

from alpine_core.errors import OurError

TOKEN_BYTES = 32
RECOVERY_CODES = 10
_CODE_BYTES = 15
_GROUP = 4


def token_text(secret: bytes) -> str:
    """43 URL-safe characters of 32 random bytes. Raises OurError for another number of bytes."""
    if len(secret) != TOKEN_BYTES:
        raise OurError(f"a token of {len(secret)} bytes: pass a source of {TOKEN_BYTES} random bytes")
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()


def token_hash(token: str) -> str:
    """SHA-256 in hex. A fast hash is enough: 256 random bits cannot be guessed, and looking one up must be cheap."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def recovery_code(secret: bytes) -> str:
    """Six groups of four, `xxxx-xxxx-…`, in base32: 120 of the random bits, too many to be tried with a fast hash."""
    text = base64.b32encode(secret[:_CODE_BYTES]).decode().lower()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def recovery_hash(account_id: str, code: str) -> str:
    """SHA-256 in hex of the account and the code, however it was typed: spaces, hyphens and case do not count."""
    plain = "".join(code.split()).replace("-", "").lower()
    return hashlib.sha256(f"{account_id}\0{plain}".encode("utf-8", "replace")).hexdigest()
