"""Buying a tier, and keeping the account's tier at what is paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from alpine_core.billing.standing import paid_tier, standing_of
from alpine_core.errors import AccountRefused, PaymentAway, StoreError
from alpine_core.model.account import Account
from alpine_core.model.account_change import AccountChange, PutSubscription, RecordEvent, SetTier, TakeNotice
from alpine_core.model.billing import (
    ENDED,
    BillingBook,
    CheckoutOrder,
    PaidInvoice,
    PaymentNotice,
    SeenSubscription,
    Subscription,
)
from alpine_core.model.security_event import SecurityEvent, SecurityKind
from alpine_core.model.tier import Tier, TierTerms
from alpine_core.ports.account_acts import AccountActs
from alpine_core.ports.account_store import AccountStore
from alpine_core.ports.billing_shelf import BillingShelf
from alpine_core.ports.clock import Clock
from alpine_core.ports.payment_house import PaymentHouse

DEFAULT_GRACE = timedelta(days=7)
INVOICES = 24
DUE = 100
_TRIES = 5
NO_HOUSE = "nothing is sold here: an administrator sets the tier by hand, ask us"
NO_CUSTOMER = "there is nothing to manage yet: nothing was ever paid from this account"
SUBSCRIBED = "there is a subscription already: change it on the payment pages"


class Taken(StrEnum):
    """What became of a notice."""

    APPLIED = "applied"
    REPEATED = "repeated"
    IGNORED = "ignored"


class BillingState(msgspec.Struct, frozen=True, kw_only=True):
    """What an account's page shows. `sold`: the tiers that can be bought now, none without a payment house.

    `selling`: whether there is one. `portal`: whether the house has pages for this account.
    `subscriptions`: those that have not ended.
    """

    tier: Tier
    selling: bool
    sold: tuple[Tier, ...]
    portal: bool
    subscriptions: tuple[Subscription, ...]
    invoices: tuple[PaidInvoice, ...]
    grace_days: float


class Billing:
    """`house` None: nothing is sold, tiers are set by hand. `new_id` gives a fresh text at each call; `base_url` is
    where our pages are and, on a subscription, which installation sold it. Raises StoreError, PaymentAway."""

    def __init__(
        self,
        house: PaymentHouse | None,
        shelf: BillingShelf,
        acts: AccountActs,
        accounts: AccountStore,
        clock: Clock,
        *,
        new_id: Callable[[], str],
        base_url: str,
        grace: timedelta = DEFAULT_GRACE,
    ) -> None:
        self._house, self._shelf, self._acts, self._accounts, self._clock = house, shelf, acts, accounts, clock
        self._new_id, self._base_url, self._grace = new_id, base_url, grace

    async def state(self, account: Account) -> BillingState:
        """Where the account stands."""
        book = await self._shelf.book(account.account_id)
        living = tuple(each for each in book.subscriptions if each.state not in ENDED)
        sold = frozenset() if self._house is None or living else self._house.sold
        return BillingState(
            tier=account.tier,
            selling=self._house is not None,
            sold=tuple(tier for tier in Tier if tier in sold),
            portal=self._house is not None and bool(book.customer_id),
            subscriptions=living,
            invoices=await self._shelf.invoices(account.account_id, INVOICES),
            grace_days=self._grace / timedelta(days=1),
        )

    async def checkout(self, account: Account, terms: TierTerms) -> str:
        """The address where the tier of these terms is paid; the account's tier changes when it is paid, not before.

        Raises AccountRefused: `no_payments`, `not_sold`, `subscribed`, `price_differs`.
        """
        house = self._required()
        book = await self._shelf.book(account.account_id)
        if any(each.state not in ENDED for each in book.subscriptions):
            raise AccountRefused("subscribed", SUBSCRIBED)
        if terms.tier not in house.sold or not terms.price_cents:
            raise AccountRefused("not_sold", f"{terms.name or terms.tier.value} is not sold on these pages: ask us")
        page = f"{self._base_url}/account/billing"
        order = CheckoutOrder(
            order_id=self._new_id(),
            account_id=account.account_id,
            email=account.email,
            customer_id=book.customer_id,
            tier=terms.tier,
            price_cents=terms.price_cents,
            currency=terms.currency,
            install=self._base_url,
            paid_url=f"{page}?done=paid",
            left_url=f"{page}?done=left",
        )
        return await house.checkout(order)

    async def portal(self, account: Account) -> str:
        """The address of the house's pages for this account. Raises AccountRefused `no_payments`, `no_customer`."""
        house = self._required()
        book = await self._shelf.book(account.account_id)
        if not book.customer_id:
            raise AccountRefused("no_customer", NO_CUSTOMER)
        return await house.portal(book.customer_id, f"{self._base_url}/account/billing")

    async def take(self, notice: PaymentNotice) -> Taken:
        """Deal with a notice: durable when this returns. What it says is not believed, the house is asked for what is
        now; so notices may come twice, late, and in any order."""
        if await self._shelf.taken(notice.notice_id):
            return Taken.REPEATED
        mark = TakeNotice(notice_id=notice.notice_id, kind=notice.kind, at=self._clock.now())
        if notice.subscription_id:
            return await self._look(notice.subscription_id, mark)
        return Taken.IGNORED if await self._acts.commit([mark]) else Taken.REPEATED

    async def look_again(self) -> int:
        """Ask for what is due: a missing payment, a period that has ended; how many were. To be called again and again:
        grace ends by it, and what no notice told comes to light."""
        due = () if self._house is None else await self._shelf.due(self._clock.now(), DUE)
        for subscription_id in due:
            await self._look(subscription_id, None)
        return len(due)

    async def end(self, account: Account) -> None:
        """Cancel everything that the account would pay for further."""
        book = await self._shelf.book(account.account_id)
        for each in book.subscriptions:
            if each.state in ENDED:
                continue
            if self._house is None:
                raise PaymentAway("a subscription runs and the payment house is not set up here: ask an operator")
            await self._house.cancel(each.subscription_id)

    async def _look(self, subscription_id: str, mark: TakeNotice | None) -> Taken:
        marks: list[AccountChange] = [] if mark is None else [mark]
        for _ in range(_TRIES):
            # The book first, the house after it: who commits later than another has asked later, too.
            seen = await self._required().subscription(subscription_id)
            book = await self._shelf.book(seen.account_id) if seen is not None else None
            if book is not None and book.version:
                seen = await self._required().subscription(subscription_id)
            account = None if seen is None else await self._accounts.by_account_id(seen.account_id)
            if seen is None or book is None or account is None:
                return await self._ownerless(seen, marks)
            changes = [*marks, *self._changes(account, book, seen)]
            if await self._acts.commit(changes):
                return Taken.APPLIED
            if mark is not None and await self._shelf.taken(mark.notice_id):
                return Taken.REPEATED
        raise StoreError("a subscription changed again and again while it was looked at: try again")

    def _changes(self, account: Account, book: BillingBook, seen: SeenSubscription) -> list[AccountChange]:
        now = self._clock.now()
        kept = {each.subscription_id: each for each in book.subscriptions}
        before = paid_tier(kept.values())
        fresh = standing_of(seen, kept.get(seen.subscription_id), now, self._grace)
        kept[seen.subscription_id] = fresh
        after = paid_tier(kept.values())
        put = PutSubscription(
            account_id=account.account_id,
            version=book.version,
            customer_id=seen.customer_id,
            subscription=fresh,
            invoice=seen.invoice,
        )
        # What an administrator set by hand holds until what is paid changes.
        if after is before or after is account.tier:
            return [put]
        return [put, SetTier(account_id=account.account_id, tier=after), _told(account, after, fresh, now)]

    async def _ownerless(self, seen: SeenSubscription | None, marks: list[AccountChange]) -> Taken:
        """Nobody's here. One that we sold to an account that is gone must not go on being charged."""
        if seen is not None and seen.account_id and seen.install == self._base_url and seen.state not in ENDED:
            await self._required().cancel(seen.subscription_id)
        return Taken.IGNORED if not marks or await self._acts.commit(marks) else Taken.REPEATED

    def _required(self) -> PaymentHouse:
        if self._house is None:
            raise AccountRefused("no_payments", NO_HOUSE)
        return self._house


def _told(account: Account, after: Tier, fresh: Subscription, now: datetime) -> RecordEvent:
    detail = f"{account.tier.value} to {after.value}: subscription {fresh.state.value}"
    return RecordEvent(
        event=SecurityEvent(
            account_id=account.account_id, actor_id=None, kind=SecurityKind.TIER_CHANGED, at=now, detail=detail
        )
    )
