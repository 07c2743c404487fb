"""Accounts that are signed in, put into the database of a server to be: an account's own requests are limited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from alpine_core.accounts.tokens import token_hash, token_text
from alpine_core.adapters.sql import Database, SqlAccounts, SqlSessions
from alpine_core.model.account import Session
from alpine_core.testing.samples import sample_account

MEMBERS = 120


async def enrolled(database_url: str, count: int = MEMBERS) -> Sequence[str]:
    """What each of so many premium accounts sends as its Cookie; those that are there already are there still."""
    database, now = await Database.open(database_url), datetime.now(UTC)
    accounts, sessions, cookies = SqlAccounts(database), SqlSessions(database), []
    try:
        for number in range(count):
            account = sample_account(f"bench{number}@example.com")
            token = token_text(number.to_bytes(32, "big"))
            await accounts.put(account)
            if await sessions.find(token_hash(token)) is None:
                await sessions.add(
                    Session(
                        token_hash=token_hash(token),
                        account_id=account.account_id,
                        created_at=now,
                        expires_at=now + timedelta(days=1),
                    )
                )
            cookies.append(f"alpine_session={token}")
    finally:
        await database.close()
    return cookies
