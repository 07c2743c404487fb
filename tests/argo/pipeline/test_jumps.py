"""A share that jumps between two sessions: a split, the market, or not known yet. Nobody votes on a wrong guess."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from argo_core.errors import SourceError
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.bars import Bars
from argo_core.model.instant import to_instant64
from argo_core.model.last_price import LastPrice
from argo_core.model.rejection import Rejection
from argo_core.model.sessions import Sessions
from argo_core.model.source import Group, SourceSpec
from argo_core.model.timeframe import Timeframe
from argo_core.model.vote import Absence
from argo_core.pipeline.vendor_market import VendorMarket
from argo_core.sources import price_action
from argo_core.sources.market_source import MarketSource
from argo_core.testing.fixed_clock import FixedClock
from tests.argo.pipeline.market_parts import RULES, DrivenVendor, rising

DAYS = [datetime(2026, 3, day, tzinfo=UTC) for day in (2, 3, 4, 5, 6)]
OPEN, CLOSE = timedelta(hours=14, minutes=30), timedelta(hours=21)
SESSIONS = Sessions(
    "XNYS",
    np.array([to_instant64(day + OPEN) for day in DAYS], dtype="datetime64[us]"),
    np.array([to_instant64(day + CLOSE) for day in DAYS], dtype="datetime64[us]"),
)
EVENING, MORNING = DAYS[1] + CLOSE, DAYS[2] + OPEN
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def in_sessions(symbol: str) -> Bars:
    """Quarters of an hour of the sessions, about 100."""
    parts = [rising(symbol, day + OPEN, day + CLOSE) for day in DAYS]
    return Bars.of(
        symbol,
        RULES.timeframe,
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.values for part in parts], axis=1),
        np.concatenate([part.end for part in parts]),
    )


def scaled(bars: Bars, factor: float, since: datetime = DAYS[0]) -> Bars:
    """From `since` on the vendor tells every price so many times as high."""
    values = bars.values.copy()
    values[:4, bars.start >= to_instant64(since)] *= factor
    return Bars.of(bars.symbol, bars.timeframe, bars.start, values, bars.end)


class History(DrivenVendor):
    """Says whether somebody asks for more than what is new; `silent`: such a question fails, `hung`: or never ends."""

    def __init__(self) -> None:
        super().__init__("alpaca")
        self.silent = self.hung = False
        self.deep: list[tuple[str, ...]] = []

    async def bars(
        self, symbols: Sequence[str], timeframe: Timeframe, start: datetime, end: datetime
    ) -> Mapping[str, Bars]:
        if end > EVENING and start < DAYS[1]:
            self.deep.append(tuple(symbols))
            if self.hung:
                await asyncio.Event().wait()
            if self.silent:
                raise SourceError("TIMEOUT", "too slow")
        return await super().bars(symbols, timeframe, start, end)


class Rig:
    """Shares, loaded at the close of the third of March."""

    def __init__(self, *symbols: str) -> None:
        self.symbols = symbols or ("AAPL",)
        self.vendor, self.clock = History(), FixedClock(EVENING)
        self.vendor.history = {symbol: in_sessions(symbol) for symbol in self.symbols}
        self.market = VendorMarket(self.vendor, RULES, self.clock, SESSIONS)
        self.tracker = FeatureTracker()
        self.said: list[Rejection] = []

    async def at(self, instant: datetime, price: float | None = None, symbol: str = "AAPL") -> Absence:
        """Refresh then, with that price or the one that the history tells; what a question brings is taken at once."""
        self.clock.advance(instant - self.clock.now())
        for each in self.symbols:
            told = self.vendor.history[each].until(max(instant, MORNING + 15 * MINUTE)).close[-1]
            self.vendor.tell(each, price if price is not None and each == symbol else float(told), instant)
        await self.refreshed()
        return self.unfit(symbol)

    async def refreshed(self) -> None:
        """Twice: what the first one began to ask for is there in the second."""
        for _ in range(2):
            await asyncio.wait_for(asyncio.shield(self.market.begin(self.symbols)), 1.0)
            for _ in range(20):
                await asyncio.sleep(0)
        self.said.extend(self.market.rejections())

    def unfit(self, symbol: str = "AAPL") -> Absence:
        return Absence(int(self.market.unfit([symbol])[0]))

    @property
    def kinds(self) -> list[str]:
        return [each.kind for each in self.said if each.kind != "late"]

    @property
    def close(self) -> float:
        return float(self.market.view(["AAPL"], self.clock.now()).bars[0].close[-1])

    async def vote(self) -> Absence:
        """Of the source that votes on this vendor's bars."""
        spec = SourceSpec(name="alpaca_pro", group=Group.MARKET_DATA, weight=1.0)
        view = self.market.view(["AAPL"], self.clock.now())
        source = MarketSource(spec, self.market, price_action, self.tracker)
        return Absence(int((await source.vote(view, np.ones(1, dtype=np.bool_))).absence[0]))


