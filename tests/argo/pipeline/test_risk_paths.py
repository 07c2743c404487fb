"""Random markets and signal streams through the real executor on the simulated exchange: no rule ever gives way.

The executor is the whole one, with the exchange and every store in memory; it dies and starts again at random steps,
and now and then somebody throws the kill switch.
"""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from argo_core.execution.exchange_policy import ExchangePolicy, TradingHalt
from tests.argo.pipeline.risk_path_packs import BINDINGS, Binding
from tests.argo.pipeline.risk_path_rig import BEGIN, HALF_HOUR, WARM, RiskPath, Told

STEPS = 26
SLICE = 18
LONG = 40 if os.environ.get("TEST_COUNTS", "slice") == "slice" else 1_000
UNKIND = ExchangePolicy(
    volume_pct=20.0,
    halts=(
        TradingHalt(symbol="TSLA", begins=BEGIN + (WARM + 4) * HALF_HOUR, ends=BEGIN + (WARM + 9) * HALF_HOUR),
        TradingHalt(symbol="SPY", begins=BEGIN + (WARM + 12) * HALF_HOUR, ends=BEGIN + timedelta(days=2)),
    ),
    reject_pct=8.0,
    seed=5,
)


async def walked(binding: Binding, seeds: range, exchange: ExchangePolicy | None = None) -> list[Told]:
    """Every path, each of which kept every rule."""
    told: list[Told] = []
    for seed in seeds:
        path = await RiskPath(binding.policy, seed, exchange).walk(STEPS)
        assert path.faults == [], f"seed {seed}"
        told.append(path)
    return told


def require_bound(rule: str, binding: Binding, paths: list[Told]) -> None:
    """The rule was met, and it was the first: no other floor was reached, or nothing else denied."""
    if binding.breach is not None:
        assert set().union(*(path.breaches for path in paths)) == {binding.breach}, rule
    if binding.denial is not None:
        assert (binding.denial,) in set().union(*(path.first_denials for path in paths)), rule
    halts = set().union(*(path.halts for path in paths)) - {"operator"}
    assert halts == ({binding.halt} if binding.halt is not None else set()), rule
    assert sum(path.entries for path in paths) > len(paths), rule


def require_only_gaps(paths: list[Told]) -> None:
    """A floor was crossed only where a bar went further than the cost of flattening allows for, and BREACH stood at
    that very check."""
    crossings = [crossing for path in paths for crossing in path.crossings]
    assert [crossing for crossing in crossings if not crossing.breached] == []
    assert [crossing for crossing in crossings if not crossing.beyond_model > 0] == []


@pytest.mark.parametrize("rule", BINDINGS)
async def test_every_rule_holds_on_every_path_and_binds_in_its_own_pack(rule: str) -> None:
    paths = await walked(BINDINGS[rule], range(SLICE))
    require_only_gaps(paths)
    require_bound(rule, BINDINGS[rule], paths)
    assert sum(path.restarts for path in paths) > 0


async def test_a_floor_is_left_above_where_no_gap_comes_and_only_gaps_cross_it() -> None:
    paths = await walked(BINDINGS["static"], range(100, 120))
    breached = [path for path in paths if path.breaches]
    assert [path for path in breached if path.crossings] != []
    assert [path for path in breached if not path.crossings and path.flattened] != []


@pytest.mark.parametrize("rule", ["static", "position count", "drawdown"])
async def test_partial_fills_halts_and_refusals_break_no_rule(rule: str) -> None:
    paths = await walked(BINDINGS[rule], range(200, 206), UNKIND)
    assert [crossing for path in paths for crossing in path.crossings if not crossing.breached] == []


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("rule", BINDINGS)
async def test_ten_thousand_paths(rule: str) -> None:
    paths = await walked(BINDINGS[rule], range(1_000, 1_000 + LONG))
    require_only_gaps(paths)
    require_bound(rule, BINDINGS[rule], paths)
