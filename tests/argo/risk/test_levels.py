"""Stop and target: 1.5 ATR away at most three percent, target twice as far, in steps of the symbol."""

from __future__ import annotations

import math

import pytest

from argo_core.errors import ConfigError
from argo_core.model.asset import AssetType
from argo_core.model.direction import Direction
from argo_core.risk import LevelPolicy, Levels, protective_levels
from argo_core.risk.tick import quantised

POLICY = LevelPolicy()


def levels(direction: Direction, price: float, atr: float, policy: LevelPolicy = POLICY) -> Levels | None:
    return protective_levels(AssetType.EQUITY, direction, price, atr, policy)


def test_a_long_has_its_stop_below_and_its_target_above() -> None:
    assert levels(Direction.LONG, 200.0, 0.01) == Levels(entry_price=200.0, stop_price=197.0, target_price=206.0)


def test_a_short_mirrors_it() -> None:
    assert levels(Direction.SHORT, 200.0, 0.01) == Levels(entry_price=200.0, stop_price=203.0, target_price=194.0)


def test_a_wild_symbol_is_capped_at_three_percent() -> None:
    assert levels(Direction.LONG, 100.0, 0.10) == Levels(entry_price=100.0, stop_price=97.0, target_price=106.0)


def test_a_prop_firm_caps_at_one_and_a_half() -> None:
    strict = LevelPolicy(max_stop_pct=1.5)
    assert levels(Direction.LONG, 100.0, 0.10, strict) == Levels(entry_price=100.0, stop_price=98.5, target_price=103.0)


def test_a_fixed_distance_needs_no_range() -> None:
    fixed = LevelPolicy(fixed_stop_pct=2.0)
    assert levels(Direction.LONG, 100.0, math.nan, fixed) == Levels(
        entry_price=100.0, stop_price=98.0, target_price=104.0
    )


@pytest.mark.parametrize("atr", [math.nan, 0.0, math.inf, -0.01])
def test_an_unknown_range_gives_no_levels(atr: float) -> None:
    assert levels(Direction.LONG, 100.0, atr) is None


def test_a_distance_below_one_step_gives_no_levels() -> None:
    assert levels(Direction.LONG, 100.0, 0.00001) is None


@pytest.mark.parametrize(
    ("kind", "price", "quoted"),
    [
        (AssetType.EQUITY, 175.256, 175.26),
        (AssetType.EQUITY, 0.45678, 0.4568),
        (AssetType.CRYPTO, 6345.678, 6345.68),
        (AssetType.CRYPTO, 52.12349, 52.1235),
        (AssetType.CRYPTO, 0.4512345, 0.451234),
    ],
)
def test_prices_are_quoted_in_steps(kind: AssetType, price: float, quoted: float) -> None:
    assert quantised(kind, price) == quoted


@pytest.mark.parametrize(
    "wrong", [{"stop_atr": 0}, {"max_stop_pct": 60}, {"reward_to_risk": -1}, {"fixed_stop_pct": 0}]
)
def test_settings_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigError):
        LevelPolicy(**wrong)
