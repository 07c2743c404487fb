"""How long an answer is good: by what is traded, whether the market is open, and how much it moves."""

from __future__ import annotations

import math

import pytest

from argo_core.model.asset import AssetType
from argo_core.sources.adaptive_ttl import AdaptiveTtl

TABLE = [
    (AssetType.EQUITY, False, True, 20.0),
    (AssetType.EQUITY, True, True, 10.0),
    (AssetType.EQUITY, False, False, 300.0),
    (AssetType.EQUITY, True, False, 300.0),
    (AssetType.CRYPTO, False, True, 30.0),
    (AssetType.CRYPTO, True, True, 10.0),
    (AssetType.CRYPTO, False, False, 30.0),
    (AssetType.CRYPTO, True, False, 10.0),
]


@pytest.mark.parametrize(("asset_type", "volatile", "market_open", "seconds"), TABLE)
def test_the_seeds_table(asset_type: AssetType, volatile: bool, market_open: bool, seconds: float) -> None:
    assert AdaptiveTtl().ttl_seconds(asset_type, volatile=volatile, market_open=market_open) == seconds


@pytest.mark.parametrize(
    ("then", "now", "moved"),
    [
        (100.0, 100.9, False),
        (100.0, 101.1, True),
        (100.0, 99.1, False),
        (100.0, 98.9, True),
        (200.0, 201.9, False),
        (0.0001, 0.000102, True),
    ],
)
def test_a_move_of_more_than_a_percent_either_way_makes_it_old(then: float, now: float, moved: bool) -> None:
    assert AdaptiveTtl(move_pct=1.0).moved(then, now) is moved


@pytest.mark.parametrize("price", [math.nan, math.inf, -math.inf, 0.0, -1.0])
def test_a_price_that_is_none_is_no_move(price: float) -> None:
    assert AdaptiveTtl().moved(price, 100.0) is False
    assert AdaptiveTtl().moved(100.0, price) is False


def test_every_figure_is_a_setting() -> None:
    rules = AdaptiveTtl(equity_seconds=1.0, equity_closed_seconds=2.0, crypto_volatile_seconds=3.0)
    assert rules.ttl_seconds(AssetType.EQUITY, volatile=False, market_open=True) == 1.0
    assert rules.ttl_seconds(AssetType.EQUITY, volatile=True, market_open=False) == 2.0
    assert rules.ttl_seconds(AssetType.CRYPTO, volatile=True, market_open=False) == 3.0
