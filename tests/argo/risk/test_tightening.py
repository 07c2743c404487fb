"""What of a changed file may take effect in a running executor: only what tightens."""

from __future__ import annotations

from typing import Any

import pytest

from argo_core.risk.tightening import tightens

LIMITS: dict[str, Any] = {
    "max_drawdown_pct": 2.0, "daily_loss_limit_pct": 4.5, "max_position_size_pct": 3.0, "min_confidence": 82.0,
    "max_positions": 3, "max_correlated_positions": 3, "max_stop_loss_pct": 1.5, "skip_crisis": False,
    "restricted_symbols": ["GME"], "only_symbols": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "looser", "tighter"),
    [
        ("trading.auto_execute", True, False),
        ("trading.daily_loss_limit_pct", 5.0, 4.0),
        ("trading.max_correlated_positions", 5, 0),
        ("trading.max_drawdown_pct", 20.0, 19.9),
        ("trading.max_position_size_pct", 16.0, 10.0),
        ("trading.max_signal_age_seconds", 300.0, 60.0),
        ("trading.min_confidence", 75.0, 80.0),
        ("trading.position_size_pct", 10.0, 5.0),
    ],
)
def test_an_accounts_own_limit_tightens_in_one_direction_only(key: str, looser: object, tighter: object) -> None:
    assert (tightens(key, looser, tighter), tightens(key, tighter, looser), tightens(key, looser, looser)) == (
        True, False, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "tighter"),
    [
        ("max_drawdown_pct", 1.0), ("daily_loss_limit_pct", 4.0), ("max_position_size_pct", 2.0),
        ("min_confidence", 90.0), ("max_positions", 1),
        ("max_correlated_positions", 1), ("max_stop_loss_pct", 1.0), ("skip_crisis", True),
        ("restricted_symbols", ["AMC", "GME"]), ("only_symbols", ["AAPL"]),
    ],
)  # fmt: skip
def test_a_limit_beside_a_prop_firms_rules_tightens_in_one_direction_only(name: str, tighter: object) -> None:
    changed = {**LIMITS, name: tighter}
    assert tightens("prop_firm.risk_limits", LIMITS, changed)
    assert not tightens("prop_firm.risk_limits", changed, LIMITS)


@pytest.mark.parametrize(
    "changed",
    [
        {"max_positions": 2, "max_stop_loss_pct": 2.0},
        {"restricted_symbols": ["AMC"]},
        {"only_symbols": ["AAPL"], "skip_crisis": None},
    ],
)
def test_limits_of_which_one_loosens_wait_together(changed: dict[str, Any]) -> None:
    assert not tightens("prop_firm.risk_limits", LIMITS, {**LIMITS, **changed})


@pytest.mark.parametrize("key", ["trading.mode", "trading.flip", "prop_firm.rule_pack", "prop_firm.monitoring", "x"])
def test_what_cannot_be_told_so_does_not_tighten(key: str) -> None:
    assert not any(tightens(key, before, after) for before in (True, 1, "a") for after in (False, 0, "b"))
