"""Size: base percentage, more for confidence and calm, never above the maximum, whole shares."""

from __future__ import annotations

import math

import pytest

from argo_core.errors import ConfigError
from argo_core.model.asset import AssetType
from argo_core.risk import PositionSizer, SizePolicy, position_size

POLICY = SizePolicy(base_pct=10.0, max_pct=16.0)
EQUITY, CRYPTO = AssetType.EQUITY, AssetType.CRYPTO


@pytest.mark.parametrize(
    ("price", "confidence", "asset_type", "calm", "units"),
    [
        (100.0, 75.0, EQUITY, None, 100.0),  # the base: 10 % of 100,000
        (100.0, 100.0, EQUITY, None, 150.0),  # × 1.5
        (100.0, 87.5, EQUITY, None, 125.0),  # × 1.25
        (100.0, 50.0, EQUITY, None, 50.0),  # × 0.5
        (100.0, 75.0, EQUITY, 0.5, 50.0),  # twice as volatile as usual
        (100.0, 75.0, EQUITY, 3.0, 150.0),  # calm counts at most 1.5
        (100.0, 100.0, EQUITY, 1.5, 160.0),  # 22.5 % is cut to 16 %
        (175.25, 75.0, EQUITY, None, 57.0),  # 57.06 shares
        (10_000.1, 75.0, EQUITY, None, 0.0),  # not one share
        (64_123.45, 75.0, CRYPTO, None, 0.155949),  # 0.15594919
        (100.0, 75.0, CRYPTO, None, 100.0),
    ],
)
def test_the_size_of(price: float, confidence: float, asset_type: AssetType, calm: float | None, units: float) -> None:
    assert position_size(100_000.0, price, confidence, asset_type, POLICY, calm) == units


@pytest.mark.parametrize(
    ("equity", "price", "confidence", "calm"),
    [
        (0.0, 100.0, 75.0, None),
        (-5.0, 100.0, 75.0, None),
        (math.nan, 100.0, 75.0, None),
        (1e5, math.nan, 75.0, None),
        (1e5, math.inf, 75.0, None),
        (1e5, 0.0, 75.0, None),
        (1e5, 100.0, math.nan, None),
        (1e5, 100.0, 75.0, math.nan),
        (1e5, 100.0, 10.0, None),
    ],
)
def test_what_cannot_be_sized_is_nothing(equity: float, price: float, confidence: float, calm: float | None) -> None:
    assert position_size(equity, price, confidence, EQUITY, POLICY, calm) == 0.0


def test_a_quotient_a_hair_below_a_whole_share_is_that_share() -> None:
    assert position_size(3.0, 0.1, 75.0, EQUITY, POLICY) == 3.0


def test_shares_may_be_divided_where_the_policy_says_so() -> None:
    fractional = SizePolicy(base_pct=10.0, max_pct=16.0, fractional_shares=True)
    assert position_size(100_000.0, 175.25, 75.0, EQUITY, fractional) == 57.06134


def test_new_risk_is_halved_after_the_cap() -> None:
    assert position_size(100_000.0, 100.0, 100.0, EQUITY, POLICY, 1.5, size_factor=0.5) == 80.0


@pytest.mark.parametrize("factor", [0.0, -1.0, 1.5, math.nan])
def test_a_size_factor_that_is_none_gives_nothing(factor: float) -> None:
    assert position_size(100_000.0, 100.0, 75.0, EQUITY, POLICY, size_factor=factor) == 0.0


@pytest.mark.parametrize(("increment", "units"), [(1e-9, 0.155949188), (0.01, 0.15), (0.3, 0.0), (None, 0.155949)])
def test_crypto_is_rounded_down_to_the_venue_s_increment(increment: float | None, units: float) -> None:
    assert position_size(100_000.0, 64_123.45, 75.0, CRYPTO, POLICY, increment=increment) == units


def test_a_sizer_is_its_policy_at_work() -> None:
    assert PositionSizer(POLICY).size(100_000.0, 100.0, 87.5, EQUITY, size_factor=0.5) == 62.0


def test_an_increment_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="above 0"):
        SizePolicy(base_pct=10.0, max_pct=16.0, increments={"BTC-USD": 0.0})


def test_a_percentage_beyond_a_hundred_is_refused() -> None:
    with pytest.raises(ConfigError, match="0 to 100"):
        SizePolicy(base_pct=10.0, max_pct=101.0)
