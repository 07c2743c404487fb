"""Who signs in, and what a sign-in leaves."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from alpine_core.model.tier import Tier


class Role(StrEnum):
    SUBSCRIBER = "subscriber"
    SUPPORT = "support"
    ADMIN = "admin"


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """`email` is in lower case and unique; `password_hash` is the hasher's own text with its parameters."""

    account_id: str
    email: str
    password_hash: str
    tier: Tier
    role: Role
    created_at: datetime


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """`token_hash` is the SHA-256 of the token in hex: whoever reads the store cannot sign in with it."""

    token_hash: str
    account_id: str
    created_at: datetime
    expires_at: datetime
