"""The market of now: the primary's head start, its fallback, and no vendor's fault failing a view."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import numpy as np
import pytest

from argo_core.errors import ConfigError, SourceError
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.source import Group, SourceSpec
from argo_core.model.vote import Absence
from argo_core.pipeline.live_feed import LiveFeed, RaceRules
from argo_core.pipeline.vendor_market import VendorMarket
from argo_core.sources import price_action
from argo_core.sources.market_source import MarketSource
from argo_core.testing.fixed_clock import FixedClock
from tests.argo.pipeline.market_parts import NOON, RULES, DrivenVendor, rising

HASTE = RaceRules(head_start_seconds=0.05, deadline_seconds=0.3)
PATIENCE = RaceRules(head_start_seconds=30.0, deadline_seconds=60.0)


class Vendors:
    """A primary, a fallback and a third, with the same history and prices of their own."""

    def __init__(self, rules: RaceRules) -> None:
        self.clock = FixedClock(NOON + timedelta(seconds=5))
        self.primary, self.fallback, self.third = DrivenVendor("alpaca_pro"), DrivenVendor("massive"), DrivenVendor("y")
        for vendor, price in ((self.primary, 101.0), (self.fallback, 102.0), (self.third, 103.0)):
            vendor.history = {symbol: rising(symbol, NOON - timedelta(days=5), NOON) for symbol in "AB"}
            for symbol in "AB":
                vendor.tell(symbol, price, NOON + timedelta(seconds=4))
        self.markets = [VendorMarket(each, RULES, self.clock) for each in (self.primary, self.fallback, self.third)]
        self.feed = LiveFeed(self.markets[:2], self.markets[2:], self.clock, rules, "live")

    def stand_still(self, symbol: str) -> None:
        """The primary has heard nothing of it for a little more than five minutes."""
        self.primary.history[symbol] = rising(symbol, NOON - timedelta(days=5), NOON - timedelta(minutes=15))
        self.primary.tell(symbol, 101.0, NOON - timedelta(seconds=296))

    def reason(self, position: int) -> str | None:
        failure = self.markets[position].failure
        return None if failure is None else failure.reason


async def test_a_primary_within_its_head_start_wins_and_the_fallback_is_not_asked() -> None:
    vendors = Vendors(PATIENCE)
    view = await vendors.feed.view(["A", "B"])
    assert view.price.tolist() == [101.0, 101.0]
    assert (vendors.fallback.price_calls, vendors.reason(0), vendors.reason(1)) == (0, None, "RACE_LOST")


async def test_a_primary_that_fails_is_replaced_at_once() -> None:
    vendors = Vendors(PATIENCE)
    vendors.primary.failure = SourceError("BREAKER_OPEN", "alpaca_pro is not asked for 60 s")
    view = await vendors.feed.view(["A", "B"])
    assert view.price.tolist() == [102.0, 102.0]
    assert (vendors.reason(0), vendors.reason(1)) == ("BREAKER_OPEN", None)


async def test_while_the_primary_fails_the_price_is_the_fallbacks_however_young_the_primarys_is() -> None:
    vendors = Vendors(PATIENCE)
    await vendors.feed.view(["A"])
    vendors.clock.advance(timedelta(minutes=4))
    vendors.primary.failure = SourceError("VENDOR_ERROR", "500")
    vendors.fallback.tell("A", 96.0, vendors.clock.now())
    view = await vendors.feed.view(["A"])
    assert (view.price.tolist(), view.age_seconds().tolist()) == ([96.0], [0.0])


async def test_a_primary_that_lost_the_race_does_not_lend_its_old_price() -> None:
    vendors = Vendors(RaceRules(head_start_seconds=0.05, deadline_seconds=30.0))
    await vendors.feed.view(["A"])
    vendors.clock.advance(timedelta(minutes=1))
    vendors.primary.gate.clear()
    vendors.fallback.tell("A", 96.0, vendors.clock.now())
    assert (await vendors.feed.view(["A"])).price.tolist() == [96.0]


async def test_when_all_fail_the_newest_price_counts_whoever_told_it() -> None:
    vendors = Vendors(PATIENCE)
    vendors.primary.failure = SourceError("VENDOR_ERROR", "500")
    vendors.fallback.tell("A", 102.0, NOON + timedelta(seconds=5))
    await vendors.feed.view(["A"])
    vendors.primary.failure = None
    vendors.primary.tell("A", 101.0, NOON + timedelta(seconds=4))
    await vendors.feed.view(["A"])
    vendors.primary.failure = vendors.fallback.failure = SourceError("VENDOR_ERROR", "500")
    assert (await vendors.feed.view(["A"])).price.tolist() == [102.0]


async def test_a_view_says_whether_a_vendor_answered_for_it() -> None:
    vendors = Vendors(PATIENCE)
    vendors.primary.failure = SourceError("VENDOR_ERROR", "500")
    assert (await vendors.feed.view(["A"])).answered is True
    vendors.fallback.failure = SourceError("BREAKER_OPEN", "massive is not asked for 60 s")
    view = await vendors.feed.view(["A"])
    assert (view.answered, view.first(1).answered, view.of_rows(np.array([0])).answered) == (False, False, False)
    vendors.primary.failure = None
    assert (await vendors.feed.view(["A"])).answered is True


async def test_a_symbol_whose_bars_have_stopped_is_taken_from_the_fallback() -> None:
    vendors = Vendors(PATIENCE)
    vendors.primary.history["A"] = rising("A", NOON - timedelta(days=5), NOON - timedelta(hours=1))
    view = await vendors.feed.view(["A", "B"])
    assert view.price.tolist() == [102.0, 101.0]
    assert view.bars[0].known_at == NOON


async def test_a_symbol_whose_price_stands_still_is_asked_for_at_the_fallback_alone() -> None:
    vendors = Vendors(PATIENCE)
    vendors.stand_still("B")
    view = await vendors.feed.view(["A", "B"])
    assert view.price.tolist() == [101.0, 102.0]
    assert {symbols for symbols, _, _ in vendors.fallback.asked} == {("B",)}
    assert (vendors.reason(0), vendors.reason(1)) == (None, None)


async def test_a_fallback_that_hangs_over_a_stale_symbol_costs_its_head_start_only() -> None:
    vendors = Vendors(RaceRules(head_start_seconds=0.05, deadline_seconds=60.0))
    vendors.stand_still("B")
    vendors.fallback.gate.clear()
    view = await asyncio.wait_for(vendors.feed.view(["A", "B"]), 5.0)
    assert view.price.tolist() == [101.0, 101.0]
    assert (vendors.reason(0), vendors.reason(1)) == (None, "RACE_LOST")


async def test_a_primary_that_is_slower_than_its_head_start_races_and_the_loser_is_cancelled() -> None:
    vendors = Vendors(RaceRules(head_start_seconds=0.05, deadline_seconds=30.0))
    vendors.primary.gate.clear()
    view = await vendors.feed.view(["A"])
    assert view.price.tolist() == [102.0]
    assert vendors.reason(0) == "RACE_LOST"
    vendors.primary.gate.set()
    await asyncio.sleep(0)
    assert vendors.reason(0) == "RACE_LOST"


async def test_when_nobody_answers_the_view_shows_what_is_known_and_no_price_is_invented() -> None:
    vendors = Vendors(HASTE)
    vendors.primary.gate.clear()
    vendors.fallback.gate.clear()
    view = await vendors.feed.view(["A"])
    assert np.isnan(view.price).all()
    assert (vendors.reason(0), vendors.reason(1)) == ("TIMEOUT", "TIMEOUT")


async def test_when_both_fail_no_cycle_does() -> None:
    vendors = Vendors(PATIENCE)
    vendors.primary.failure = vendors.fallback.failure = SourceError("VENDOR_ERROR", "500")
    view = await vendors.feed.view(["A"])
    assert (len(view.bars[0]), vendors.reason(0), vendors.reason(1)) == (0, "VENDOR_ERROR", "VENDOR_ERROR")


async def test_a_symbol_that_the_primary_does_not_know_is_taken_from_what_the_fallback_said_last() -> None:
    vendors = Vendors(PATIENCE)
    vendors.primary.failure = SourceError("VENDOR_ERROR", "500")
    await vendors.feed.view(["A", "B"])
    vendors.primary.failure = None
    del vendors.primary.prices["B"], vendors.primary.history["B"]
    view = await vendors.feed.view(["A", "B"])
    assert view.price.tolist() == [101.0, 102.0]


async def test_others_are_brought_up_to_date_beside_the_race_and_not_waited_for() -> None:
    vendors = Vendors(PATIENCE)
    vendors.third.gate.clear()
    view = await vendors.feed.view(["A"])
    spec = SourceSpec(name="y", group=Group.TECHNICAL, weight=0.25)
    source = MarketSource(spec, vendors.markets[2], price_action, FeatureTracker())
    voting = asyncio.create_task(source.vote(view, np.array([True])))
    await asyncio.sleep(0)
    assert not voting.done()
    vendors.third.gate.set()
    column = await voting
    assert (column.price.tolist(), int(column.absence[0])) == ([103.0], Absence.NONE)


async def test_a_vote_rests_on_its_own_vendors_market_and_a_stale_one_is_none() -> None:
    vendors = Vendors(PATIENCE)
    view = await vendors.feed.view(["A", "B"])
    spec = SourceSpec(name="alpaca_pro", group=Group.MARKET_DATA, weight=0.4)
    source = MarketSource(spec, vendors.markets[0], price_action, FeatureTracker())
    column = (await source.vote(view, np.array([True, False]))).checked()
    assert column.absence.tolist() == [Absence.NONE, Absence.NOT_ASKED]
    assert column.price[0] == 101.0
    vendors.clock.advance(timedelta(seconds=301))
    later = await vendors.feed.view(["A", "B"])
    column = (await source.vote(later, np.array([True, True]))).checked()
    assert column.absence.tolist() == [Absence.STALE, Absence.STALE]


def test_without_a_racer_there_is_no_feed() -> None:
    with pytest.raises(ConfigError, match="enable alpaca or massive"):
        LiveFeed((), (), FixedClock(NOON), HASTE, "live")


async def test_a_symbol_that_nobody_knows_does_not_ask_the_fallback_each_cycle_and_is_told() -> None:
    vendors = Vendors(PATIENCE)
    for _ in range(5):
        view = await vendors.feed.view(["A", "NOSUCH"])
        vendors.clock.advance(timedelta(seconds=31))
        vendors.primary.tell("A", 101.0, vendors.clock.now())
    assert np.isnan(view.price).tolist() == [False, True]
    assert (vendors.fallback.price_calls, vendors.reason(1)) == (1, "RACE_LOST")
    assert [(each.vendor, each.symbol, each.kind) for each in vendors.feed.rejections()] == [
        ("all", "NOSUCH", "unknown_symbol")
    ]
    vendors.clock.advance(timedelta(minutes=10))
    vendors.primary.tell("A", 101.0, vendors.clock.now())
    await vendors.feed.view(["A", "NOSUCH"])
    assert (vendors.fallback.price_calls, len(vendors.feed.rejections())) == (2, 1)


async def test_a_symbol_is_not_unknown_because_a_vendor_failed() -> None:
    vendors = Vendors(PATIENCE)
    vendors.fallback.failure = SourceError("VENDOR_ERROR", "500")
    for _ in range(3):
        await vendors.feed.view(["A", "NOSUCH"])
        vendors.clock.advance(timedelta(seconds=31))
        vendors.primary.tell("A", 101.0, vendors.clock.now())
    assert (vendors.fallback.price_calls, vendors.feed.rejections()) == (3, ())


async def after_midnight(vendors: Vendors) -> None:
    """A day's first seconds; all have the bars of the day before."""
    await vendors.feed.view(["A", "B"])
    vendors.clock.advance(timedelta(hours=7))
    for vendor in (vendors.primary, vendors.fallback, vendors.third):
        for symbol in "AB":
            vendor.history[symbol] = rising(symbol, NOON - timedelta(days=5), NOON + timedelta(hours=7))
            vendor.tell(symbol, 104.0, vendors.clock.now())


