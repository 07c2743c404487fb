"""The source keeps what every source promises, and does what its README says."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from argo_core.adapters.installed_sources import installed_source
from argo_core.model.bars import Bars
from argo_core.model.market_view import MarketView
from argo_core.model.timeframe import Timeframe
from argo_core.sources.declared import DeclaredSource
from argo_core.testing.contracts.source import SourceContract

HOUR = Timeframe.parse("1Hour")
START = np.datetime64("2026-11-16T00:00", "us")
CHANNEL_BARS = 20
QUIET = np.tile([100.0, 101.0], 15)


@pytest.fixture(name="source")
def found_by_its_entry_point() -> DeclaredSource:
    found = installed_source("channel_breakout")
    assert isinstance(found, DeclaredSource)
    return found


def bars_of(closes: NDArray[np.float64], symbol: str = "AAPL") -> Bars:
    """Hourly bars that reach from one close to the next."""
    opens = np.concatenate([closes[:1], closes[:-1]])
    table = np.array([opens, np.maximum(opens, closes), np.minimum(opens, closes), closes, np.full(len(closes), 1e3)])
    return Bars.of(symbol, HOUR, START + np.arange(len(closes)) * np.timedelta64(1, "h"), table)


class TestChannelBreakout(SourceContract):
    @pytest.fixture
    def view(self) -> MarketView:
        risen, fallen = np.append(QUIET, 104.0), np.append(QUIET, 97.0)
        young = QUIET[:CHANNEL_BARS]
        history = [bars_of(risen, "AAPL"), bars_of(fallen, "MSFT"), bars_of(young, "BTC-USD")]
        return MarketView.of(history, datetime(2026, 11, 17, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("close", "direction", "confidence"),
    [(104.0, 1, 100.0), (101.2, 1, 69.9), (100.5, 0, 50.0), (99.8, -1, 70.1), (97.0, -1, 100.0)],
)
def test_the_vote_follows_a_price_that_leaves_its_channel(
    close: float, direction: int, confidence: float, source: DeclaredSource
) -> None:
    directions, confidences = source.function(bars_of(np.append(QUIET, close)))
    assert (np.asarray(directions)[-1], np.asarray(confidences)[-1]) == (direction, pytest.approx(confidence, abs=0.1))


def test_later_bars_change_no_earlier_vote(source: DeclaredSource) -> None:
    closes = 100.0 * np.exp(np.random.default_rng(5).normal(0.0, 0.01, 80).cumsum())
    whole, cut = (source.function(bars_of(part)) for part in (closes, closes[:50]))
    for one, other in zip(whole, cut, strict=True):
        assert np.array_equal(np.asarray(one)[:50], np.asarray(other), equal_nan=True)


def test_a_mirrored_market_gets_the_opposite_vote(source: DeclaredSource) -> None:
    closes = 100.0 * np.exp(np.random.default_rng(6).normal(0.0, 0.02, 80).cumsum())
    directions, confidences = source.function(bars_of(closes))
    mirrored, same = source.function(bars_of(1e4 / closes))
    assert np.array_equal(np.asarray(mirrored), -np.asarray(directions))
    assert np.asarray(same) == pytest.approx(np.asarray(confidences), nan_ok=True)
