"""A key by which a program of an account's asks the API."""

from __future__ import annotations

from datetime import datetime

import msgspec

from alpine_core.model.tier import ApiScope


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """`secret_hash` is the SHA-256 of the key's text in hex: whoever reads the store cannot use it. `prefix` is the
    text's beginning, for its owner to know it by. `last_used_at` may be a minute old; `revoked_at` is None while it
    holds."""

    key_id: str
    account_id: str
    name: str
    prefix: str
    secret_hash: str
    scopes: tuple[ApiScope, ...]
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