async def test_one_vendors_wrong_price_makes_it_doubtful_for_nobody_else() -> None:
    vendors = Vendors(PATIENCE)
    await after_midnight(vendors)
    for vendor in (vendors.primary, vendors.third):
        vendor.tell("A", 50.0, vendors.clock.now())
    view = await vendors.feed.view(["A", "B"])
    await vendors.markets[2].begin(["A", "B"])
    assert (view.price.tolist(), view.doubtful) == ([104.0, 104.0], frozenset())
    unfit = [market.unfit(["A", "B"]).tolist() for market in vendors.markets]
    held, sound = Absence.CORPORATE_ACTION, Absence.NONE
    assert unfit == [[held, sound], [sound, Absence.RACE_LOST], [held, sound]], "the fallback was asked for A alone"


async def test_a_price_that_all_racers_doubt_is_shown_and_doubtful() -> None:
    vendors = Vendors(PATIENCE)
    await after_midnight(vendors)
    for vendor in (vendors.primary, vendors.fallback):
        vendor.tell("A", 50.0, vendors.clock.now())
    view = await vendors.feed.view(["A", "B"])
    assert (view.price.tolist(), view.doubtful) == ([50.0, 104.0], frozenset({"A"}))
    assert [len(bars) > 0 for bars in view.bars] == [True, True]


