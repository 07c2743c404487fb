"""What proves who somebody is, besides the password."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class TokenPurpose(StrEnum):
    """What a single-use token is good for. The words are stored: none is ever renamed."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"
    CHANGE_EMAIL = "change_email"
    SECOND_STEP = "second_step"


class SingleUseToken(msgspec.Struct, frozen=True, kw_only=True):
    """`token_hash` is the SHA-256 of the token in hex; the token itself is only in what was sent.

    `detail` is the new address for CHANGE_EMAIL, else empty.
    """

    token_hash: str
    account_id: str
    purpose: TokenPurpose
    expires_at: datetime
    detail: str = ""


class SecondFactor(msgspec.Struct, frozen=True, kw_only=True):
    """A secret that account and authenticator share (RFC 6238): base32 without padding.

    In force once `confirmed_at` is set. `last_step` is the newest time step of which a code was taken: no step counts
    twice (section 5.2). `recovery_codes` is how many are left.
    """

    account_id: str
    secret: str
    created_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0
    recovery_codes: int = 0
