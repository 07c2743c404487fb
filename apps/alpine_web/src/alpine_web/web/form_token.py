"""Tokens that prove that a form came from our own page (CSRF): bound to a cookie that other sites cannot read."""

from __future__ import annotations

import hashlib
import hmac

HEADER = "x-csrf-token"
FIELD = "form_token"


def form_token(secret_key: str, cookie: str) -> str:
    """The token for the holder of this cookie: HMAC-SHA-256, 64 hex digits."""
    return hmac.new(secret_key.encode(), f"form\0{cookie}".encode(), hashlib.sha256).hexdigest()


def form_token_holds(secret_key: str, cookie: str | None, given: str | None) -> bool:
    """Whether the token was made for this cookie; compared in constant time."""
    if not cookie or not given:
        return False
    return hmac.compare_digest(form_token(secret_key, cookie).encode(), given.encode("utf-8", "surrogateescape"))