async def test_a_symbol_that_the_primary_fails_for_is_the_fallbacks_and_no_vote_of_the_primarys() -> None:
    vendors = Vendors(PATIENCE)
    await vendors.feed.view(["A", "B"])
    vendors.primary.unanswered = {"B": SourceError("VENDOR_ERROR", "coins: 500")}
    for _ in range(4):
        vendors.clock.advance(timedelta(seconds=5))
        vendors.primary.tell("A", 101.5, vendors.clock.now())
        vendors.fallback.tell("B", 96.0, vendors.clock.now())
        view = await vendors.feed.view(["A", "B"])
        assert view.price.tolist() == [101.5, 96.0]
    assert set(vendors.fallback.price_asked) == {("B",)}
    spec = SourceSpec(name="alpaca_pro", group=Group.MARKET_DATA, weight=0.4)
    source = MarketSource(spec, vendors.markets[0], price_action, FeatureTracker())
    column = (await source.vote(view, np.array([True, True]))).checked()
    assert column.absence.tolist() == [Absence.NONE, Absence.VENDOR_ERROR]
    fallback = MarketSource(spec, vendors.markets[1], price_action, FeatureTracker())
    column = (await fallback.vote(view, np.array([True, True]))).checked()
    assert column.absence.tolist() == [Absence.RACE_LOST, Absence.NONE], "it was not asked about A"
    vendors.primary.unanswered = {}
    vendors.primary.tell("B", 101.5, vendors.clock.now())
    assert (await vendors.feed.view(["A", "B"])).price.tolist() == [101.5, 101.5]


async def test_a_symbol_is_not_unknown_because_a_vendor_failed_for_it() -> None:
    vendors = Vendors(PATIENCE)
    vendors.primary.unanswered = {"NOSUCH": SourceError("VENDOR_ERROR", "coins: 500")}
    for _ in range(3):
        await vendors.feed.view(["A", "NOSUCH"])
    assert (vendors.fallback.price_calls, vendors.feed.rejections()) == (3, ())
