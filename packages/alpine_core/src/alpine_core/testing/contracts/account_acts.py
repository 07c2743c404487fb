"""What acts on accounts, and reading credentials, must do.

Fixtures, all empty and over the same storage: `acts`, `credentials`, `accounts`, `sessions`, `security_log`, `outbox`
(which is a MailShelf too), `tokens`.
"""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from alpine_core.model import account_change as change
from alpine_core.model.account import Session
from alpine_core.model.api_token import ApiToken, TokenKind
from alpine_core.model.credential import SecondFactor, SingleUseToken, TokenPurpose
from alpine_core.model.mail import Mail
from alpine_core.model.security_event import SecurityEvent, SecurityKind
from alpine_core.ports import AccountActs, AccountStore, Credentials, MailShelf, SecurityLog, SessionStore, TokenStore
from alpine_core.testing.samples import MOMENT, sample_account

HOUR = timedelta(hours=1)
ADA = sample_account("ada@example.com")
WHO = ADA.account_id
FACTOR = SecondFactor(account_id=WHO, secret="JBSWY3DPEHPK3PXP", created_at=MOMENT)
PURPOSE = TokenPurpose.RESET_PASSWORD


def token(name: str, hours: int = 1, purpose: TokenPurpose = PURPOSE, whose: str = WHO) -> SingleUseToken:
    return SingleUseToken(token_hash=name, account_id=whose, purpose=purpose, expires_at=MOMENT + hours * HOUR)


def api_token(name: str, whose: str) -> ApiToken:
    return ApiToken(
        token_hash=name,
        kind=TokenKind.REFRESH,
        family="f1",
        account_id=whose,
        password_mark="m",
        issued_at=MOMENT,
        expires_at=MOMENT + HOUR,
    )


def session(name: str, whose: str = WHO, hours: int = 1) -> Session:
    return Session(
        token_hash=name,
        account_id=whose,
        created_at=MOMENT,
        expires_at=MOMENT + hours * HOUR,
        seen_at=MOMENT,
        address="192.0.2.1",
        agent="a browser",
    )


def mail(number: int) -> Mail:
    return Mail(message_id=f"<{number}@test>", recipient="ada@example.com", subject="s", text="t", html="<p>t</p>")


def told(detail: str) -> change.RecordEvent:
    happened = SecurityEvent(account_id=WHO, actor_id=WHO, kind=SecurityKind.SIGNED_IN, at=MOMENT, detail=detail)
    return change.RecordEvent(event=happened)


