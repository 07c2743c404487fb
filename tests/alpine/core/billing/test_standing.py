"""Which tier a subscription gives: what is paid, what is held over, what is taken."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpine_core.billing import paid_tier, standing_of
from alpine_core.model import SeenSubscription, Subscription, SubscriptionState, Tier
from alpine_core.testing.samples import MOMENT

GRACE = timedelta(days=7)
S = SubscriptionState


def seen(state: S, tier: Tier | None = Tier.PREMIUM, *, paid: bool = True) -> SeenSubscription:
    return SeenSubscription(
        subscription_id="s", customer_id="c", account_id="a", install="i", tier=tier, state=state, paid=paid
    )


def held(granted: Tier, failed_days: float | None = None) -> Subscription:
    failed_at = None if failed_days is None else MOMENT - timedelta(days=failed_days)
    return Subscription(
        subscription_id="s", tier=granted, state=S.ACTIVE, granted=granted, seen_at=MOMENT, failed_at=failed_at
    )


@pytest.mark.parametrize(
    ("now", "before", "granted"),
    [
        (seen(S.ACTIVE), None, Tier.PREMIUM),
        (seen(S.ACTIVE, paid=False), None, Tier.FREE),
        (seen(S.ACTIVE, paid=False), held(Tier.PREMIUM), Tier.PREMIUM),
        (seen(S.ACTIVE, paid=False), held(Tier.BASIC), Tier.BASIC),
        (seen(S.ACTIVE, Tier.BASIC, paid=False), held(Tier.PREMIUM), Tier.BASIC),
        (seen(S.INCOMPLETE, paid=False), None, Tier.FREE),
        (seen(S.PAST_DUE, paid=False), held(Tier.PREMIUM), Tier.PREMIUM),
        (seen(S.PAST_DUE, paid=False), held(Tier.PREMIUM, 6.99), Tier.PREMIUM),
        (seen(S.PAST_DUE, paid=False), held(Tier.PREMIUM, 7), Tier.FREE),
        (seen(S.PAST_DUE, paid=False), None, Tier.FREE),
        (seen(S.CANCELED), held(Tier.PREMIUM), Tier.FREE),
        (seen(S.UNPAID, paid=False), held(Tier.PREMIUM), Tier.FREE),
        (seen(S.PAUSED), held(Tier.PREMIUM), Tier.FREE),
        (seen(S.ACTIVE, None), held(Tier.PREMIUM), Tier.PREMIUM),
        (seen(S.ACTIVE, None), None, Tier.FREE),
    ],
)
def test_a_tier_is_given_for_what_is_paid_and_held_for_the_days_of_grace(
    now: SeenSubscription, before: Subscription | None, granted: Tier
) -> None:
    assert standing_of(now, before, MOMENT, GRACE).granted is granted


def test_a_missing_payment_counts_from_when_it_was_first_seen() -> None:
    first = standing_of(seen(S.PAST_DUE, paid=False), held(Tier.PREMIUM), MOMENT, GRACE)
    again = standing_of(seen(S.PAST_DUE, paid=False), first, MOMENT + timedelta(days=6), GRACE)
    assert (first.failed_at, again.failed_at) == (MOMENT, MOMENT)
    assert standing_of(seen(S.ACTIVE), again, MOMENT + timedelta(days=6), GRACE).failed_at is None


@given(st.lists(st.tuples(st.sampled_from(S), st.sampled_from(Tier), st.booleans()), max_size=8))
def test_nothing_is_given_before_anything_was_paid_for_it(story: list[tuple[S, Tier, bool]]) -> None:
    order = list(Tier)
    kept, most = None, 0
    for state, tier, paid in story:
        most = max(most, order.index(tier) if paid else 0)
        kept = standing_of(seen(state, tier, paid=paid), kept, MOMENT, GRACE)
        assert order.index(kept.granted) <= most


def test_of_several_the_highest_counts() -> None:
    assert paid_tier([held(Tier.BASIC), held(Tier.INSTITUTIONAL), held(Tier.FREE)]) is Tier.INSTITUTIONAL
    assert paid_tier([]) is Tier.FREE
