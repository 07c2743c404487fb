"""What is kept of payments and how accounts are changed as a whole, whoever keeps it.

Fixtures, all empty and over the same storage: `acts`, `accounts` (an AccountShelf too, as `account_shelf`), `sessions`,
`outbox`, `billing`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from alpine_core.model import account_change as change
from alpine_core.model.account import Account, AccountQuery, Role, Session
from alpine_core.model.billing import BillingBook, PaidInvoice, Subscription, SubscriptionState
from alpine_core.model.mail import Mail
from alpine_core.model.tier import Tier
from alpine_core.ports import AccountActs, AccountShelf, AccountStore, BillingShelf, MailShelf, SessionStore
from alpine_core.testing.samples import MOMENT, sample_account

DAY = timedelta(days=1)
ADA = sample_account("ada@example.com")
EVE = sample_account("eve_1@example.com")
WHO = ADA.account_id
RUNS = Subscription(
    subscription_id="sub_1",
    tier=Tier.PREMIUM,
    state=SubscriptionState.ACTIVE,
    granted=Tier.PREMIUM,
    seen_at=MOMENT,
    period_end=MOMENT + 30 * DAY,
)
INVOICE = PaidInvoice(invoice_id="in_1", amount_cents=4900, currency="USD", paid_at=MOMENT)


def admin(account: Account, **changed: object) -> Account:
    return msgspec.structs.replace(account, role=Role.ADMIN, **changed)


def put(version: int, kept: Subscription = RUNS, **changed: object) -> change.PutSubscription:
    known = change.PutSubscription(account_id=WHO, version=version, customer_id="cus_1", subscription=kept)
    return msgspec.structs.replace(known, **changed)


class BillingContract:
    async def test_a_book_is_kept_whole_and_grows_by_version(
        self, acts: AccountActs, accounts: AccountStore, billing: BillingShelf
    ) -> None:
        await accounts.put(ADA)
        assert await billing.book(WHO) == BillingBook(account_id=WHO)
        waits = msgspec.structs.replace(
            RUNS, subscription_id="sub_2", tier=None, next_tier=Tier.BASIC, next_at=MOMENT + DAY, failed_at=MOMENT
        )
        assert await acts.commit([put(0, invoice=INVOICE)])
        assert await acts.commit([put(1, waits, invoice=INVOICE)])
        assert await billing.book(WHO) == BillingBook(
            account_id=WHO, version=2, customer_id="cus_1", subscriptions=(RUNS, waits)
        )
        assert await billing.invoices(WHO, 9) == (INVOICE,)

    async def test_of_two_who_looked_at_one_version_the_second_is_off(
        self, acts: AccountActs, accounts: AccountStore, billing: BillingShelf
    ) -> None:
        await accounts.put(ADA)
        ended = msgspec.structs.replace(RUNS, state=SubscriptionState.CANCELED, granted=Tier.FREE)
        assert await acts.commit([put(0)])
        tier = change.SetTier(account_id=WHO, tier=Tier.FREE)
        assert not await acts.commit([tier, put(0, ended)])
        assert await accounts.by_account_id(WHO) == ADA
        assert (await billing.book(WHO)).subscriptions == (RUNS,)
        assert not await acts.commit([put(0, account_id="nobody")])

    async def test_a_notice_is_taken_once(self, acts: AccountActs, billing: BillingShelf) -> None:
        notice = change.TakeNotice(notice_id="evt_1", kind="invoice.paid", at=MOMENT)
        taken = [await billing.taken("evt_1"), await acts.commit([notice]), await billing.taken("evt_1")]
        assert (taken, await acts.commit([notice])) == ([False, True, True], False)

    async def test_what_should_be_looked_at_is_due_and_what_has_ended_is_not(
        self, acts: AccountActs, accounts: AccountStore, billing: BillingShelf
    ) -> None:
        await accounts.put(ADA)
        changed: list[dict[str, Any]] = [
            {"subscription_id": "later"},
            {"subscription_id": "failed", "failed_at": MOMENT, "seen_at": MOMENT + DAY},
            {"subscription_id": "over", "period_end": MOMENT - DAY},
            {"subscription_id": "waits", "next_at": MOMENT - DAY, "seen_at": MOMENT - DAY},
            {"subscription_id": "ended", "period_end": MOMENT - DAY, "state": SubscriptionState.CANCELED},
        ]
        for version, each in enumerate(changed):
            assert await acts.commit([put(version, msgspec.structs.replace(RUNS, **each))])
        assert await billing.due(MOMENT, 9) == ("waits", "over", "failed")
        assert await billing.due(MOMENT, 1) == ("waits",)


class WholeAccountContract:
    async def test_a_tier_is_set_alone(self, acts: AccountActs, accounts: AccountStore) -> None:
        await accounts.put(ADA)
        await acts.commit([change.SetDisplayName(account_id=WHO, display_name="Ada")])
        assert await acts.commit([change.SetTier(account_id=WHO, tier=Tier.BASIC)])
        assert await accounts.by_account_id(WHO) == msgspec.structs.replace(ADA, display_name="Ada", tier=Tier.BASIC)
        assert not await acts.commit([change.SetTier(account_id="nobody", tier=Tier.BASIC)])

    @pytest.mark.parametrize(
        "act",
        [
            change.SetRole(account_id=WHO, role=Role.SUPPORT),
            change.SetLock(account_id=WHO, at=MOMENT),
            change.DeleteAccount(account_id=WHO),
        ],
    )
    async def test_the_last_administrator_who_can_sign_in_stays(
        self, acts: AccountActs, accounts: AccountStore, act: change.AccountChange
    ) -> None:
        await accounts.put(admin(ADA))
        await accounts.put(admin(EVE, locked_at=MOMENT))
        assert not await acts.commit([act])
        assert await accounts.by_account_id(WHO) == admin(ADA)
        assert await acts.commit([change.SetLock(account_id=EVE.account_id, at=None)])
        assert await acts.commit([act])

    async def test_a_subscriber_goes_with_what_hangs_on_the_account_and_invoices_stay(
        self,
        acts: AccountActs,
        accounts: AccountStore,
        sessions: SessionStore,
        outbox: MailShelf,
        billing: BillingShelf,
    ) -> None:
        await accounts.put(ADA)
        await accounts.put(EVE)
        session = Session(token_hash="h", account_id=WHO, created_at=MOMENT, expires_at=MOMENT + DAY)
        mails: list[change.AccountChange] = [
            change.QueueMail(mail=Mail(message_id=to, recipient=to, subject="s", text="t", html="h"), at=MOMENT)
            for to in (ADA.email, EVE.email)
        ]
        await acts.commit([change.AddSession(session=session), put(0, invoice=INVOICE), *mails])
        assert [one.mail.recipient for one in await outbox.to(ADA.email)] == [ADA.email]
        gone: list[change.AccountChange] = [
            change.DeleteAccount(account_id=WHO),
            change.EraseMails(recipient=ADA.email),
        ]
        assert await acts.commit(gone)
        assert (await accounts.by_account_id(WHO), await sessions.find("h")) == (None, None)
        assert [one.mail.recipient for one in await outbox.mails(None, 9)] == [EVE.email]
        assert await billing.book(WHO) == BillingBook(account_id=WHO)
        assert await billing.invoices(WHO, 9) == (INVOICE,)
        assert not await acts.commit(gone)

    async def test_accounts_are_found_by_what_they_are(
        self, acts: AccountActs, accounts: AccountStore, account_shelf: AccountShelf
    ) -> None:
        locked = msgspec.structs.replace(EVE, tier=Tier.BASIC, locked_at=MOMENT)
        for each in (admin(ADA), locked, sample_account("eveX1@example.com".lower())):
            await accounts.put(each)

        async def found(**asked: Any) -> list[str]:
            return [each.email for each in await account_shelf.find(AccountQuery(**asked))]

        assert await found() == ["ada@example.com", "eve_1@example.com", "evex1@example.com"]
        assert await found(search="EVE_1") == ["eve_1@example.com"]
        assert await found(search="%") == []
        assert await found(tier=Tier.BASIC) == ["eve_1@example.com"]
        assert await found(role=Role.ADMIN) == ["ada@example.com"]
        assert await found(locked=True) == ["eve_1@example.com"]
        assert await found(locked=False, limit=1) == ["ada@example.com"]
        assert await found(after="ada@example.com", limit=1) == ["eve_1@example.com"]
        assert (await account_shelf.find(AccountQuery(locked=True))) == (locked,)
        counted = {Tier.FREE: 0, Tier.BASIC: 1, Tier.PREMIUM: 2, Tier.INSTITUTIONAL: 0}
        assert await account_shelf.count_by_tier() == counted
