"""What a store of tokens must do. Fixtures: `tokens`, empty, and `accounts` and
`security_log` over the same storage."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec

from alpine_core.model.api_token import ApiToken, TokenKind
from alpine_core.model.security_event import SecurityEvent, SecurityKind
from alpine_core.ports import AccountStore, SecurityLog, TokenStore
from alpine_core.testing.samples import MOMENT, sample_account

HOUR = timedelta(hours=1)


def token(name: str, family: str = "f1", hours: int = 1) -> ApiToken:
    return ApiToken(
        token_hash=name,
        kind=TokenKind.REFRESH,
        family=family,
        account_id=sample_account().account_id,
        password_mark="m",
        issued_at=MOMENT,
        expires_at=MOMENT + hours * HOUR,
    )


def event(kind: SecurityKind) -> SecurityEvent:
    whose = sample_account().account_id
    return SecurityEvent(account_id=whose, actor_id=whose, kind=kind, at=MOMENT)


class TokensContract:
    async def test_a_token_is_traded_once(self, accounts: AccountStore, tokens: TokenStore) -> None:
        await accounts.put(sample_account())
        assert await tokens.issue((token("a"),), None, MOMENT) is True
        assert await tokens.find("a") == token("a")
        traded = await asyncio.gather(*(tokens.issue((token(f"b{at}"),), "a", MOMENT + HOUR) for at in range(4)))
        assert sorted(traded) == [False, False, False, True]
        assert await tokens.find("a") == msgspec.structs.replace(token("a"), spent_at=MOMENT + HOUR)
        assert sum([await tokens.find(f"b{at}") is not None for at in range(4)]) == 1
        assert await tokens.issue((token("c"),), "nothing", MOMENT) is False
        assert await tokens.find("c") is None

    async def test_a_family_ends_whole_and_alone(self, accounts: AccountStore, tokens: TokenStore) -> None:
        await accounts.put(sample_account())
        await tokens.issue((token("a"), token("b"), token("c", "f2")), None, MOMENT)
        await tokens.end("f1")
        await tokens.end("f1")
        assert [await tokens.find(name) is None for name in "abc"] == [True, True, False]

    async def test_expired_tokens_are_removed_and_no_others(self, accounts: AccountStore, tokens: TokenStore) -> None:
        await accounts.put(sample_account())
        await tokens.issue(tuple(token(str(hours), hours=hours) for hours in (1, 2, 3)), None, MOMENT)
        assert await tokens.remove_expired(MOMENT + 2 * HOUR) == 2
        assert [await tokens.find(name) is None for name in "123"] == [True, True, False]

    async def test_a_trade_and_an_end_are_in_the_security_log_and_a_trade_that_failed_is_not(
        self, accounts: AccountStore, tokens: TokenStore, security_log: SecurityLog
    ) -> None:
        await accounts.put(sample_account())
        traded, reused = event(SecurityKind.TOKEN_REFRESHED), event(SecurityKind.TOKEN_REUSED)
        await tokens.issue((token("a"),), None, MOMENT)
        assert [await tokens.issue((token(name),), "a", MOMENT, traded) for name in "bc"] == [True, False]
        await tokens.end("f1", reused)
        await tokens.end("f1")
        events = (await security_log.page()).items
        assert [(each.event_id, each.kind) for each in events] == [(2, "token_reused"), (1, "token_refreshed")]
