"""The replay of the packages' real history behind the ports."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from argo_core.adapters.exchange_calendar import ExchangeCalendar
from argo_core.adapters.replay import REPLAY_SYMBOLS, ReplayFeed, ReplayLibrary, UnrecordedSource
from argo_core.errors import DataError, FeedExhausted
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.bars import Bars
from argo_core.model.market_view import MarketView
from argo_core.model.sessions import Sessions
from argo_core.model.source import Group, SourceSpec
from argo_core.model.vote import Absence
from argo_core.sources import FeatureSource, price_action, technical
from argo_core.testing.contracts.market_feed import MarketFeedContract
from argo_core.testing.contracts.source import SourceContract

ALL = list(REPLAY_SYMBOLS)


@pytest.fixture(scope="session", name="cache")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session", name="sessions")
def all_sessions(cache: Path) -> Sessions:
    return ExchangeCalendar("XNYS", cache).sessions(date(2009, 1, 2), date(2020, 12, 31))


@pytest.fixture(scope="session", name="history")
def packaged_history(cache: Path) -> dict[str, Bars]:
    return ReplayLibrary(ExchangeCalendar("XNYS", cache), cache).load(ALL)


@pytest.fixture(name="feed")
def two_weeks(history: dict[str, Bars], sessions: Sessions) -> ReplayFeed:
    return ReplayFeed(history, sessions, datetime(2018, 11, 16, tzinfo=UTC), datetime(2018, 11, 30, 23, tzinfo=UTC))


@pytest.fixture(name="symbols")
def every_symbol() -> list[str]:
    return ALL


@pytest.fixture(name="view")
def one_evening(history: dict[str, Bars]) -> MarketView:
    return MarketView.of(history.values(), datetime(2018, 11, 16, 21, 0, tzinfo=UTC))


class TestReplayFeed(MarketFeedContract):
    pass


class TestReplayPriceAction(SourceContract):
    @pytest.fixture(name="source")
    def price_source(self) -> FeatureSource:
        spec = SourceSpec(name="replay_price_action", group=Group.MARKET_DATA, weight=0.4)
        return FeatureSource(spec, price_action, FeatureTracker())


class TestReplayTechnical(SourceContract):
    @pytest.fixture(name="source")
    def chart_source(self) -> FeatureSource:
        spec = SourceSpec(name="replay_technical", group=Group.TECHNICAL, weight=0.25)
        return FeatureSource(spec, technical, FeatureTracker())


class TestUnrecordedSource(SourceContract):
    @pytest.fixture(name="source")
    def model_source(self) -> UnrecordedSource:
        return UnrecordedSource(SourceSpec(name="sonar", group=Group.AI, weight=0.15))


async def test_a_language_model_without_recordings_is_absent_and_not_expected(view: MarketView) -> None:
    model = UnrecordedSource(SourceSpec(name="sonar", group=Group.AI, weight=0.15))
    column = await model.vote(view, np.ones(len(view), dtype=np.bool_))
    assert set(column.absence.tolist()) == {Absence.NO_RECORDING}
    assert not column.expected.any()


async def test_each_view_is_one_session_later_and_the_end_is_told(feed: ReplayFeed) -> None:
    closes = [(await feed.view(["SPY"])).as_of for _ in range(10)]
    assert [f"{close:%m-%d %H:%M}" for close in closes] == [
        "11-16 21:00", "11-19 21:00", "11-20 21:00", "11-21 21:00", "11-23 18:00",
        "11-26 21:00", "11-27 21:00", "11-28 21:00", "11-29 21:00", "11-30 21:00",
    ]  # fmt: skip
    with pytest.raises(FeedExhausted):
        await feed.view(["SPY"])


async def test_the_period_and_that_it_is_replayed_are_shown(feed: ReplayFeed) -> None:
    assert feed.origin.replayed
    assert feed.origin.name.startswith("replay")
    assert (feed.origin.period_start, feed.origin.period_end) != (None, None)


def test_the_packaged_history_is_what_it_is_said_to_be(history: dict[str, Bars]) -> None:
    shapes = {symbol: (bars.timeframe.name, len(bars)) for symbol, bars in history.items()}
    assert shapes["AAPL"] == ("1Day", 2769)
    assert shapes["TSLA"] == ("1Day", 2420)
    assert shapes["SPY"] == ("30Min", 9752)
    assert shapes["BTC-USD"] == ("30Min", 35019)
    assert float(history["AAPL"].close[-1]) == 320.03


def test_bars_read_back_from_the_cache_are_the_bars_that_were_parsed(cache: Path, history: dict[str, Bars]) -> None:
    again = ReplayLibrary(ExchangeCalendar("XNYS", cache), cache).load(["SPY"])["SPY"]
    fresh = ReplayLibrary(ExchangeCalendar("XNYS", cache)).load(["SPY"])["SPY"]
    for bars in (again, fresh):
        assert np.array_equal(bars.values, history["SPY"].values)
        assert np.array_equal(bars.end, history["SPY"].end)


def test_a_symbol_that_is_not_recorded_is_refused_with_the_list(cache: Path) -> None:
    with pytest.raises(DataError, match="choose from AAPL"):
        ReplayLibrary(ExchangeCalendar("XNYS", cache), cache).load(["NVDA"])
