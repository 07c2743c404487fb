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
    """`email` is in lower case and unique; `password_hash` is the hasher's own text with its parameters.

    `email_verified` is False from a sign-up until a mail to the address came back; what operators make, they vouch for.
    `display_name` is what pages call its holder, at most 80 characters, or empty.
    `locked_at`: since when an administrator keeps everybody out of it, keys and tokens too; None: it is open.
    """

    account_id: str
    email: str
    password_hash: str
    tier: Tier
    role: Role
    created_at: datetime
    email_verified: bool = True
    display_name: str = ""
    locked_at: datetime | None = None


class AccountQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which accounts, by address. `search`: a part of the address, empty for all. `after`: the address that the last
    page ended with, exclusive."""

    search: str = ""
    tier: Tier | None = None
    role: Role | None = None
    locked: bool | None = None
    after: str = ""
    limit: int = 50


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """`token_hash` is the SHA-256 of the token in hex: whoever reads the store cannot sign in with it.

    `seen_at` is about when it was last used (None: when it began); `address` and `agent` are those of its beginning.
    """

    token_hash: str
    account_id: str
    created_at: datetime
    expires_at: datetime
    seen_at: datetime | None = None
    address: str = ""
    agent: str = ""
