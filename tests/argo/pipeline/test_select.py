"""Which symbols are evaluated, and in which order."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from argo_core.model.instant import to_instant64
from argo_core.model.market_view import MarketView
from argo_core.pipeline.select import select

NOW = datetime(2026, 1, 2, 15, 30, tzinfo=UTC)


def view(*prices: float) -> MarketView:
    names = ("AAPL", "MSFT", "TSLA")[: len(prices)]
    return MarketView(NOW, names, (), np.array(prices), np.full(len(prices), to_instant64(NOW)))


def test_a_symbol_that_moved_less_than_the_threshold_is_skipped() -> None:
    chosen = select(view(100.49, 100.5, 99.5), np.zeros(3), {"AAPL": 100.0, "MSFT": 100.0, "TSLA": 100.0}, 0.005)
    assert chosen.asked.tolist() == [False, True, True]


def test_a_symbol_that_was_never_evaluated_is() -> None:
    assert select(view(100.0), np.zeros(1), {}, 0.005).asked.tolist() == [True]


def test_a_symbol_without_a_price_is_evaluated_so_that_its_lack_is_recorded() -> None:
    assert select(view(np.nan), np.zeros(1), {"AAPL": 100.0}, 0.005).asked.tolist() == [True]


def test_the_most_volatile_comes_first_and_the_unknown_last() -> None:
    assert select(view(1, 2, 3), np.array([0.01, np.nan, 0.03]), {}, 0.005).order.tolist() == [2, 0, 1]


def test_equal_volatilities_keep_the_configured_order() -> None:
    assert select(view(1, 2, 3), np.array([0.02, 0.02, 0.02]), {}, 0.005).order.tolist() == [0, 1, 2]


def test_a_threshold_of_zero_skips_nothing() -> None:
    assert select(view(100.0), np.zeros(1), {"AAPL": 100.0}, 0.0).asked.tolist() == [True]
