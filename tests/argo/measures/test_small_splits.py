"""Splits below three for two are told from news by what was traded on the day."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from argo_core.adapters.exchange_calendar import ExchangeCalendar
from argo_core.adapters.replay import ReplayLibrary
from argo_core.measures.small_splits import small_splits
from argo_core.model.bars import Bars
from argo_core.testing.sample_history import sample_history

SHARES = ("AAPL", "AMD", "AMZN", "BA", "GOOGL", "TSLA")


@pytest.fixture(name="recorded", scope="module")
def recorded_shares() -> dict[str, Bars]:
    """Ten years of six shares, and GOOG from 2004 on: all without a split of that kind."""
    file = importlib.metadata.distribution("backtesting").locate_file("backtesting/test/GOOG.csv")
    frame = pd.read_csv(Path(str(file)), index_col=0, parse_dates=True)
    shares = ReplayLibrary(ExchangeCalendar("XNYS")).load(SHARES)
    return {**shares, "GOOG": Bars.from_frame("GOOG", frame, "1Day", "America/New_York")}


def split(bars: Bars, row: int, ratio: float, busy: float = 1.0) -> Bars:
    """The bars as though nobody had adjusted them for a split at `row`, where `busy` times as much was traded."""
    values = bars.values.copy()
    values[:4, :row] *= ratio
    values[4, :row] /= ratio
    values[4, row] *= busy
    return Bars.of(bars.symbol, bars.timeframe, bars.start, values, bars.end)


def test_no_bar_of_a_recorded_history_is_accused(recorded: dict[str, Bars]) -> None:
    assert [found for name, bars in recorded.items() for found in small_splits(name, bars)] == []


@pytest.mark.parametrize(("ratio", "least"), [(1.1, 0.3), (1.2, 0.7), (1.25, 0.75), (4 / 3, 0.75)])
def test_most_planted_splits_are_found(recorded: dict[str, Bars], ratio: float, least: float) -> None:
    hits = [
        any(found.at == bars.start[row].astype("datetime64[us]").item().replace(tzinfo=found.at.tzinfo)
            for found in small_splits(name, split(bars, row, ratio)) if found.at is not None)
        for name, bars in recorded.items() for row in range(300, len(bars) - 5, 388)
    ]  # fmt: skip
    assert np.mean(hits) >= least


@pytest.mark.parametrize(
    ("ratio", "words"), [(1.1, "11 for 10"), (1.2, "6 for 5"), (1.25, "5 for 4"), (4 / 3, "4 for 3"), (0.8, "4 for 5")]
)
def test_the_finding_names_the_split_and_its_day(ratio: float, words: str) -> None:
    bars = sample_history(days=100)
    (found,) = small_splits("s", split(bars, 60, ratio))
    assert (found.level, found.code, words in found.what) == ("warning", "small_split", True)
    assert found.amount == pytest.approx(ratio, rel=0.02)
    assert str(found.at)[:10] == str(bars.start[60])[:10]


def test_a_busy_day_is_news_and_the_first_days_are_not_judged() -> None:
    bars = sample_history(days=100)
    assert list(small_splits("s", split(bars, 60, 1.25, busy=3.0))) == []
    assert list(small_splits("s", split(bars, 19, 1.25))) == []
    assert len(list(small_splits("s", split(bars, 20, 1.25)))) == 1
