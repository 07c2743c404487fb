"""Accounts, sessions and failed sign-ins that end with the process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alpine_core.errors import OperatorError
from alpine_core.model.account import Account, AccountQuery, Session
from alpine_core.model.tier import Tier
from alpine_core.ports.failed_sign_ins import Failures


class MemoryAccounts:
    """`ports.AccountStore` and `ports.AccountShelf` in a dict."""

    def __init__(self) -> None:
        self.rows: dict[str, Account] = {}

    async def by_email(self, email: str) -> Account | None:
        return next((account for account in self.rows.values() if account.email == email), None)

    async def by_account_id(self, account_id: str) -> Account | None:
        return self.rows.get(account_id)

    async def put(self, account: Account) -> None:
        holder = await self.by_email(account.email)
        if holder is not None and holder.account_id != account.account_id:
            raise OperatorError(f"{account.email} belongs to another account: use another address")
        self.rows[account.account_id] = account

    async def accounts(self) -> tuple[Account, ...]:
        return tuple(sorted(self.rows.values(), key=lambda account: account.email))

    async def find(self, query: AccountQuery) -> tuple[Account, ...]:
        found = [
            account
            for account in await self.accounts()
            if query.search.lower() in account.email
            and query.tier in (None, account.tier)
            and query.role in (None, account.role)
            and query.locked in (None, account.locked_at is not None)
            and account.email > query.after
        ]
        return tuple(found[: query.limit])

    async def count_by_tier(self) -> Mapping[Tier, int]:
        return {tier: sum(account.tier is tier for account in self.rows.values()) for tier in Tier}


class MemorySessions:
    """`ports.SessionStore` in a dict."""

    def __init__(self) -> None:
        self.rows: dict[str, Session] = {}

    async def add(self, session: Session) -> None:
        self.rows[session.token_hash] = session

    async def find(self, token_hash: str) -> Session | None:
        return self.rows.get(token_hash)

    async def remove(self, token_hash: str) -> None:
        self.rows.pop(token_hash, None)

    async def remove_expired(self, now: datetime) -> int:
        expired = [name for name, session in self.rows.items() if session.expires_at <= now]
        for name in expired:
            del self.rows[name]
        return len(expired)


class MemoryFailedSignIns:
    """`ports.FailedSignIns` in a dict."""

    def __init__(self) -> None:
        self._failures: dict[str, Failures] = {}

    async def of(self, name: str) -> Failures | None:
        return self._failures.get(name)

    async def begin(self, name: str, now: datetime) -> Failures:
        before = self._failures.get(name)
        counted = Failures(count=1 + (before.count if before else 0), last_at=now)
        self._failures[name] = counted
        return counted

    async def clear(self, name: str) -> None:
        self._failures.pop(name, None)
