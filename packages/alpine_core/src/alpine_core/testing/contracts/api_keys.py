"""What a store of keys of the API must do. Fixtures: `api_keys`, empty, and `accounts` over the same storage."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from alpine_core.model.api_key import ApiKey
from alpine_core.model.tier import ApiScope
from alpine_core.ports import AccountStore, ApiKeyStore
from alpine_core.testing.samples import MOMENT, sample_account

MINUTE = timedelta(minutes=1)


def key(number: int) -> ApiKey:
    return ApiKey(
        key_id=f"k{number}",
        account_id=sample_account().account_id,
        name=f"key {number}",
        prefix=f"alp_{number:08}",
        secret_hash=f"h{number}",
        scopes=(ApiScope.READ, ApiScope.WEBHOOKS),
        created_at=MOMENT + number * MINUTE,
    )


class ApiKeysContract:
    async def test_a_key_is_found_by_its_hash_and_listed_newest_first(
        self, accounts: AccountStore, api_keys: ApiKeyStore
    ) -> None:
        await accounts.put(sample_account())
        assert [await api_keys.add(key(number), 20) for number in (1, 2)] == [True, True]
        assert await api_keys.of_account(sample_account().account_id) == (key(2), key(1))
        assert await api_keys.of_account("nobody") == ()
        assert await api_keys.use("h9", MOMENT) is None

    async def test_its_last_use_is_noted_to_the_minute(self, accounts: AccountStore, api_keys: ApiKeyStore) -> None:
        await accounts.put(sample_account())
        await api_keys.add(key(1), 20)
        found = [await api_keys.use("h1", MOMENT + each * MINUTE) for each in (1, 1.5, 2, 3)]
        used = [None if each is None or each.last_used_at is None else each.last_used_at - MOMENT for each in found]
        assert used == [MINUTE, MINUTE, 2 * MINUTE, 3 * MINUTE]
        (stored,) = await api_keys.of_account(sample_account().account_id)
        assert stored == msgspec.structs.replace(key(1), last_used_at=MOMENT + 3 * MINUTE)

    async def test_a_revoked_key_stays_so_and_is_the_owners_to_revoke(
        self, accounts: AccountStore, api_keys: ApiKeyStore
    ) -> None:
        await accounts.put(sample_account())
        await api_keys.add(key(1), 20)
        own = sample_account().account_id
        assert await api_keys.revoke("another", "k1", MOMENT) is None
        assert await api_keys.revoke(own, "k2", MOMENT) is None
        ended = msgspec.structs.replace(key(1), revoked_at=MOMENT)
        assert await api_keys.revoke(own, "k1", MOMENT) == ended
        assert await api_keys.revoke(own, "k1", MOMENT + MINUTE) == ended
        again = await api_keys.use("h1", MOMENT + MINUTE)
        assert again is not None
        assert again.revoked_at == MOMENT

    async def test_an_account_has_no_more_than_so_many_that_hold(
        self, accounts: AccountStore, api_keys: ApiKeyStore
    ) -> None:
        await accounts.put(sample_account())
        assert [await api_keys.add(key(number), 2) for number in (1, 2, 3)] == [True, True, False]
        await api_keys.revoke(sample_account().account_id, "k1", MOMENT)
        assert await api_keys.add(key(4), 2) is True
