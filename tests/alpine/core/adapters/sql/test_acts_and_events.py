"""An act and its event in the security log are one transaction: what cannot be told was not done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from alpine_core.adapters.sql import Database, SqlAccounts, SqlApiKeys, SqlTermsShelf, SqlTokens
from alpine_core.errors import StoreError
from alpine_core.model import Tier
from alpine_core.model.api_key import ApiKey
from alpine_core.model.api_token import ApiToken, TokenKind
from alpine_core.model.security_event import SecurityEvent, SecurityKind
from alpine_core.model.tier import ApiScope, TermsChange
from alpine_core.testing.samples import MOMENT, sample_account

OWN = sample_account().account_id
TOLD = SecurityEvent(account_id=OWN, actor_id=OWN, kind=SecurityKind.ADMIN_ACT, at=MOMENT)
# The column takes no NULL: the database refuses the last statement of the transaction.
UNTELLABLE = SecurityEvent(account_id=OWN, actor_id=OWN, kind=SecurityKind.ADMIN_ACT, at=MOMENT, detail=None)  # type: ignore[arg-type]
KEY = ApiKey(
    key_id="k1",
    account_id=OWN,
    name="key",
    prefix="alp_12345678",
    secret_hash="h1",
    scopes=(ApiScope.READ,),
    created_at=MOMENT,
)


def token(name: str) -> ApiToken:
    return ApiToken(
        token_hash=name,
        kind=TokenKind.REFRESH,
        family="f1",
        account_id=OWN,
        password_mark="m",
        issued_at=MOMENT,
        expires_at=MOMENT + timedelta(hours=1),
    )


@dataclass(frozen=True, slots=True)
class Stores:
    keys: SqlApiKeys
    tokens: SqlTokens
    terms: SqlTermsShelf


@pytest.fixture
async def stores(database: Database) -> Stores:
    await SqlAccounts(database).put(sample_account())
    return Stores(SqlApiKeys(database), SqlTokens(database), SqlTermsShelf(database))


async def test_a_key_is_neither_made_nor_revoked_untold(stores: Stores) -> None:
    with pytest.raises(StoreError):
        await stores.keys.add(KEY, 20, UNTELLABLE)
    assert await stores.keys.of_account(OWN) == ()
    await stores.keys.add(KEY, 20, TOLD)
    with pytest.raises(StoreError):
        await stores.keys.revoke(OWN, "k1", MOMENT, lambda _key: UNTELLABLE)
    assert [key.revoked_at for key in await stores.keys.of_account(OWN)] == [None]


async def test_a_token_is_neither_traded_nor_ended_untold(stores: Stores) -> None:
    await stores.tokens.issue((token("a"),), None, MOMENT)
    with pytest.raises(StoreError):
        await stores.tokens.issue((token("b"),), "a", MOMENT, UNTELLABLE)
    with pytest.raises(StoreError):
        await stores.tokens.end("f1", UNTELLABLE)
    assert [await stores.tokens.find(name) for name in "ab"] == [token("a"), None]


async def test_terms_do_not_change_untold(stores: Stores) -> None:
    change = TermsChange(tier=Tier.BASIC, name="price_cents", value="100", changed_at=MOMENT)
    with pytest.raises(StoreError):
        await stores.terms.add((change,), lambda _changes: None, (UNTELLABLE,))
    assert await stores.terms.changes() == ()
