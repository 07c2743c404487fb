"""The second factor: no session before it, each code once, guesses wait, and it cannot be taken away unproven."""

from __future__ import annotations

import re

import pytest

from alpine_core.accounts import SecondStep, SignedIn, SignInRefused
from alpine_core.errors import AccountRefused, OperatorError, ProofMissing, TooManyAttempts
from alpine_core.model import SecurityKind
from alpine_core.testing.samples import sample_account
from tests.alpine.core.accounts.house import ADA, GOOD, HERE, PASSWORD, House

REFUSED = SignInRefused(retry_after_seconds=0)


@pytest.fixture
async def house() -> House:
    made = House()
    await made.accounts.put(sample_account(ADA))
    return made


async def ticket(house: House) -> str:
    found = await house.sign_in.sign_in(ADA, PASSWORD, HERE)
    assert isinstance(found, SecondStep)
    return found.ticket


async def test_it_is_in_force_after_its_first_code_and_not_before(house: House) -> None:
    setup = await house.desk.second_factor.begin(await house.account(), PASSWORD)
    await house.enter()  # begun only
    with pytest.raises(ProofMissing):
        await house.desk.second_factor.confirm(await house.account(), "000000", "", HERE)
    codes = await house.desk.second_factor.confirm(await house.account(), house.code(setup.secret), "", HERE)
    assert (len(codes), len(set(codes))) == (10, 10)
    assert all(re.fullmatch(r"([a-z2-7]{4}-){5}[a-z2-7]{4}", code) for code in codes)
    assert isinstance(await house.sign_in.sign_in(ADA, PASSWORD), SecondStep)
    assert house.mails()[-1] == (ADA, "second_factor_enabled")


async def test_there_is_no_session_before_the_second_step(house: House) -> None:
    secret, _ = await house.with_factor()
    step = await ticket(house)
    assert house.sessions.rows == {}
    assert await house.sign_in.session(step) is None
    entered = await house.sign_in.second_step(step, house.code(secret), HERE)
    assert isinstance(entered, SignedIn)
    assert await house.sign_in.session(entered.token) is not None


async def test_a_ticket_is_good_once_and_for_five_minutes(house: House) -> None:
    secret, _ = await house.with_factor()
    used = await ticket(house)
    await house.sign_in.second_step(used, house.code(secret), HERE)
    old = await ticket(house)
    house.clock.advance(seconds=300)
    for gone in (used, old, "made up"):
        with pytest.raises(AccountRefused) as refused:
            await house.sign_in.second_step(gone, house.code(secret), HERE)
        assert refused.value.code == "bad_token"


async def test_a_code_counts_once_even_at_two_sign_ins_at_once(house: House) -> None:
    secret, _ = await house.with_factor()
    first, second = await ticket(house), await ticket(house)
    code = house.code(secret)
    assert isinstance(await house.sign_in.second_step(first, code, HERE), SignedIn)
    assert await house.sign_in.second_step(second, code, HERE) == REFUSED
    house.clock.advance(seconds=30)
    assert isinstance(await house.sign_in.second_step(second, house.code(secret), HERE), SignedIn)


async def test_a_recovery_code_counts_once_however_it_is_typed_and_is_told(house: House) -> None:
    _, codes = await house.with_factor()
    typed = f" {codes[3].upper().replace('-', ' ')} "
    assert isinstance(await house.sign_in.second_step(await ticket(house), typed, HERE), SignedIn)
    assert house.mails()[-1] == (ADA, "recovery_code_used")
    assert SecurityKind.RECOVERY_CODE_USED in house.told()
    assert await house.sign_in.second_step(await ticket(house), typed, HERE) == REFUSED
    state = await house.desk.second_factor.state(await house.account())
    assert state is not None
    assert state.recovery_codes == 9


async def test_recovery_codes_are_kept_as_hashes(house: House) -> None:
    _, codes = await house.with_factor()
    kept = set(house.acts.recovery)
    assert all(len(name) == 64 for name in kept)
    assert not kept & {*codes, *(code.replace("-", "") for code in codes)}


async def test_wrong_codes_wait_across_tickets_and_the_right_one_is_not_looked_at_meanwhile(house: House) -> None:
    secret, _ = await house.with_factor()
    for _ in range(5):
        assert await house.sign_in.second_step(await ticket(house), "000000", HERE) == REFUSED
    wait = await house.sign_in.second_step(await ticket(house), house.code(secret), HERE)
    assert wait == SignInRefused(retry_after_seconds=2)
    house.clock.advance(seconds=2)
    assert isinstance(await house.sign_in.second_step(await ticket(house), house.code(secret), HERE), SignedIn)


@pytest.mark.parametrize("code", ["", "  ", "12345", "1234567", "٣٤٥٦٧٨", "\ud800", "a" * 5000])
async def test_what_is_no_code_is_refused(house: House, code: str) -> None:
    await house.with_factor()
    assert await house.sign_in.second_step(await ticket(house), code, HERE) == REFUSED


