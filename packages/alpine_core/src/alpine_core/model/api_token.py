"""Tokens of programs that sign in: short-lived ones that open the API, and ones that are traded for the next pair."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class TokenKind(StrEnum):
    ACCESS = "access"
    REFRESH = "refresh"


class ApiToken(msgspec.Struct, frozen=True, kw_only=True):
    """`token_hash` is the SHA-256 of the token in hex. `family`: all that came from one sign-in. `password_mark`
    changes with the account's password, and the token no longer holds. `spent_at`: when a refresh token was traded."""

    token_hash: str
    kind: TokenKind
    family: str
    account_id: str
    password_mark: str
    issued_at: datetime
    expires_at: datetime
    spent_at: datetime | None = None
