"""What a subscriber pays for, as the payment house tells it and as it is kept."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from alpine_core.model.tier import Tier


class SubscriptionState(StrEnum):
    """The payment house's words for where a subscription stands."""

    ACTIVE = "active"
    TRIALING = "trialing"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    CANCELED = "canceled"
    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    PAUSED = "paused"


ENDED = (SubscriptionState.CANCELED, SubscriptionState.INCOMPLETE_EXPIRED)
"""Nothing follows these states, and nothing is charged in them."""


class PaidInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """`amount_cents` in hundredths of `currency` (ISO 4217). The house keeps the invoice itself."""

    invoice_id: str
    amount_cents: int
    currency: str
    paid_at: datetime


class SeenSubscription(msgspec.Struct, frozen=True, kw_only=True):
    """A subscription as the payment house says it is now. `account_id` is what our checkout wrote on it, `install`
    which installation that was; both empty on a subscription that is not ours.

    `tier` by its price, None for a price that no setting names. `paid`: its newest invoice is paid; `invoice` that one.
    `period_end`: until when the present period goes. `next_tier` from `next_at` on, where a change waits.
    """

    subscription_id: str
    customer_id: str
    account_id: str
    install: str
    tier: Tier | None
    state: SubscriptionState
    paid: bool
    period_end: datetime | None = None
    next_tier: Tier | None = None
    next_at: datetime | None = None
    invoice: PaidInvoice | None = None


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A subscription as it is kept. `granted` is the tier that it gives now, FREE for nothing; `tier` the one that is
    asked for. `failed_at`: since when a payment has been missing, None while none is."""

    subscription_id: str
    tier: Tier | None
    state: SubscriptionState
    granted: Tier
    seen_at: datetime
    period_end: datetime | None = None
    next_tier: Tier | None = None
    next_at: datetime | None = None
    failed_at: datetime | None = None


class BillingBook(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of one account. `version` grows with every change; 0: nothing is kept."""

    account_id: str
    version: int = 0
    customer_id: str = ""
    subscriptions: tuple[Subscription, ...] = ()


class PaymentNotice(msgspec.Struct, frozen=True, kw_only=True):
    """What the house tells us that something happened. `subscription_id` is whom to ask about, empty for what is not
    about one."""

    notice_id: str
    kind: str
    subscription_id: str


class CheckoutOrder(msgspec.Struct, frozen=True, kw_only=True):
    """`order_id` is the same when the same order is sent again. `price_cents` a month in hundredths of `currency` is
    what the account was shown; `customer_id` empty for who never paid."""

    order_id: str
    account_id: str
    email: str
    customer_id: str
    tier: Tier
    price_cents: int
    currency: str
    install: str
    paid_url: str
    left_url: str
