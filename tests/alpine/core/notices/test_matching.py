"""What a rule wants, and by which ways its account may be told."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from alpine_core.model import DEFAULT_TERMS, NoticeChannel, NoticeFilter, NoticeRule, Record, RecordKind, Tier
from alpine_core.notices.matching import channels_for, open_channels, passes
from alpine_core.testing import MemoryStore
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import MOMENT, sample_verified
from alpine_core.tiers import Entitlements, SignalView

SIGNAL, OUTCOME = RecordKind.SIGNAL, RecordKind.OUTCOME
IN_APP, EMAIL, WEBHOOK = NoticeChannel


@pytest.fixture
async def view() -> SignalView:
    """A BUY of AAPL with 97.3 in a regime TRENDING, premium."""
    store = MemoryStore()
    await SampleLog().store_in(store, [sample_verified("s1")], MOMENT)
    record: Record = store.records[0]
    found = Entitlements().view_of_record(record, Tier.PREMIUM, MOMENT)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, True),
        ({"symbols": ("AAPL", "MSFT")}, True),
        ({"symbols": ("MSFT",)}, False),
        ({"action": "BUY"}, True),
        ({"action": "SELL"}, False),
        ({"min_confidence": 97.3}, True),
        ({"min_confidence": 97.31}, False),
        ({"regime": "TRENDING"}, True),
        ({"regime": "BULL"}, False),
        ({"premium_only": True}, True),
        ({"events": (OUTCOME,)}, False),
        ({"events": (SIGNAL, OUTCOME)}, True),
        ({"symbols": ("AAPL",), "action": "SELL"}, False),
    ],
)
async def test_a_filter_passes_what_it_names(view: SignalView, wanted: dict[str, Any], expected: bool) -> None:
    assert passes(NoticeFilter(**wanted), SIGNAL, view) is expected


async def test_what_is_not_marked_as_premium_is_not_told_as_premium(view: SignalView) -> None:
    plain = msgspec.structs.replace(view, premium=False)
    assert passes(NoticeFilter(premium_only=True), SIGNAL, plain) is False


@pytest.mark.parametrize(
    ("tier", "ways"),
    [
        (Tier.FREE, {IN_APP}),
        (Tier.BASIC, {IN_APP, EMAIL}),
        (Tier.PREMIUM, {IN_APP, EMAIL, WEBHOOK}),
        (Tier.INSTITUTIONAL, {IN_APP, EMAIL, WEBHOOK}),
    ],
)
def test_the_ways_of_a_tier_are_those_of_its_terms(tier: Tier, ways: set[NoticeChannel]) -> None:
    assert open_channels(DEFAULT_TERMS[tier]) == ways


async def test_several_rules_ask_for_every_way_once_and_get_those_of_the_tier(view: SignalView) -> None:
    def rule(*channels: NoticeChannel, **wanted: Any) -> NoticeRule:
        return NoticeRule(
            rule_id="r", account_id="a", filter=NoticeFilter(**wanted), channels=channels, created_at=MOMENT
        )

    rules = [rule(IN_APP, EMAIL), rule(EMAIL, WEBHOOK, action="BUY"), rule(WEBHOOK, action="SELL")]
    assert channels_for(rules, SIGNAL, view, DEFAULT_TERMS[Tier.PREMIUM]) == {IN_APP, EMAIL, WEBHOOK}
    assert channels_for(rules, SIGNAL, view, DEFAULT_TERMS[Tier.BASIC]) == {IN_APP, EMAIL}
    assert channels_for(rules[2:], SIGNAL, view, DEFAULT_TERMS[Tier.PREMIUM]) == set()
