"""Gaps and delays in a vendor's bars: each is told once, and none becomes a vote."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.bars import Bars
from argo_core.model.instant import to_instant64
from argo_core.model.rejection import Rejection
from argo_core.model.source import Group, SourceSpec
from argo_core.model.timeframe import Timeframe
from argo_core.model.vote import Absence, VoteColumn
from argo_core.pipeline.bar_fitness import BarFitness
from argo_core.pipeline.market_rules import MarketRules
from argo_core.pipeline.rejection_log import RejectionLog
from argo_core.pipeline.vendor_market import VendorMarket
from argo_core.sources import price_action
from argo_core.sources.market_source import MarketSource
from argo_core.testing.fixed_clock import FixedClock
from tests.argo.pipeline.market_parts import NOON, RULES, DrivenVendor, rising

QUARTER = timedelta(minutes=15)
LATER = NOON + QUARTER


class Rig:
    """A vendor whose symbol BTC-USD is loaded up to noon; then a quarter of an hour passes."""

    def __init__(self, vendor: DrivenVendor | None = None) -> None:
        self.vendor, self.clock = vendor or DrivenVendor("alpaca"), FixedClock(NOON)
        self.whole = rising("BTC-USD", NOON - timedelta(days=5), NOON + timedelta(days=3))
        self.vendor.history = {"BTC-USD": self.whole}
        self.vendor.tell("BTC-USD", 101.0, NOON)
        self.market = VendorMarket(self.vendor, RULES, self.clock)
        self.tracker = FeatureTracker()
        self.said: list[Rejection] = []
        self.log = RejectionLog([self.market], self.said.append)

    @property
    def noon_row(self) -> int:
        return int(np.searchsorted(self.whole.end, np.datetime64(NOON.replace(tzinfo=None), "us"))) + 1

    def last_close(self) -> float:
        """What the vendor would say now, if it trades where its last bar ended."""
        return float(self.vendor.history["BTC-USD"].until(self.clock.now()).close[-1])

    async def pass_(self, step: timedelta = QUARTER) -> None:
        self.clock.advance(step)
        self.vendor.tell("BTC-USD", self.last_close(), self.clock.now())
        await self.market.begin(["BTC-USD"])
        self.log.drain()

    @property
    def kinds(self) -> list[str]:
        return [rejection.kind for rejection in self.said]

    def unfit(self) -> Absence:
        return Absence(int(self.market.unfit(["BTC-USD"])[0]))


async def loaded() -> Rig:
    rig = Rig()
    await rig.market.begin(["BTC-USD"])
    return rig


async def test_a_hole_in_the_newest_bars_is_told_once_and_keeps_the_source_from_voting() -> None:
    rig = Rig()
    kept = np.r_[0 : rig.noon_row - 14, rig.noon_row - 2 : len(rig.whole)]
    rig.vendor.history = {
        "BTC-USD": Bars.of(
            "BTC-USD", rig.whole.timeframe, rig.whole.start[kept], rig.whole.values[:, kept], rig.whole.end[kept]
        )
    }
    await rig.market.begin(["BTC-USD"])
    await rig.pass_()
    assert (rig.kinds, rig.said[0].measured, rig.unfit()) == (["gap"], 12.0, Absence.GAPS)
    spec = SourceSpec(name="alpaca_pro", group=Group.MARKET_DATA, weight=1.0)
    view = rig.market.view(["BTC-USD"], rig.clock.now())
    column = await MarketSource(spec, rig.market, price_action, FeatureTracker()).vote(view, np.ones(1, dtype=np.bool_))
    assert (column.absence.tolist(), column.direction.tolist()) == ([Absence.GAPS], [0])
    assert column.checked() is column


async def test_a_hole_that_is_filled_or_past_is_forgotten() -> None:
    rig = Rig()
    kept = np.r_[0 : rig.noon_row - 14, rig.noon_row - 2 : len(rig.whole)]
    holed = Bars.of(
        "BTC-USD", rig.whole.timeframe, rig.whole.start[kept], rig.whole.values[:, kept], rig.whole.end[kept]
    )
    rig.vendor.history = {"BTC-USD": holed}
    await rig.market.begin(["BTC-USD"])
    await rig.pass_(timedelta(hours=16))
    assert rig.unfit() is Absence.NONE


async def vote_of(rig: Rig) -> VoteColumn:
    spec = SourceSpec(name="alpaca_pro", group=Group.MARKET_DATA, weight=1.0)
    view = rig.market.view(["BTC-USD"], rig.clock.now())
    return await MarketSource(spec, rig.market, price_action, rig.tracker).vote(view, np.ones(1, dtype=np.bool_))


async def test_bars_that_stop_while_prices_go_on_are_told_once_and_are_no_vote() -> None:
    rig = await loaded()
    rig.vendor.history = {"BTC-USD": rig.whole.until(NOON)}
    await rig.pass_(timedelta(minutes=30))
    assert (rig.kinds, (await vote_of(rig)).absence.tolist()) == ([], [Absence.NONE])
    await rig.pass_(timedelta(seconds=1))
    await rig.pass_(timedelta(hours=6))
    column = await vote_of(rig)
    assert (rig.kinds, rig.unfit(), column.absence.tolist()) == (["late"], Absence.STALE, [Absence.STALE])
    assert np.isnat(column.observed_at).all()
    rig.vendor.history = {"BTC-USD": rig.whole}
    await rig.pass_(timedelta(seconds=1))
    assert (rig.kinds, rig.unfit()) == (["late"], Absence.NONE)


async def test_bars_that_stop_make_a_symbol_unfit_also_while_nobody_refreshes() -> None:
    rig = await loaded()
    rig.clock.advance(timedelta(minutes=31))
    assert rig.unfit() is Absence.STALE


async def test_a_bar_that_was_told_wrongly_is_asked_for_again_within_the_hour_and_leaves_no_trace() -> None:
    rig = await loaded()
    right = rig.whole
    values = right.values.copy()
    values[:4, rig.noon_row] *= 1.1
    rig.vendor.history = {"BTC-USD": Bars.of("BTC-USD", right.timeframe, right.start, values, right.end)}
    await rig.pass_()
    await vote_of(rig)
    rig.vendor.history = {"BTC-USD": right}
    await rig.pass_()
    wrong = await vote_of(rig)
    for _ in range(2):
        await rig.pass_()
    healed = await vote_of(rig)
    rig.tracker = FeatureTracker()
    clean = await vote_of(rig)
    closes = rig.market.view(["BTC-USD"], rig.clock.now()).bars[0].close
    assert (np.abs(np.diff(closes)) < 0.5).all()
    assert healed.confidence.tolist() == clean.confidence.tolist() != wrong.confidence.tolist()


async def test_rejections_are_counted_and_the_newest_come_first() -> None:
    rig = await loaded()
    rig.vendor.tell("BTC-USD", 101.0, NOON + timedelta(minutes=20), received_at=NOON + timedelta(minutes=15))
    rig.clock.advance(QUARTER)
    await rig.market.begin(["BTC-USD"])
    rig.vendor.tell("BTC-USD", 101.0, NOON + timedelta(minutes=21), received_at=NOON + timedelta(minutes=15))
    await rig.market.begin(["BTC-USD"])
    rig.log.drain()
    assert rig.log.counts() == {("alpaca", "clock_skew"): 2}
    assert [round(each.measured) for each in rig.log.newest()] == [360, 300]


async def test_a_symbol_that_nobody_knows_is_not_unfit() -> None:
    assert Rig().market.unfit(["BTC-USD", "NEW"]).tolist() == [Absence.NONE, Absence.NONE]


@pytest.mark.parametrize(
    ("frame", "minutes", "late"), [("5Min", 30, 0), ("5Min", 31, 1), ("15Min", 31, 1), ("1Hour", 119, 0)]
)
def test_bars_are_late_after_two_of_them_and_half_an_hour(frame: str, minutes: int, late: int) -> None:
    length = Timeframe.parse(frame)
    start = np.array([to_instant64(NOON - timedelta(seconds=length.seconds))])
    bars = Bars.of("BTC-USD", length, start, np.ones((5, 1)))
    fitness = BarFitness(MarketRules(timeframe=length, history=timedelta(days=1)), None)
    at = NOON + timedelta(minutes=minutes)
    assert (len(fitness.judged([bars], at)), len(fitness.delays([bars], at))) == (late, late)