class AccountActsContract:
    async def test_an_act_is_done_whole(
        self, acts: AccountActs, accounts: AccountStore, outbox: MailShelf, security_log: SecurityLog
    ) -> None:
        unverified = msgspec.structs.replace(ADA, email_verified=False, display_name="Ada")
        queued = change.QueueMail(mail=mail(1), at=MOMENT)
        assert await acts.commit(
            [change.CreateAccount(account=unverified, must=True), queued, told("first"), told("second")]
        )
        assert await accounts.by_email("ada@example.com") == unverified
        assert [one.mail for one in await outbox.mails(None, 9)] == [mail(1)]
        page = await security_log.page(WHO)
        assert [(one.event_id, one.detail) for one in page.items] == [(2, "second"), (1, "first")]

    async def test_an_act_that_is_off_leaves_nothing(
        self, acts: AccountActs, credentials: Credentials, accounts: AccountStore, outbox: MailShelf
    ) -> None:
        await accounts.put(ADA)
        spent = change.SpendToken(token_hash="never issued", at=MOMENT)
        assert not await acts.commit(
            [
                change.QueueMail(mail=mail(1), at=MOMENT),
                change.IssueToken(token=token("t")),
                change.SetPassword(account_id=WHO, before=ADA.password_hash, after="new"),
                spent,
            ]
        )
        assert await accounts.by_email(ADA.email) == ADA
        assert await outbox.mails(None, 9) == ()
        assert await credentials.token("t", PURPOSE) is None

    async def test_a_taken_address_calls_the_act_off_or_is_passed_by(
        self, acts: AccountActs, accounts: AccountStore
    ) -> None:
        await accounts.put(ADA)
        other = msgspec.structs.replace(ADA, account_id="other")
        assert not await acts.commit([change.CreateAccount(account=other, must=True)])
        assert await acts.commit([change.CreateAccount(account=other, must=False)])
        assert await accounts.accounts() == (ADA,)

    async def test_a_password_is_set_over_the_one_that_was_seen(
        self, acts: AccountActs, accounts: AccountStore
    ) -> None:
        await accounts.put(ADA)
        first = change.SetPassword(account_id=WHO, before=ADA.password_hash, after="new")
        assert [await acts.commit([first]), await acts.commit([first])] == [True, False]
        found = await accounts.by_account_id(WHO)
        assert found is not None
        assert found.password_hash == "new"

    async def test_an_address_changes_to_one_that_is_free(self, acts: AccountActs, accounts: AccountStore) -> None:
        await accounts.put(msgspec.structs.replace(ADA, email_verified=False))
        await accounts.put(sample_account("bob@example.com"))
        taken = change.SetEmail(account_id=WHO, before=ADA.email, after="bob@example.com")
        free = change.SetEmail(account_id=WHO, before=ADA.email, after="lovelace@example.com")
        assert [await acts.commit([taken]), await acts.commit([free]), await acts.commit([free])] == [
            False,
            True,
            False,
        ]
        found = await accounts.by_account_id(WHO)
        assert found is not None
        assert (found.email, found.email_verified) == ("lovelace@example.com", True)

    async def test_a_name_and_a_verified_address_are_kept(self, acts: AccountActs, accounts: AccountStore) -> None:
        await accounts.put(msgspec.structs.replace(ADA, email_verified=False))
        named = change.SetDisplayName(account_id=WHO, display_name="Ada L.")
        assert await acts.commit([change.MarkVerified(account_id=WHO), named])
        assert await accounts.by_account_id(WHO) == msgspec.structs.replace(ADA, display_name="Ada L.")

    async def test_a_token_is_good_once_and_until_it_expires(
        self, acts: AccountActs, credentials: Credentials, accounts: AccountStore
    ) -> None:
        await accounts.put(ADA)
        await acts.commit([change.IssueToken(token=token("t"))])
        assert await credentials.token("t", PURPOSE) == token("t")
        assert await credentials.token("t", TokenPurpose.VERIFY_EMAIL) is None
        late = change.SpendToken(token_hash="t", at=MOMENT + HOUR)
        in_time = change.SpendToken(token_hash="t", at=MOMENT + HOUR - timedelta(microseconds=1))
        assert [await acts.commit([one]) for one in (late, in_time, in_time)] == [False, True, False]

    async def test_one_token_for_each_purpose_unless_beside(
        self, acts: AccountActs, credentials: Credentials, accounts: AccountStore
    ) -> None:
        await accounts.put(ADA)
        await acts.commit([change.IssueToken(token=token("t1"))])
        await acts.commit([change.IssueToken(token=token("t2"))])
        await acts.commit([change.IssueToken(token=token("t3", purpose=TokenPurpose.VERIFY_EMAIL))])
        await acts.commit([change.IssueToken(token=token("t4"), beside=True)])
        kept = [name for name in ("t1", "t2", "t4") if await credentials.token(name, PURPOSE)]
        assert kept == ["t2", "t4"]
        assert await credentials.token("t3", TokenPurpose.VERIFY_EMAIL) is not None

    async def test_a_token_for_nobody_and_a_mail_that_is_none_leave_nothing(
        self, acts: AccountActs, credentials: Credentials, outbox: MailShelf
    ) -> None:
        issued = change.IssueToken(token=token("t", whose=""))
        assert await acts.commit([issued, change.QueueMail(mail=mail(1), at=MOMENT, really=False)])
        assert await credentials.token("t", PURPOSE) is None
        assert await outbox.mails(None, 9) == ()

    async def test_expired_tokens_are_removed(
        self, acts: AccountActs, credentials: Credentials, accounts: AccountStore
    ) -> None:
        await accounts.put(ADA)
        for name, hours in (("t1", 1), ("t2", 2), ("t3", 3)):
            await acts.commit([change.IssueToken(token=token(name, hours), beside=True)])
        assert await credentials.remove_expired(MOMENT + 2 * HOUR) == 2
        assert [await credentials.token(name, PURPOSE) is None for name in ("t1", "t2", "t3")] == [True, True, False]

    async def test_a_second_factor_is_confirmed_once_and_then_stands(
        self, acts: AccountActs, credentials: Credentials, accounts: AccountStore
    ) -> None:
        await accounts.put(ADA)
        confirmed = change.ConfirmSecondFactor(account_id=WHO, at=MOMENT, step=7, code_hashes=("c1", "c2"))
        assert not await acts.commit([confirmed])
        assert await acts.commit([change.PutSecondFactor(factor=FACTOR)])
        assert await credentials.second_factor(WHO) == FACTOR
        assert [await acts.commit([confirmed]), await acts.commit([confirmed])] == [True, False]
        in_force = msgspec.structs.replace(FACTOR, confirmed_at=MOMENT, last_step=7, recovery_codes=2)
        assert await credentials.second_factor(WHO) == in_force
        assert not await acts.commit([change.PutSecondFactor(factor=FACTOR)])
        assert await acts.commit([change.DropSecondFactor(account_id=WHO)])
        assert await credentials.second_factor(WHO) is None

    @pytest.mark.parametrize(("step", "taken"), [(6, False), (7, False), (8, True)])
    async def test_a_step_counts_once_and_none_before_it_counts(
        self, acts: AccountActs, accounts: AccountStore, step: int, taken: bool
    ) -> None:
        await accounts.put(ADA)
        spent = change.SpendStep(account_id=WHO, step=step)
        await acts.commit([change.PutSecondFactor(factor=FACTOR)])
        assert not await acts.commit([spent])  # not in force yet
        await acts.commit([change.ConfirmSecondFactor(account_id=WHO, at=MOMENT, step=7, code_hashes=())])
        assert [await acts.commit([spent]), await acts.commit([spent])] == [taken, False]

    async def test_a_recovery_code_counts_once_and_for_its_account(
        self, acts: AccountActs, credentials: Credentials, accounts: AccountStore
    ) -> None:
        await accounts.put(ADA)
        await acts.commit([change.PutSecondFactor(factor=FACTOR)])
        await acts.commit([change.ConfirmSecondFactor(account_id=WHO, at=MOMENT, step=7, code_hashes=("c1", "c2"))])
        mine = change.SpendRecoveryCode(account_id=WHO, code_hash="c1")
        foreign = change.SpendRecoveryCode(account_id="another", code_hash="c2")
        assert [await acts.commit([one]) for one in (mine, mine, foreign)] == [True, False, False]
        assert await acts.commit([change.ReplaceRecoveryCodes(account_id=WHO, code_hashes=("d1", "d2", "d3"))])
        found = await credentials.second_factor(WHO)
        assert found is not None
        assert found.recovery_codes == 3
        assert not await acts.commit([change.SpendRecoveryCode(account_id=WHO, code_hash="c2")])

    async def test_sessions_are_listed_seen_and_ended_by_their_owner(
        self, acts: AccountActs, credentials: Credentials, accounts: AccountStore, sessions: SessionStore
    ) -> None:
        await accounts.put(ADA)
        bob = sample_account("bob@example.com")
        await accounts.put(bob)
        whose = {"s1": WHO, "s2": WHO, "s3": WHO, "b1": bob.account_id}
        await acts.commit([change.AddSession(session=session(name, of)) for name, of in whose.items()])
        await acts.commit([change.AddSession(session=session("old", hours=0))])
        assert await credentials.sessions(WHO, MOMENT) == tuple(session(name) for name in ("s1", "s2", "s3"))
        await acts.commit([change.SeenSession(token_hash="s1", at=MOMENT + HOUR)])
        seen = await sessions.find("s1")
        assert seen is not None
        assert seen.seen_at == MOMENT + HOUR
        await acts.commit([change.EndSession(account_id=bob.account_id, token_hash="s3")])
        assert await sessions.find("s3") is not None
        await acts.commit([change.EndSession(account_id=WHO, token_hash="s3")])
        assert await sessions.find("s3") is None
        await acts.commit([change.EndSessions(account_id=WHO, keep="s2")])
        assert [await sessions.find(name) is not None for name in ("s1", "s2", "b1")] == [False, True, True]
        await acts.commit([change.EndSessions(account_id=WHO)])
        assert [await sessions.find(name) is not None for name in ("s2", "b1")] == [False, True]

    async def test_sessions_that_end_together_take_the_tokens_that_came_from_them(
        self, acts: AccountActs, accounts: AccountStore, tokens: TokenStore
    ) -> None:
        bob = sample_account("bob@example.com")
        await accounts.put(ADA)
        await accounts.put(bob)
        await tokens.issue((api_token("a", WHO), api_token("b", bob.account_id)), None, MOMENT)
        assert await acts.commit([change.EndSessions(account_id=WHO, keep="s1")])
        assert [await tokens.find(name) is not None for name in ("a", "b")] == [False, True]

    async def test_every_link_and_ticket_of_one_account_ends(
        self, acts: AccountActs, credentials: Credentials, accounts: AccountStore
    ) -> None:
        bob = sample_account("bob@example.com")
        await accounts.put(ADA)
        await accounts.put(bob)
        for purpose in TokenPurpose:
            await acts.commit([change.IssueToken(token=token(purpose.value, purpose=purpose))])
        await acts.commit([change.IssueToken(token=token("b1", whose=bob.account_id))])
        assert await acts.commit([change.EndTokens(account_id=WHO)])
        assert [await credentials.token(purpose.value, purpose) for purpose in TokenPurpose] == [None] * 4
        assert await credentials.token("b1", PURPOSE) is not None

    async def test_an_act_is_off_if_the_proof_before_it_holds_no_more(
        self, acts: AccountActs, accounts: AccountStore
    ) -> None:
        await accounts.put(ADA)

        async def taken(account_id: str, password_hash: str) -> list[bool]:
            proofs = [
                change.Unchanged(account_id=account_id, password_hash=password_hash, has_factor=has)
                for has in (False, True)
            ]
            return [await acts.commit([one]) for one in proofs]

        assert await taken(WHO, ADA.password_hash) == [True, False]
        await acts.commit([change.PutSecondFactor(factor=FACTOR)])
        assert await taken(WHO, ADA.password_hash) == [True, False]  # it waits for its first code
        await acts.commit([change.ConfirmSecondFactor(account_id=WHO, at=MOMENT, step=7, code_hashes=())])
        assert await taken(WHO, ADA.password_hash) == [False, True]
        assert await taken(WHO, "another") == [False, False]
        assert await taken("nobody", ADA.password_hash) == [False, False]
