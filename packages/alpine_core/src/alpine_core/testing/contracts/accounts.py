"""What stores of accounts, sessions and failed sign-ins must do.

Fixtures: `accounts`, `sessions`, `failures`, all empty and over the same storage.
"""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from alpine_core.errors import OperatorError
from alpine_core.model import Session, Tier
from alpine_core.ports import AccountStore, FailedSignIns, SessionStore
from alpine_core.testing.samples import MOMENT, sample_account

HOUR = timedelta(hours=1)


def session(token_hash: str, hours: int) -> Session:
    owner = sample_account().account_id
    return Session(token_hash=token_hash, account_id=owner, created_at=MOMENT, expires_at=MOMENT + hours * HOUR)


class AccountsContract:
    async def test_an_account_is_found_by_email_and_by_id(self, accounts: AccountStore) -> None:
        ada = sample_account("ada@example.com")
        await accounts.put(ada)
        assert await accounts.by_email("ada@example.com") == ada
        assert await accounts.by_account_id(ada.account_id) == ada
        assert await accounts.by_email("bob@example.com") is None
        assert await accounts.by_account_id("nobody") is None

    async def test_an_account_put_again_is_replaced(self, accounts: AccountStore) -> None:
        ada = sample_account()
        await accounts.put(ada)
        await accounts.put(msgspec.structs.replace(ada, tier=Tier.FREE, email="lovelace@example.com"))
        found = await accounts.by_account_id(ada.account_id)
        assert found is not None
        assert (found.tier, found.email) == (Tier.FREE, "lovelace@example.com")
        assert await accounts.by_email(ada.email) is None

    async def test_an_email_belongs_to_one_account(self, accounts: AccountStore) -> None:
        ada = sample_account()
        await accounts.put(ada)
        with pytest.raises(OperatorError, match="belongs to another account"):
            await accounts.put(msgspec.structs.replace(ada, account_id="another"))
        assert await accounts.accounts() == (ada,)

    async def test_accounts_are_sorted_by_email(self, accounts: AccountStore) -> None:
        for email in ("c@example.com", "a@example.com", "b@example.com"):
            await accounts.put(sample_account(email))
        assert [one.email for one in await accounts.accounts()] == ["a@example.com", "b@example.com", "c@example.com"]

    async def test_a_session_is_found_until_it_is_removed(self, accounts: AccountStore, sessions: SessionStore) -> None:
        await accounts.put(sample_account())
        await sessions.add(session("h1", 1))
        assert await sessions.find("h1") == session("h1", 1)
        assert await sessions.find("h2") is None
        await sessions.remove("h1")
        await sessions.remove("h1")
        assert await sessions.find("h1") is None

    async def test_expired_sessions_are_removed_and_no_others(
        self, accounts: AccountStore, sessions: SessionStore
    ) -> None:
        await accounts.put(sample_account())
        for name, hours in (("h1", 1), ("h2", 2), ("h3", 3)):
            await sessions.add(session(name, hours))
        assert await sessions.remove_expired(MOMENT + 2 * HOUR) == 2
        assert [await sessions.find(name) is not None for name in ("h1", "h2", "h3")] == [False, False, True]

    async def test_failed_sign_ins_count_up_until_they_are_cleared(self, failures: FailedSignIns) -> None:
        assert await failures.of("n1") is None
        assert (await failures.begin("n1", MOMENT)).count == 1
        assert (await failures.begin("n1", MOMENT + HOUR)).count == 2
        assert (await failures.begin("n2", MOMENT)).count == 1
        found = await failures.of("n1")
        assert found is not None
        assert (found.count, found.last_at) == (2, MOMENT + HOUR)
        await failures.clear("n1")
        assert await failures.of("n1") is None