async def evening(*symbols: str) -> Rig:
    rig = Rig(*symbols)
    await rig.at(EVENING)
    return rig


@pytest.mark.parametrize("after", [50.5, 45.5, 54.5, 64.0, 69.3, 22.75, 1200.0, 4000.0, 1746.0])
async def test_whatever_its_ratio_a_split_is_never_voted_on_beside_unsplit_bars(after: float) -> None:
    rig = await evening()
    rig.vendor.silent = True
    assert await rig.at(MORNING + MINUTE, price=after) is Absence.CORPORATE_ACTION
    assert await rig.vote() is Absence.CORPORATE_ACTION
    rig.vendor.silent = False
    rig.vendor.history = {"AAPL": scaled(in_sessions("AAPL"), after / 100.0)}
    assert await rig.at(MORNING + 3 * MINUTE, price=after) is Absence.NONE
    assert rig.kinds == ["jump", "split"]
    assert rig.said[-1].measured == pytest.approx(100.0 / after)
    assert rig.close == pytest.approx(after, rel=0.01)


async def test_while_it_is_not_known_the_price_and_the_bars_of_before_are_shown_and_marked() -> None:
    rig = await evening()
    rig.vendor.silent, rig.vendor.history = True, {"AAPL": scaled(in_sessions("AAPL"), 0.25, MORNING)}
    await rig.at(MORNING + MINUTE, price=25.0)
    await rig.at(MORNING + 16 * MINUTE, price=26.0)
    view = rig.market.view(["AAPL"], rig.clock.now())
    assert (view.price.tolist(), view.doubtful, rig.close > 99.0) == ([26.0], frozenset({"AAPL"}), True)
    assert rig.kinds == ["jump"]


@pytest.mark.parametrize("after", [80.0, 75.0, 67.0, 56.0, 125.0])
async def test_a_gap_that_the_history_does_not_restate_is_the_market_at_once(after: float) -> None:
    rig = await evening()
    rig.vendor.history = {"AAPL": scaled(in_sessions("AAPL"), after / 100.0, MORNING)}
    assert await rig.at(MORNING + MINUTE, price=after) is Absence.NONE
    assert rig.kinds == ["jump"]
    assert await rig.at(MORNING + 16 * MINUTE, price=after) is Absence.NONE
    assert rig.close == pytest.approx(after, rel=0.01)
    assert await rig.vote() is Absence.NONE


async def test_an_answer_counts_also_where_the_price_came_while_the_refresh_was_under_way() -> None:
    rig = await evening()
    rig.clock.advance(MORNING + MINUTE - rig.clock.now())
    rig.vendor.tell("AAPL", 75.0, rig.clock.now(), received_at=rig.clock.now() + SECOND)
    await rig.refreshed()
    assert (rig.kinds, rig.unfit()) == (["jump"], Absence.NONE)


async def test_a_share_at_half_its_price_is_the_market_once_its_history_shows_the_new_session() -> None:
    rig = await evening()
    rig.vendor.history = {"AAPL": scaled(in_sessions("AAPL"), 0.5, MORNING)}
    for minutes in (1, 3, 7, 14):
        assert await rig.at(MORNING + minutes * MINUTE, price=50.0) is Absence.CORPORATE_ACTION
    asked = len(rig.vendor.deep)
    assert await rig.at(MORNING + 16 * MINUTE, price=50.0) is Absence.NONE
    assert (rig.kinds, asked) == (["jump"], 4)
    assert rig.close == pytest.approx(50.0, rel=0.01)


async def test_when_the_history_is_silent_it_is_the_market_after_two_hours_of_trading() -> None:
    rig = await evening()
    rig.vendor.silent, rig.vendor.history = True, {"AAPL": scaled(in_sessions("AAPL"), 0.5, MORNING)}
    before_the_open = MORNING - timedelta(hours=5)
    for instant in (before_the_open, MORNING, MORNING + 119 * MINUTE):
        assert await rig.at(instant, price=50.0) is Absence.CORPORATE_ACTION
    assert await rig.at(MORNING + 120 * MINUTE, price=50.0) is Absence.NONE
    assert rig.kinds == ["jump"]
    assert rig.close == pytest.approx(50.0, rel=0.01)


async def test_a_crash_within_a_session_whose_first_prices_were_sound_is_the_markets() -> None:
    rig = await evening()
    rig.vendor.silent = True
    assert await rig.at(MORNING + MINUTE, price=99.0) is Absence.NONE
    for minutes, price in ((3, 80.0), (5, 60.0), (6, 50.0)):
        assert await rig.at(MORNING + minutes * MINUTE, price=price) is Absence.NONE
    assert (rig.kinds, rig.vendor.deep) == ([], [])


