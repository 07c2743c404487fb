"""What a store of keys of the API must do. Fixtures: `api_keys`, empty, and `accounts` and
`security_log` over the same storage."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from alpine_core.model.api_key import ApiKey
from alpine_core.model.security_event import SecurityEvent, SecurityKind
from alpine_core.model.tier import ApiScope
from alpine_core.ports import AccountStore, ApiKeyStore, SecurityLog
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


def made(key: ApiKey) -> SecurityEvent:
    return event(SecurityKind.API_KEY_CREATED, key)


def ended_key(key: ApiKey) -> SecurityEvent:
    return event(SecurityKind.API_KEY_REVOKED, key)


def event(kind: SecurityKind, key: ApiKey) -> SecurityEvent:
    return SecurityEvent(
        account_id=key.account_id, actor_id=key.account_id, kind=kind, detail=key.key_id, at=key.created_at
    )


class ApiKeysContract:
    async def test_a_key_is_found_by_its_hash_and_listed_newest_first(
        self, accounts: AccountStore, api_keys: ApiKeyStore
    ) -> None:
        await accounts.put(sample_account())
        assert [await api_keys.add(key(number), 20, made(key(number))) for number in (1, 2)] == [True, True]
        assert await api_keys.of_account(sample_account().account_id) == (key(2), key(1))
        assert await api_keys.of_account("nobody") == ()
        assert await api_keys.use("h9", MOMENT) is None

    async def test_its_last_use_is_noted_to_the_minute(self, accounts: AccountStore, api_keys: ApiKeyStore) -> None:
        await accounts.put(sample_account())
        await api_keys.add(key(1), 20, made(key(1)))
        found = [await api_keys.use("h1", MOMENT + each * MINUTE) for each in (1, 1.5, 2, 3)]
        used = [None if each is None or each.last_used_at is None else each.last_used_at - MOMENT for each in found]
        assert used == [MINUTE, MINUTE, 2 * MINUTE, 3 * MINUTE]
        (stored,) = await api_keys.of_account(sample_account().account_id)
        assert stored == msgspec.structs.replace(key(1), last_used_at=MOMENT + 3 * MINUTE)

    async def test_a_revoked_key_stays_so_and_is_the_owners_to_revoke(
        self, accounts: AccountStore, api_keys: ApiKeyStore
    ) -> None:
        await accounts.put(sample_account())
        await api_keys.add(key(1), 20, made(key(1)))
        own = sample_account().account_id
        assert await api_keys.revoke("another", "k1", MOMENT, ended_key) is None
        assert await api_keys.revoke(own, "k2", MOMENT, ended_key) is None
        ended = msgspec.structs.replace(key(1), revoked_at=MOMENT)
        assert await api_keys.revoke(own, "k1", MOMENT, ended_key) == ended
        assert await api_keys.revoke(own, "k1", MOMENT + MINUTE, ended_key) == ended
        again = await api_keys.use("h1", MOMENT + MINUTE)
        assert again is not None
        assert again.revoked_at == MOMENT

    async def test_an_account_has_no_more_than_so_many_that_hold(
        self, accounts: AccountStore, api_keys: ApiKeyStore
    ) -> None:
        await accounts.put(sample_account())
        assert [await api_keys.add(key(number), 2, made(key(number))) for number in (1, 2, 3)] == [True, True, False]
        await api_keys.revoke(sample_account().account_id, "k1", MOMENT, ended_key)
        assert await api_keys.add(key(4), 2, made(key(4))) is True

    async def test_what_was_done_is_in_the_security_log_once_and_what_was_not_is_not(
        self, accounts: AccountStore, api_keys: ApiKeyStore, security_log: SecurityLog
    ) -> None:
        await accounts.put(sample_account())
        own = sample_account().account_id
        for number in (1, 2):
            await api_keys.add(key(number), 1, made(key(number)))
        for whose, name in (("another", "k1"), (own, "k2"), (own, "k1"), (own, "k1")):
            await api_keys.revoke(whose, name, MOMENT, ended_key)
        events = (await security_log.page(own)).items
        assert [(each.event_id, each.kind, each.detail) for each in events] == [
            (2, "api_key_revoked", "k1"),
            (1, "api_key_created", "k1"),
        ]
