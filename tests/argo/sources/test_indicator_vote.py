"""The vote on an indicator vendor's readings: scale-free, mirror-symmetric, and nothing without readings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.model.bars import Bars
from argo_core.model.indicator_readings import IndicatorReadings
from argo_core.model.market_view import MarketView
from argo_core.model.vote import Absence
from argo_core.sources.indicator_vote import indicator_column, indicator_vote
from argo_core.sources.opinion import Opinion

AS_OF = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
PRICES = st.floats(0.01, 1e6)
SHARES = st.floats(-0.05, 0.05)


def vote(price: float, rsi: float, macd: float, signal: float, sma: float) -> Opinion:
    return indicator_vote(*(np.array([figure]) for figure in (price, rsi, macd, signal, sma)))


def readings(symbol: str, *, at: datetime = AS_OF - timedelta(hours=18), rsi: float = 62.34) -> IndicatorReadings:
    return IndicatorReadings(
        symbol=symbol, rsi=rsi, macd=1.2345, macd_signal=0.9876, sma=301.221, at=at, received_at=AS_OF, feed="1Day"
    )


def view_of(*symbols: str, price: float = 308.66) -> MarketView:
    start = np.array([np.datetime64(AS_OF.replace(tzinfo=None)) - np.timedelta64(1, "h")])
    table = np.array([[price], [price], [price], [price], [1.0]])
    return MarketView.of([Bars.of(symbol, "1Hour", start, table) for symbol in symbols], AS_OF)


def test_a_rising_share_above_its_mean_is_long() -> None:
    opinion = vote(308.66, 62.34, 1.2345, 0.9876, 301.221)
    assert opinion.direction.tolist() == [1]
    assert opinion.confidence.tolist() == [68.4651]
    assert {name: round(float(part[0]), 6) for name, part in opinion.evidence.items()} == {
        "score": 0.369302,
        "momentum": 0.4936,
        "macd": 0.080796,
        "level": 0.544059,
    }


@given(
    price=PRICES, rsi=st.floats(0, 100), macd=SHARES, signal=SHARES, stretch=st.floats(0.8, 1.25),
    factor=st.sampled_from([1e-3, 0.5, 7.0, 1e4]),
)  # fmt: skip
def test_a_vote_does_not_know_the_price_level(
    price: float, rsi: float, macd: float, signal: float, stretch: float, factor: float
) -> None:
    one = vote(price, rsi, macd * price, signal * price, price * stretch)
    other = vote(*(price * factor, rsi, macd * price * factor, signal * price * factor, price * stretch * factor))
    assert np.allclose(one.evidence["score"], other.evidence["score"], atol=1e-9)


@given(price=PRICES, rsi=st.floats(0, 100), macd=SHARES, signal=SHARES, stretch=st.floats(0.8, 1.25))
def test_mirrored_readings_turn_the_vote_and_keep_its_confidence(
    price: float, rsi: float, macd: float, signal: float, stretch: float
) -> None:
    sma = price * stretch
    one = vote(price, rsi, macd * price, signal * price, sma)
    other = vote(sma, 100.0 - rsi, -macd * price, -signal * price, price)
    assert np.allclose(one.evidence["score"], -other.evidence["score"], atol=1e-9)
    assert abs(float(one.evidence["score"][0])) <= 1.0


def test_nothing_that_moved_is_neutral() -> None:
    assert vote(100.0, 50.0, 0.0, 0.0, 100.0).direction.tolist() == [0]


@pytest.mark.parametrize("place", range(5))
def test_a_missing_figure_is_no_confidence(place: int) -> None:
    figures = [100.0, 50.0, 1.0, 1.0, 100.0]
    figures[place] = np.nan
    assert np.isnan(vote(*figures).confidence).all()


def test_a_column_bears_the_readings_own_time() -> None:
    column = indicator_column("alpha_vantage", {"IBM": readings("IBM")}, view_of("AAPL", "IBM"), np.array([True, True]))
    assert column.checked().direction.tolist() == [0, 1]
    assert column.absence.tolist() == [Absence.NO_DATA, Absence.NONE]
    assert column.observed_at[1] == np.datetime64("2026-11-19T21:00")
    assert np.isnat(column.observed_at[0])
    assert column.price.tolist() == [308.66, 308.66]


def test_readings_from_after_the_view_are_not_used() -> None:
    late = {"IBM": readings("IBM", at=AS_OF + timedelta(microseconds=1))}
    column = indicator_column("alpha_vantage", late, view_of("IBM"), np.array([True]))
    assert column.absence.tolist() == [Absence.NO_DATA]


def test_a_symbol_that_is_not_asked_stays_absent() -> None:
    column = indicator_column("alpha_vantage", {"IBM": readings("IBM")}, view_of("IBM"), np.array([False]))
    assert column.absence.tolist() == [Absence.NOT_ASKED]
    assert column.direction.tolist() == [0]
