"""Terms are data: an operator's changes over the defaults, checked as a whole, the same row for everybody."""

from __future__ import annotations

import msgspec
import pytest

from alpine_core.errors import OperatorError
from alpine_core.model import DEFAULT_TERMS, AlertChannel, ApiScope, Tier
from alpine_core.testing.fixed_clock import FixedClock
from alpine_core.testing.memory_security_log import MemorySecurityLog
from alpine_core.testing.memory_terms import MemoryTerms
from alpine_core.tiers import Entitlements, TermsBook


def book(shelf: MemoryTerms) -> TermsBook:
    return TermsBook(DEFAULT_TERMS, Entitlements(), shelf, FixedClock())


def test_the_defaults_are_those_of_the_price_list() -> None:
    rows = [DEFAULT_TERMS[tier] for tier in Tier]
    assert [(row.api_per_minute, row.api_scopes) for row in rows] == [
        (0, ()),
        (60, (ApiScope.READ,)),
        (600, (ApiScope.READ,)),
        (6000, (ApiScope.READ, ApiScope.WEBHOOKS)),
    ]
    assert [row.alerts for row in rows] == [
        (),
        (AlertChannel.EMAIL,),
        (AlertChannel.EMAIL, AlertChannel.WEBHOOK),
        (AlertChannel.EMAIL, AlertChannel.WEBHOOK),
    ]
    assert [row.price_cents for row in rows] == [0, None, None, None]


async def test_a_change_holds_at_once_here_and_after_a_look_elsewhere() -> None:
    shelf = MemoryTerms()
    here, elsewhere = book(shelf), book(shelf)
    row = await here.change(Tier.BASIC, {"price_cents": "2900", "currency": "EUR", "points": "One; Two", "name": "B"})
    assert (row.price_cents, row.currency, row.points, row.name) == (2900, "EUR", ("One", "Two"), "B")
    assert here.entitlements.terms(Tier.BASIC) is row
    assert elsewhere.entitlements.terms(Tier.BASIC).price_cents is None
    assert [await elsewhere.read_on(), await elsewhere.read_on()] == [True, False]
    assert elsewhere.entitlements.terms(Tier.BASIC) == row
    later = await elsewhere.change(Tier.BASIC, {"price_cents": "none"})
    assert (later.price_cents, later.currency) == (None, "EUR")


async def test_every_change_is_in_the_security_log() -> None:
    log = MemorySecurityLog()
    await book(MemoryTerms(log)).change(Tier.PREMIUM, {"price_cents": "9900", "name": "Pro"}, "root")
    events = (await log.page()).items
    assert [(each.kind, each.actor_id, each.detail) for each in events] == [
        ("terms_changed", "root", 'premium.name = "Pro"'),
        ("terms_changed", "root", "premium.price_cents = 9900"),
    ]


@pytest.mark.parametrize(
    ("tier", "given", "told"),
    [
        (Tier.BASIC, {"gold": "1"}, "the terms have no 'gold'"),
        (Tier.BASIC, {"tier": "free"}, "the terms have no 'tier'"),
        (Tier.BASIC, {"price_cents": "-1"}, "price_cents"),
        (Tier.BASIC, {"price_cents": "12.50"}, "price_cents"),
        (Tier.BASIC, {"currency": "euro"}, "currency"),
        (Tier.BASIC, {"api_scopes": "read; everything"}, "api_scopes"),
        (Tier.BASIC, {"live_below_confidence": "101"}, "live_below_confidence"),
        (Tier.BASIC, {"api_per_minute": "601"}, "premium could do less than basic"),
        (Tier.PREMIUM, {"alerts": "none"}, "premium could do less than basic"),
        (Tier.PREMIUM, {"delay_seconds": "99999999"}, "premium would see less than basic"),
        (Tier.FREE, {"price_cents": "100"}, "the tier free has no price"),
        (Tier.FREE, {"api_scopes": "read"}, "api_scopes need api_per_minute"),
        (Tier.PREMIUM, {"name": "Pro", "history_days": "1"}, "premium would see less than basic"),
    ],
)
async def test_a_change_that_cannot_be_leaves_everything_as_it_was(
    tier: Tier, given: dict[str, str], told: str
) -> None:
    log = MemorySecurityLog()
    shelf = MemoryTerms(log)
    terms = book(shelf)
    with pytest.raises(OperatorError, match=told):
        await terms.change(tier, given)
    assert (await shelf.changes(), (await log.page()).items) == ((), ())
    assert [terms.entitlements.terms(each) for each in Tier] == [DEFAULT_TERMS[each] for each in Tier]


async def test_a_change_that_does_not_fit_other_defaults_is_refused_and_nothing_moves() -> None:
    shelf = MemoryTerms()
    await book(shelf).change(Tier.INSTITUTIONAL, {"api_per_minute": "700"})
    premium = msgspec.structs.replace(DEFAULT_TERMS[Tier.PREMIUM], api_per_minute=800)
    busy = {**DEFAULT_TERMS, Tier.PREMIUM: premium}
    other = TermsBook(busy, Entitlements(busy), shelf, FixedClock())
    with pytest.raises(OperatorError, match="institutional could do less than premium"):
        await other.read_on()
    assert other.entitlements.terms(Tier.INSTITUTIONAL).api_per_minute == 6000
