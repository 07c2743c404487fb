"""Signing in, sessions, lock-out: what an attacker can and cannot learn or do."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from alpine_core.accounts import Enrolment, LockoutPolicy, SignIn, SignInRefused
from alpine_core.errors import OperatorError, OurError
from alpine_core.model import Role, SecondFactor, Tier
from alpine_core.ports import Failures
from alpine_core.testing import PlainHasher
from alpine_core.testing.memory_account_acts import MemoryAccountActs
from alpine_core.testing.memory_tokens import MemoryTokens
from alpine_core.testing.samples import MOMENT, sample_account
from tests.alpine.core.accounts.house import ADA, GOOD, HERE, PASSWORD, House


@pytest.fixture
async def house() -> House:
    made = House()
    await made.accounts.put(sample_account(ADA))
    return made


async def test_the_right_password_gives_a_session_that_ends(house: House) -> None:
    entered = await house.enter("  Ada@Example.com ")
    assert (entered.account.email, entered.expires_at) == (ADA, MOMENT + timedelta(hours=1))
    assert len(entered.token) == 43
    found = await house.sign_in.session(entered.token)
    assert found is not None
    assert found.email == ADA
    house.clock.advance(seconds=3599.9)
    assert await house.sign_in.session(entered.token) is not None
    house.clock.advance(seconds=0.1)
    assert await house.sign_in.session(entered.token) is None


async def test_a_session_that_nobody_used_for_long_enough_has_ended_and_is_not_listed() -> None:
    house = House(idle_seconds=1200.0)
    await house.accounts.put(sample_account(ADA))
    used, left = await house.enter(), await house.enter()
    for _ in range(2):
        house.clock.advance(seconds=1199.9)
        assert await house.sign_in.session(used.token) is not None
    assert await house.sign_in.session(left.token) is None
    lines = await house.desk.sessions.lines(await house.account(), used.token)
    assert [line.current for line in lines] == [True]
    house.clock.advance(seconds=1200)
    assert await house.sign_in.session(used.token) is None


async def test_use_within_five_minutes_is_noted_once(house: House) -> None:
    entered = await house.enter()
    before = house.acts.commits
    for seconds in (299, 0.9, 0.1, 299):
        house.clock.advance(seconds=seconds)
        await house.sign_in.session(entered.token)
    assert house.acts.commits == before + 1


async def test_only_the_hash_of_a_token_is_kept(house: House) -> None:
    entered = await house.enter()
    digest = hashlib.sha256(entered.token.encode()).hexdigest()
    assert await house.sessions.find(digest) is not None
    assert await house.sessions.find(entered.token) is None


async def test_every_sign_in_has_a_token_of_its_own(house: House) -> None:
    first, second = await house.enter(), await house.enter()
    assert first.token != second.token
    await house.sign_in.sign_out(first.token)
    assert await house.sign_in.session(first.token) is None
    assert await house.sign_in.session(second.token) is not None


@pytest.mark.parametrize("token", ["", "x", "\ud800", "A" * 43])
async def test_a_made_up_token_is_nobodys(house: House, token: str) -> None:
    await house.enter()
    assert await house.sign_in.session(token) is None
    await house.sign_in.sign_out(token)


@pytest.mark.parametrize(
    ("email", "password"),
    [(ADA, "wrong"), ("bob@example.com", PASSWORD), ("no address", PASSWORD), ("", ""), (ADA, PASSWORD + "x" * 2000)],
)
async def test_unknown_names_and_wrong_passwords_are_answered_alike_and_both_are_hashed(
    house: House, email: str, password: str
) -> None:
    assert await house.sign_in.sign_in(email, password) == SignInRefused(retry_after_seconds=0)
    assert house.hasher.verified == 1


@pytest.mark.parametrize("email", [ADA, "nobody@example.com"])
async def test_after_five_failures_waits_double_whether_or_not_there_is_an_account(house: House, email: str) -> None:
    for _ in range(5):
        assert await house.sign_in.sign_in(email, "wrong") == SignInRefused(retry_after_seconds=0)
    waits = []
    for _ in range(4):
        refused = await house.sign_in.sign_in(email, "wrong")
        assert isinstance(refused, SignInRefused)
        waits.append(refused.retry_after_seconds)
        house.clock.advance(seconds=refused.retry_after_seconds)
        assert await house.sign_in.sign_in(email, "wrong") == SignInRefused(retry_after_seconds=0)
    assert waits == [2, 4, 8, 16]


async def test_while_one_waits_even_the_right_password_is_not_looked_at(house: House) -> None:
    for _ in range(5):
        await house.sign_in.sign_in(ADA, "wrong")
    looked = house.hasher.verified
    assert await house.sign_in.sign_in(ADA, PASSWORD) == SignInRefused(retry_after_seconds=2)
    assert house.hasher.verified == looked
    house.clock.advance(seconds=2)
    await house.enter()
    assert await house.sign_in.sign_in(ADA, "wrong") == SignInRefused(retry_after_seconds=0)


async def test_one_names_failures_do_not_lock_another(house: House) -> None:
    for _ in range(9):
        await house.sign_in.sign_in("nobody@example.com", "wrong")
    await house.enter()


async def test_guesses_at_the_same_moment_share_the_free_attempts(house: House) -> None:
    await asyncio.gather(*(house.sign_in.sign_in(ADA, f"guess {number}") for number in range(50)))
    assert house.hasher.verified == 4


def test_waits_end_at_a_quarter_of_an_hour() -> None:
    policy = LockoutPolicy()
    waits = [policy.wait_seconds(Failures(count=count, last_at=MOMENT), MOMENT) for count in (0, 4, 5, 6, 13, 14, 9999)]
    assert waits == [0, 0, 2, 4, 512, 900, 900]


async def test_a_source_of_short_tokens_is_our_fault() -> None:
    house = House(token_bytes=16)
    await house.accounts.put(sample_account(ADA))
    with pytest.raises(OurError):
        await house.sign_in.sign_in(ADA, PASSWORD)


async def test_an_account_is_created_with_a_hash_and_can_sign_in(house: House) -> None:
    enrolment = Enrolment(house.accounts, house.acts, house.hasher, house.clock, lambda: "id-1")
    made = await enrolment.create(" Bob@Example.com", "twelve chars", Tier.BASIC)
    assert (made.email, made.password_hash, made.tier, made.role) == (
        "bob@example.com",
        "plain:twelve chars",
        Tier.BASIC,
        Role.SUBSCRIBER,
    )
    await house.enter("bob@example.com", "twelve chars")
    assert (await enrolment.set_tier("BOB@example.com", Tier.PREMIUM)).tier is Tier.PREMIUM


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("bob", "twelve chars"),
        ("bob@x y", "twelve chars"),
        ("@example.com", "twelve chars"),
        ("bob@example.com", "eleven char"),
        ("bob@example.com", "x" * 1025),
        (ADA, "twelve chars"),
    ],
)
async def test_what_makes_no_account_is_the_operators_error(house: House, email: str, password: str) -> None:
    enrolment = Enrolment(house.accounts, house.acts, house.hasher, house.clock, lambda: "id-1")
    with pytest.raises(OperatorError):
        await enrolment.create(email, password, Tier.FREE)
    assert [account.email for account in await house.accounts.accounts()] == [ADA]
    with pytest.raises(OperatorError, match="users list"):
        await enrolment.set_tier("nobody@example.com", Tier.FREE)


class Meanwhile(PlainHasher):
    """Something happens while a password is looked at, which takes a tenth of a second elsewhere."""

    def __init__(self, happens: Callable[[], Awaitable[object]]) -> None:
        super().__init__()
        self._happens = happens

    async def verify(self, password: str, stored: str | None) -> bool:
        await self._happens()
        return await super().verify(password, stored)


async def test_a_sign_in_begun_before_a_reset_leaves_no_session_after_it(house: House) -> None:
    await house.desk.passwords.ask_reset(ADA, HERE)
    link = house.mailed_token()
    slow = Meanwhile(lambda: house.desk.passwords.reset(link, GOOD, HERE))
    sign_in = SignIn(dataclasses.replace(house.parts, hasher=slow), house.sessions, session_seconds=3600.0)
    assert await sign_in.sign_in(ADA, PASSWORD, HERE) == SignInRefused(retry_after_seconds=0)
    assert await house.acts.sessions((await house.account()).account_id, MOMENT) == ()
    await house.enter(ADA, GOOD)


async def test_a_sign_in_begun_before_a_second_factor_leaves_no_session_after_it(house: House) -> None:
    entered = await house.enter()
    account = entered.account
    setup = await house.desk.second_factor.begin(account, PASSWORD)
    confirm, code = house.desk.second_factor.confirm, house.code(setup.secret)

    class Slow(MemoryAccountActs):
        async def second_factor(self, account_id: str) -> SecondFactor | None:
            found = await house.acts.second_factor(account_id)
            await confirm(account, code, entered.token, HERE)
            return found

    slow = Slow(house.accounts, house.sessions, house.log, house.outbox, MemoryTokens(house.log))
    sign_in = SignIn(dataclasses.replace(house.parts, credentials=slow), house.sessions, session_seconds=3600.0)
    assert await sign_in.sign_in(ADA, PASSWORD, HERE) == SignInRefused(retry_after_seconds=0)
    assert len(await house.acts.sessions(account.account_id, MOMENT)) == 1
