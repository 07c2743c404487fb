"""Which tier a subscription gives: pure, from what the payment house says now and what was given before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from alpine_core.model.billing import SeenSubscription, Subscription, SubscriptionState
from alpine_core.model.tier import Tier

_RANK = {tier: rank for rank, tier in enumerate(Tier)}
_GOOD = (SubscriptionState.ACTIVE, SubscriptionState.TRIALING)


def standing_of(seen: SeenSubscription, before: Subscription | None, now: datetime, grace: timedelta) -> Subscription:
    """What to keep of it.

    A tier is given once it is paid for. While the invoice of a renewal or of a change is open, what was given before
    stays, never more; after a failed payment it stays for `grace` from when that was first seen. Ended, paused or never
    paid gives FREE. A price that no setting names gives nothing new and takes nothing away: that is our mistake, not
    the payer's.
    """
    failed_at = None
    if seen.state is SubscriptionState.PAST_DUE:
        failed_at = before.failed_at if before is not None and before.failed_at is not None else now
    return Subscription(
        subscription_id=seen.subscription_id,
        tier=seen.tier,
        state=seen.state,
        granted=_granted(seen, before, failed_at, now, grace),
        seen_at=now,
        period_end=seen.period_end,
        next_tier=seen.next_tier,
        next_at=seen.next_at,
        failed_at=failed_at,
    )


def paid_tier(subscriptions: Iterable[Subscription]) -> Tier:
    """The highest that any of them gives; FREE without one."""
    return max((each.granted for each in subscriptions), key=_RANK.__getitem__, default=Tier.FREE)


def _granted(
    seen: SeenSubscription, before: Subscription | None, failed_at: datetime | None, now: datetime, grace: timedelta
) -> Tier:
    held = Tier.FREE if before is None else before.granted
    if seen.state in _GOOD:
        return (seen.tier or held) if seen.paid else _lower(held, seen.tier)
    if failed_at is not None and now < failed_at + grace:
        return _lower(held, seen.tier)
    return Tier.FREE


def _lower(held: Tier, asked: Tier | None) -> Tier:
    return held if asked is None else min(held, asked, key=_RANK.__getitem__)
