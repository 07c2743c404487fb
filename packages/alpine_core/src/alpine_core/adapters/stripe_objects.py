"""Stripe's JSON in our words; the one place that knows its shapes (API version 2026-10-28.endive)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from alpine_core.errors import PaymentAway
from alpine_core.model.billing import PaidInvoice, PaymentNotice, SeenSubscription, SubscriptionState
from alpine_core.model.tier import Tier


class _Price(msgspec.Struct):
    id: str


class _Item(msgspec.Struct):
    price: _Price
    current_period_end: int | None = None


class _Items(msgspec.Struct):
    data: list[_Item]


class _Transitions(msgspec.Struct):
    paid_at: int | None = None


class _Invoice(msgspec.Struct):
    id: str
    status: str | None = None
    amount_paid: int = 0
    currency: str = ""
    created: int = 0
    status_transitions: _Transitions = msgspec.field(default_factory=_Transitions)


class _PhaseItem(msgspec.Struct):
    price: str


class _Phase(msgspec.Struct):
    start_date: int
    items: list[_PhaseItem]


class _Schedule(msgspec.Struct):
    phases: list[_Phase] = []


class _Subscription(msgspec.Struct):
    id: str
    customer: str
    status: SubscriptionState
    items: _Items
    metadata: dict[str, str] = {}
    cancel_at: int | None = None
    cancel_at_period_end: bool = False
    current_period_end: int | None = None
    latest_invoice: _Invoice | None = None
    schedule: _Schedule | None = None


EXPANDED = ("latest_invoice", "schedule")
"""What `read_subscription` needs expanded."""


def read_subscription(raw: bytes, tiers: Mapping[str, Tier], now: datetime) -> SeenSubscription:
    """A subscription with `EXPANDED` in it. `tiers` by the ids of their prices. Raises PaymentAway."""
    try:
        found = msgspec.json.decode(raw, type=_Subscription)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PaymentAway(f"the payment house answered with a subscription that cannot be read: {error}") from error
    first = found.items.data[0] if found.items.data else None
    ends = [item.current_period_end for item in found.items.data if item.current_period_end is not None]
    end = min(ends, default=found.current_period_end)
    next_tier, next_at = _change(found, end, tiers, now)
    invoice = found.latest_invoice
    paid = invoice is not None and invoice.status == "paid"
    return SeenSubscription(
        subscription_id=found.id,
        customer_id=found.customer,
        account_id=found.metadata.get("account_id", ""),
        install=found.metadata.get("install", ""),
        tier=None if first is None else tiers.get(first.price.id),
        state=found.status,
        paid=paid,
        period_end=_moment(end),
        next_tier=next_tier,
        next_at=next_at,
        invoice=_paid(invoice) if invoice is not None and paid else None,
    )


def _change(
    found: _Subscription, end: int | None, tiers: Mapping[str, Tier], now: datetime
) -> tuple[Tier | None, datetime | None]:
    """What waits: an end, or the next phase of a schedule."""
    if found.status is SubscriptionState.CANCELED:
        return None, None
    if found.cancel_at_period_end or found.cancel_at is not None:
        return Tier.FREE, _moment(found.cancel_at or end)
    phases = [] if found.schedule is None else found.schedule.phases
    following = [phase for phase in phases if phase.start_date > now.timestamp() and phase.items]
    if not following:
        return None, None
    first = min(following, key=lambda phase: phase.start_date)
    return tiers.get(first.items[0].price), _moment(first.start_date)


def _paid(invoice: _Invoice) -> PaidInvoice:
    at = _moment(invoice.status_transitions.paid_at or invoice.created)
    return PaidInvoice(
        invoice_id=invoice.id,
        amount_cents=invoice.amount_paid,
        currency=invoice.currency.upper(),
        paid_at=at or datetime.fromtimestamp(0, UTC),
    )


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def read_notice(raw: bytes) -> PaymentNotice:
    """An event: which subscription it is about. Raises msgspec.DecodeError, UnicodeDecodeError."""
    event = msgspec.json.decode(raw, type=_Event)
    return PaymentNotice(notice_id=event.id, kind=event.type, subscription_id=_about(event))


class _Data(msgspec.Struct):
    object: dict[str, Any]


class _Event(msgspec.Struct):
    id: str
    type: str
    data: _Data


def _about(event: _Event) -> str:
    it = event.data.object
    if event.type.startswith("customer.subscription."):
        return _text(it.get("id"))
    if event.type.startswith("checkout.session."):
        return _text(it.get("subscription"))
    if not event.type.startswith("invoice."):
        return ""
    # Before the version "basil" of 2025 it stood on the invoice itself.
    parent = it.get("parent")
    details = parent.get("subscription_details") if isinstance(parent, dict) else None
    of_parent = details.get("subscription") if isinstance(details, dict) else None
    return _text(of_parent) or _text(it.get("subscription"))


def _text(value: object) -> str:
    """An id, or that of an expanded object; empty for anything else."""
    named = value.get("id") if isinstance(value, dict) else value
    return named if isinstance(named, str) else ""