async def test_enabling_ends_other_sessions_and_keeps_the_one_that_asks(house: House) -> None:
    mine, other = await house.enter(), await house.enter()
    setup = await house.desk.second_factor.begin(await house.account(), PASSWORD)
    code = house.code(setup.secret)
    await house.desk.second_factor.confirm(await house.account(), code, mine.token, HERE)
    assert await house.sign_in.session(mine.token) is not None
    assert await house.sign_in.session(other.token) is None


async def test_disabling_needs_password_and_code(house: House) -> None:
    secret, codes = await house.with_factor()
    account, disable = await house.account(), house.desk.second_factor.disable
    for password, code in (("wrong", house.code(secret)), (PASSWORD, "000000"), (PASSWORD, "aaaa-aaaa-aaaa-aaaa")):
        with pytest.raises(ProofMissing):
            await disable(account, password, code, HERE)
    await disable(account, PASSWORD, codes[0], HERE)
    assert await house.desk.second_factor.state(account) is None
    await house.enter()
    with pytest.raises(AccountRefused) as gone:
        await disable(account, PASSWORD, house.code(secret), HERE)
    assert gone.value.code == "not_in_force"


async def test_a_factor_in_force_is_not_replaced(house: House) -> None:
    await house.with_factor()
    with pytest.raises(AccountRefused) as refused:
        await house.desk.second_factor.begin(await house.account(), PASSWORD)
    assert refused.value.code == "in_force"


async def test_new_recovery_codes_void_the_old_ones(house: House) -> None:
    secret, old = await house.with_factor()
    new = await house.desk.second_factor.renew_codes(await house.account(), PASSWORD, house.code(secret), HERE)
    assert set(new) & set(old) == set()
    assert await house.sign_in.second_step(await ticket(house), old[0], HERE) == REFUSED
    assert isinstance(await house.sign_in.second_step(await ticket(house), new[0], HERE), SignedIn)


async def test_a_reset_password_does_not_pass_the_second_factor(house: House) -> None:
    await house.with_factor()
    await house.desk.passwords.ask_reset(ADA, HERE)
    await house.desk.passwords.reset(house.mailed_token(), GOOD, HERE)
    assert isinstance(await house.sign_in.sign_in(ADA, GOOD), SecondStep)


async def test_an_operator_takes_it_away_and_every_session_with_it(house: House) -> None:
    entered = await house.enter()
    await house.with_factor()
    await house.desk.second_factor.reset(" Ada@example.com")
    assert await house.sign_in.session(entered.token) is None
    await house.enter()
    assert house.mails()[-1] == (ADA, "second_factor_disabled")
    with pytest.raises(OperatorError, match="users list"):
        await house.desk.second_factor.reset("nobody@example.com")


async def test_a_dangerous_act_needs_password_and_code_and_uses_the_code_up(house: House) -> None:
    account = await house.account()
    await house.desk.proof.whole(account, PASSWORD, "", HERE)
    secret, codes = await house.with_factor()
    with pytest.raises(ProofMissing):
        await house.desk.proof.whole(account, PASSWORD, "", HERE)
    code = house.code(secret)
    await house.desk.proof.whole(account, PASSWORD, code, HERE)
    await house.desk.proof.whole(account, PASSWORD, codes[0], HERE)
    for used in (code, codes[0]):
        with pytest.raises(ProofMissing):
            await house.desk.proof.whole(account, PASSWORD, used, HERE)
    assert house.told()[-1] is SecurityKind.RECOVERY_CODE_USED


async def test_guesses_of_codes_in_a_session_wait_too(house: House) -> None:
    await house.with_factor()
    for _ in range(5):
        with pytest.raises(ProofMissing):
            await house.desk.second_factor.disable(await house.account(), PASSWORD, "000000", HERE)
    with pytest.raises(TooManyAttempts):
        await house.desk.second_factor.disable(await house.account(), PASSWORD, "000000", HERE)


async def test_a_new_password_and_a_new_address_need_a_code_too(house: House) -> None:
    account = await house.account()
    secret, codes = await house.with_factor()
    for code in ("", "000000"):
        with pytest.raises(ProofMissing) as refused:
            await house.desk.passwords.change(account, "", PASSWORD, GOOD, HERE, code)
        assert refused.value.code == "wrong_code"
        with pytest.raises(ProofMissing):
            await house.desk.email.ask_change(account, PASSWORD, "new@example.com", HERE, code)
    assert (await house.account()).password_hash == account.password_hash
    assert house.mails()[-1] == (ADA, "second_factor_enabled")
    await house.desk.email.ask_change(account, PASSWORD, "new@example.com", HERE, house.code(secret))
    assert house.mails()[-1] == ("new@example.com", "change_email")
    await house.desk.passwords.change(account, "", PASSWORD, GOOD, HERE, codes[0])
    assert (await house.account()).password_hash != account.password_hash
