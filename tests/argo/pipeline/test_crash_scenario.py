"""The scripted crash, through a whole generator and two executors: the prop firm account gets out above its floor."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from argo_core.adapters.replay.scripted import Script, ScriptedDay, read_script
from argo_core.adapters.rule_packs import load_pack
from argo_core.model.halt import Halt
from argo_core.risk import FlattenCost, PropFirmLimits, RiskPolicy, SizePolicy
from tests.argo.pipeline.crash_rig import CASH, Day, Run

SCRIPT = read_script((Path(__file__).parents[3] / "examples" / "demo" / "crash.json").read_bytes())
STOCKS = frozenset({"AAPL", "AMZN", "GOOGL", "TSLA", "AMD", "BA", "SPY"})
LIMITS = PropFirmLimits(
    min_confidence=75.0, max_position_pct=10.0, max_positions=5, max_correlated=9, max_stop_pct=3.1, no_crisis=False,
    only_symbols=STOCKS, daily_loss_pct=4.5, max_drawdown_pct=3.0,
)  # fmt: skip
BEGINS = date(2019, 2, 8)


def policies(check_seconds: float = 86_400.0) -> dict[str, RiskPolicy]:
    """Both accounts as the scenario configures them: prices come once a trading day."""
    pack = msgspec.structs.replace(load_pack("ftmo-2-step"), cost=FlattenCost(check_seconds=check_seconds))
    size = SizePolicy(base_pct=10.0, max_pct=10.0)
    return {"regular": RiskPolicy.regular(), "prop_firm": RiskPolicy.prop_firm(pack, LIMITS, size, CASH)}


async def days_of(run: Run, count: int) -> list[dict[str, Day]]:
    await run.begin()
    return [await run.day() for _ in range(count)]


def deeper(factor: float) -> Script:
    """The same script with its first day's gaps so many times as large."""
    days = {
        symbol: (ScriptedDay(gap_pct=first.gap_pct * factor, drift_pct=first.drift_pct), *rest)
        for symbol, (first, *rest) in SCRIPT.days.items()
    }
    return msgspec.structs.replace(SCRIPT, days=days)


async def test_without_the_script_nothing_happens_to_either_account() -> None:
    days = await days_of(Run(BEGINS, policies(), None), 9)
    assert {(day.level, day.halt) for each in days for day in each.values()} == {("NORMAL", None)}


@pytest.mark.parametrize("start", [date(2019, 2, 5), date(2019, 2, 6), date(2019, 2, 7), BEGINS])
async def test_the_prop_firm_account_ends_halted_above_its_floor_and_flat(start: date) -> None:
    run = Run(start, policies(), SCRIPT)
    days = await days_of(run, 9)
    of_firm = {each["prop_firm"].market_date: each["prop_firm"] for each in days}
    before = [day for when, day in of_firm.items() if when < SCRIPT.begins]
    after = [day for when, day in of_firm.items() if when >= SCRIPT.begins]
    assert {(day.level, day.halt) for day in before} == {("NORMAL", None)}
    # At the first look after the fall, and ever after.
    assert {(day.level, day.halt, day.positions, day.orders) for day in after} == {("BREACH", "breach", (), 0)}
    assert all(day.equity > day.floor > 96_000.0 for day in after)
    halts = await run.accounts["prop_firm"].halts.history(10)
    assert [(one.code.value, one.by) for one in halts if isinstance(one, Halt)] == [("breach", "monitor")]
    assert run.accounts["prop_firm"].codes() >= {"restricted_symbol", "halted"}


async def test_the_regular_account_goes_on_under_its_own_rules() -> None:
    run = Run(BEGINS, policies(), SCRIPT)
    days = [each["regular"] for each in await days_of(run, 9)]
    fallen = next(day for day in days if day.market_date == SCRIPT.begins)
    assert (fallen.level, fallen.halt) == ("WARNING", None)
    assert 94_000.0 < fallen.equity < 97_000.0
    assert days[-1].halt is None
    assert days[-1].positions != ()
    assert "restricted_symbol" not in run.accounts["regular"].codes()


@pytest.mark.parametrize("factor", [0.8, 0.9, 1.1, 1.2])
async def test_the_end_does_not_hang_on_the_exact_depth_of_the_fall(factor: float) -> None:
    end = (await days_of(Run(BEGINS, policies(), deeper(factor)), 7))[-1]["prop_firm"]
    assert (end.halt, end.positions, end.orders) == ("breach", (), 0)
    assert end.equity > end.floor


async def test_what_the_script_touches_is_named_for_what_it_is() -> None:
    run = Run(BEGINS, policies(), SCRIPT)
    await days_of(run, 1)
    assert (run.feed.origin.name, run.data_sources) == ("replay_scripted", {"replay_scripted"})
    assert run.feed.origin.description.startswith("scripted: crash from 2019-02-13 on")
