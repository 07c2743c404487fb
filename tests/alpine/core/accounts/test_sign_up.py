"""Sign-up, verified addresses and resets: nobody learns whether an address has an account but its owner."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from alpine_core.accounts import SecondStep, SignInRefused
from alpine_core.errors import AccountRefused, ProofMissing, TooManyAttempts
from alpine_core.model import Role, SecurityKind, Tier
from alpine_core.testing.samples import MOMENT, sample_account
from tests.alpine.core.accounts.house import ADA, GOOD, HERE, PASSWORD, House

NEW = "bob@example.com"
REFUSED = SignInRefused(retry_after_seconds=0)


@pytest.fixture
async def house() -> House:
    made = House()
    await made.accounts.put(sample_account(ADA))
    return made


async def test_an_account_can_sign_in_once_its_address_is_verified(house: House) -> None:
    await house.desk.sign_up.sign_up(" Bob@Example.com", GOOD, HERE)
    made = await house.account(NEW)
    assert (made.tier, made.role, made.email_verified) == (Tier.FREE, Role.SUBSCRIBER, False)
    assert house.mails() == [(NEW, "verify_email")]
    assert await house.sign_in.sign_in(NEW, GOOD) == REFUSED
    await house.desk.email.confirm(house.mailed_token(), HERE)
    await house.enter(NEW, GOOD)
    kinds = SecurityKind
    assert house.told() == [kinds.SIGNED_UP, kinds.SIGN_IN_REFUSED, kinds.EMAIL_VERIFIED, kinds.SIGNED_IN]


async def test_the_owner_of_a_taken_address_is_told_and_nothing_changes(house: House) -> None:
    before = await house.account()
    await house.desk.sign_up.sign_up(ADA, GOOD, HERE)
    assert await house.accounts.accounts() == (before,)
    assert house.mails() == [(ADA, "address_taken")]
    assert await house.sign_in.sign_in(ADA, GOOD) == REFUSED
    await house.desk.passwords.reset(house.mailed_token(), "another set of words", HERE)
    await house.enter(ADA, "another set of words")


@pytest.mark.parametrize("email", [ADA, NEW])
async def test_a_taken_and_a_free_address_make_the_same_work(house: House, email: str) -> None:
    await house.desk.sign_up.sign_up(email, GOOD, HERE)
    assert (house.acts.commits, len(house.mails()), len(house.acts.tokens), len(house.log.events)) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    "email", ["bob", "bob@x", "a,root@example.com", "<bob@example.com>", "bob@example..com", "b@-x.com"]
)
async def test_what_no_mail_can_go_to_is_refused(house: House, email: str) -> None:
    with pytest.raises(AccountRefused, match="write it as") as refused:
        await house.desk.sign_up.sign_up(email, GOOD, HERE)
    assert refused.value.code == "bad_email"


@pytest.mark.parametrize(
    "password",
    [
        "eleven char",
        "x" * 1025,
        "bob.the.builder",
        "BOB.the.builder@example.com",
        "password1234",
        " Password1234 ",
        "correct horse battery staple",
        "aaaaaaaaaaaa",
        "abcabcabcabcab",
        "123456789012",
        "zyxwvutsrqponm",
        "Alpine-Signals-2026!",
        "Alp1neAnalyt1cs",
        "P@ssw0rd!2026",
        "WelcomeSummer2025",
    ],
)
async def test_weak_passwords_are_refused_everywhere(house: House, password: str) -> None:
    with pytest.raises(AccountRefused) as refused:
        await house.desk.sign_up.sign_up("bob.the.builder@example.com", password, HERE)
    assert refused.value.code == "weak_password"
    if "bob" not in password.lower():
        await house.desk.passwords.ask_reset(ADA, HERE)
        with pytest.raises(AccountRefused) as again:
            await house.desk.passwords.reset(house.mailed_token(), password, HERE)
        assert again.value.code == "weak_password"


async def test_a_link_is_good_once_and_for_its_time(house: House) -> None:
    await house.desk.sign_up.sign_up(NEW, GOOD, HERE)
    token = house.mailed_token()
    house.clock.advance(seconds=24 * 3600)
    with pytest.raises(AccountRefused, match="expired"):
        await house.desk.email.confirm(token, HERE)
    await house.desk.passwords.ask_reset(NEW, HERE)
    reset = house.mailed_token()
    with pytest.raises(AccountRefused):
        await house.desk.email.confirm(reset, HERE)  # of another purpose
    await house.desk.passwords.reset(reset, "another set of words", HERE)
    with pytest.raises(AccountRefused) as used:
        await house.desk.passwords.reset(reset, "yet another set of words", HERE)
    assert used.value.code == "bad_token"
    await house.enter(NEW, "another set of words")  # the link came by the address: it is verified


async def test_a_second_link_ends_the_first(house: House) -> None:
    await house.desk.passwords.ask_reset(ADA, HERE)
    first = house.mailed_token()
    await house.desk.passwords.ask_reset(ADA, HERE)
    with pytest.raises(AccountRefused):
        await house.desk.passwords.reset(first, GOOD, HERE)
    await house.desk.passwords.reset(house.mailed_token(), GOOD, HERE)


async def test_only_hashes_of_links_are_kept(house: House) -> None:
    await house.desk.passwords.ask_reset(ADA, HERE)
    assert house.mailed_token() not in house.acts.tokens
    assert len(house.acts.tokens) == 1


async def test_for_an_unknown_address_no_mail_goes_out_and_no_link_exists(house: House) -> None:
    await house.desk.passwords.ask_reset("eve@example.com", HERE)
    assert (house.mails(), house.acts.tokens, house.acts.commits) == ([], {}, 1)
    assert [(one.kind, one.account_id) for one in house.log.events] == [(SecurityKind.PASSWORD_RESET_ASKED, None)]


async def test_a_reset_ends_every_session_and_every_wait(house: House) -> None:
    entered = await house.enter()
    for _ in range(6):
        await house.sign_in.sign_in(ADA, "wrong")
    await house.desk.passwords.ask_reset(ADA, HERE)
    await house.desk.passwords.reset(house.mailed_token(), GOOD, HERE)
    assert await house.sign_in.session(entered.token) is None
    await house.enter(ADA, GOOD)
    assert house.mails()[-1] == (ADA, "password_changed")


async def test_a_change_needs_the_present_password_and_ends_other_sessions(house: House) -> None:
    mine, other = await house.enter(), await house.enter()
    with pytest.raises(ProofMissing) as wrong:
        await house.desk.passwords.change(await house.account(), mine.token, "wrong", GOOD, HERE)
    assert wrong.value.code == "wrong_password"
    await house.desk.passwords.change(await house.account(), mine.token, PASSWORD, GOOD, HERE)
    assert await house.sign_in.session(mine.token) is not None
    assert await house.sign_in.session(other.token) is None
    assert await house.sign_in.sign_in(ADA, PASSWORD) == REFUSED
    await house.enter(ADA, GOOD)


async def test_of_two_changes_at_once_one_is_told_so(house: House) -> None:
    stale = await house.account()
    await house.desk.passwords.change(stale, "", PASSWORD, GOOD, HERE)
    with pytest.raises(AccountRefused) as late:
        await house.desk.passwords.change(stale, "", PASSWORD, "another set of words", HERE)
    assert late.value.code == "changed_meanwhile"


async def test_guesses_of_a_stolen_session_wait_and_do_not_lock_the_owner_out(house: House) -> None:
    account = await house.account()
    for _ in range(5):
        with pytest.raises(ProofMissing):
            await house.desk.passwords.change(account, "", "guess", GOOD, HERE)
    with pytest.raises(TooManyAttempts) as wait:
        await house.desk.passwords.change(account, "", PASSWORD, GOOD, HERE)
    assert wait.value.retry_after_seconds == 2
    await house.enter()


async def test_an_address_changes_once_the_new_one_is_verified(house: House) -> None:
    account = await house.account()
    with pytest.raises(ProofMissing):
        await house.desk.email.ask_change(account, "wrong", NEW, HERE)
    await house.desk.email.ask_change(account, PASSWORD, NEW, HERE)
    assert (await house.account()).email == ADA
    assert house.mails() == [(NEW, "change_email")]
    await house.desk.email.confirm(house.mailed_token(), HERE)
    assert (await house.account(NEW)).account_id == account.account_id
    assert house.mails()[-1] == (ADA, "email_changed")
    await house.enter(NEW)


async def test_who_asks_for_a_taken_address_is_not_told_and_cannot_take_it(house: House) -> None:
    await house.accounts.put(sample_account(NEW))
    await house.desk.email.ask_change(await house.account(), PASSWORD, NEW, HERE)
    assert house.mails() == [(NEW, "address_taken")]
    assert house.acts.tokens == {}


async def test_an_address_that_was_taken_meanwhile_is_not_changed_to(house: House) -> None:
    await house.desk.email.ask_change(await house.account(), PASSWORD, NEW, HERE)
    token = house.mailed_token()
    await house.accounts.put(sample_account(NEW))
    with pytest.raises(AccountRefused):
        await house.desk.email.confirm(token, HERE)
    assert (await house.account()).email == ADA


async def test_sessions_are_listed_and_ended_by_their_owner_only(house: House) -> None:
    mine = await house.enter()
    house.clock.advance(seconds=360)
    other = await house.enter()
    assert await house.sign_in.session(mine.token) is not None
    lines = await house.desk.sessions.lines(await house.account(), mine.token)
    assert [(one.current, one.address, one.agent) for one in lines] == [
        (False, "192.0.2.7", "a browser"),
        (True, "192.0.2.7", "a browser"),
    ]
    assert lines[1].seen_at == MOMENT + timedelta(seconds=360)
    eve = msgspec.structs.replace(sample_account("eve@example.com"))
    await house.accounts.put(eve)
    assert not await house.desk.sessions.revoke(eve, lines[0].handle, HERE)
    assert await house.desk.sessions.revoke(await house.account(), lines[0].handle, HERE)
    assert await house.sign_in.session(other.token) is None
    third = await house.enter()
    await house.desk.sessions.revoke_others(await house.account(), mine.token, HERE)
    assert await house.sign_in.session(third.token) is None
    assert await house.sign_in.session(mine.token) is not None


@pytest.mark.parametrize("act", ["change", "reset"])
async def test_a_new_password_ends_every_link_and_ticket_of_before(house: House, act: str) -> None:
    secret, codes = await house.with_factor()
    await house.desk.email.ask_change(await house.account(), PASSWORD, "thief@example.com", HERE, codes[0])
    stolen = house.mailed_token()
    ticket = await house.sign_in.sign_in(ADA, PASSWORD, HERE)
    assert isinstance(ticket, SecondStep)
    await house.desk.passwords.ask_reset(ADA, HERE)
    link = house.mailed_token()
    if act == "change":
        await house.desk.passwords.change(await house.account(), "", PASSWORD, GOOD, HERE, codes[1])
    else:
        await house.desk.passwords.reset(link, GOOD, HERE)
    with pytest.raises(AccountRefused, match="used before"):
        await house.desk.email.confirm(stolen, HERE)
    with pytest.raises(AccountRefused, match="used before"):
        await house.desk.passwords.reset(link, "another set of words", HERE)
    with pytest.raises(AccountRefused, match="begin again"):
        await house.sign_in.second_step(ticket.ticket, house.code(secret), HERE)
    assert (await house.account()).email == ADA


async def test_a_new_address_ends_the_links_that_went_to_the_old_one(house: House) -> None:
    await house.desk.passwords.ask_reset(ADA, HERE)
    old = house.mailed_token()
    await house.desk.email.ask_change(await house.account(), PASSWORD, NEW, HERE)
    await house.desk.email.confirm(house.mailed_token(), HERE)
    with pytest.raises(AccountRefused, match="used before"):
        await house.desk.passwords.reset(old, GOOD, HERE)
    await house.enter(NEW)