async def test_a_sound_price_of_before_the_open_vouches_for_nothing() -> None:
    rig = await evening()
    rig.vendor.silent = True
    assert await rig.at(MORNING - timedelta(hours=2), price=99.0) is Absence.NONE
    assert await rig.at(MORNING + SECOND, price=50.0) is Absence.CORPORATE_ACTION


async def test_a_pushed_price_that_jumps_is_held_back_at_once() -> None:
    rig = await evening()
    rig.clock.advance(MORNING + SECOND - rig.clock.now())
    now = rig.clock.now()
    rig.market.take(LastPrice(symbol="AAPL", price=53.0, at=now, received_at=now, feed="x"))
    assert rig.unfit() is Absence.CORPORATE_ACTION


async def test_a_wrong_price_that_the_next_one_takes_back_leaves_no_trace() -> None:
    rig = await evening()
    rig.vendor.silent = True
    assert await rig.at(MORNING + SECOND, price=50.0) is Absence.CORPORATE_ACTION
    assert await rig.at(MORNING + 6 * SECOND, price=100.0) is Absence.NONE
    assert await rig.vote() is Absence.NONE


async def test_coins_are_not_split() -> None:
    rig = await evening("BTC-USD")
    rig.vendor.history = {"BTC-USD": scaled(in_sessions("BTC-USD"), 0.5, MORNING)}
    assert await rig.at(MORNING + MINUTE, price=50.0, symbol="BTC-USD") is not Absence.CORPORATE_ACTION
    await rig.at(MORNING + 16 * MINUTE, price=50.0, symbol="BTC-USD")
    assert ("jump" in rig.kinds, rig.vendor.deep, rig.unfit("BTC-USD")) == (False, [], Absence.GAPS)


async def test_a_split_that_the_reread_bars_tell_before_any_price_replaces_the_whole_history() -> None:
    rig = await evening()
    rig.vendor.history = {"AAPL": scaled(in_sessions("AAPL"), 0.25)}
    rig.vendor.silent = True
    assert await rig.at(MORNING - timedelta(hours=1), price=25.0) is Absence.CORPORATE_ACTION
    rig.vendor.silent = False
    assert await rig.at(MORNING - timedelta(minutes=50), price=25.0) is Absence.NONE
    closes = rig.market.view(["AAPL"], rig.clock.now()).bars[0].close
    assert (rig.kinds, len(closes) > 50, bool(closes.max() < 30.0)) == (["jump", "split"], True, True)


async def test_one_bar_that_was_told_wrongly_is_no_split_when_it_is_told_rightly() -> None:
    rig, right = Rig(), in_sessions("AAPL")
    values = right.values.copy()
    values[:4, right.end == to_instant64(EVENING)] *= 0.8
    rig.vendor.history = {"AAPL": Bars.of("AAPL", right.timeframe, right.start, values, right.end)}
    await rig.at(EVENING)
    rig.vendor.history = {"AAPL": right}
    assert await rig.at(MORNING + MINUTE, price=101.0) is Absence.NONE
    assert "split" not in rig.kinds
    assert rig.close == pytest.approx(100.0, rel=0.01)


async def test_a_price_of_before_the_split_does_not_outlive_it() -> None:
    rig = await evening()
    await rig.at(EVENING + timedelta(hours=1), price=101.0)
    rig.vendor.history = {"AAPL": scaled(in_sessions("AAPL"), 0.25)}
    rig.vendor.prices.clear()
    rig.clock.advance(MORNING - timedelta(hours=1) - rig.clock.now())
    for _ in range(3):
        await rig.market.begin(["AAPL"])
        await asyncio.sleep(0.01)
    assert rig.market.view(["AAPL"], rig.clock.now()).price[0] < 30.0


@pytest.mark.parametrize("trouble", ["silent", "hung"])
async def test_one_doubtful_share_holds_up_no_other(trouble: str) -> None:
    names = [f"S{number}" for number in range(6)]
    rig = await evening(*names)
    setattr(rig.vendor, trouble, True)
    for minutes in (1, 3, 5):
        assert await rig.at(MORNING + minutes * MINUTE, price=50.0, symbol="S0") is Absence.CORPORATE_ACTION
        assert rig.market.failure is None
        assert [rig.unfit(name) for name in names[1:]] == [Absence.NONE] * 5


async def test_many_doubtful_shares_are_asked_for_together_and_ever_more_seldom() -> None:
    names = [f"S{number:02}" for number in range(60)]
    rig = await evening(*names)
    rig.vendor.history = {name: scaled(in_sessions(name), 0.5, MORNING) for name in names}
    for seconds in range(15, 800, 30):
        await rig.at(MORNING + seconds * SECOND)
    assert [len(asked) for asked in rig.vendor.deep] == [20] * 3 * 4
