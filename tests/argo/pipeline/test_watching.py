"""What the watch says is acted upon: half the risk at CRITICAL, flat and halted at BREACH, remembered across starts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from argo_core.adapters.rule_packs import load_pack
from argo_core.model.halt import HaltCode
from argo_core.model.order import OrderState
from argo_core.risk import WatchLevel
from tests.argo.pipeline.executor_rig import RULES, SHARES, ExecutorRig, bar

PROP = replace(RULES, watch=load_pack("seed-limits").watch(100_000.0))


@pytest.fixture
async def prop() -> ExecutorRig:
    made = ExecutorRig(rules=PROP)
    await made.begin()
    await made.trade("s1")
    return made


async def test_before_the_floor_everything_is_cancelled_and_closed_and_the_halt_lasts(prop: ExecutorRig) -> None:
    # 65 shares: 2 % of 100,000 is lost at 144.48.
    await prop.executor.mark([bar(146.0, 1)])
    halt = prop.executor.standing
    if halt is None:
        await prop.executor.mark([bar(144.8, 2)])
        halt = prop.executor.standing
    assert halt is not None
    assert (halt.code, halt.until) == (HaltCode.BREACH, None)
    account = await prop.venue.snapshot()
    assert (account.positions, account.open_orders) == ((), ())
    assert account.equity > 98_000.0
    await prop.executor.mark([bar(200.0, 3 * 1440)])
    prop.start()
    await prop.executor.recover()
    assert prop.executor.standing == halt


async def test_flattening_after_a_breach_goes_on_in_the_next_process(prop: ExecutorRig) -> None:
    prop.venue.patient = True
    await prop.executor.mark([bar(144.6, 1)])
    assert await prop.held() == {"AAPL": SHARES}
    prop.start()
    prop.venue.fill("argo-halt-1-AAPL", SHARES, 144.6)
    checked = await prop.executor.recover()
    assert checked.flattening is not None
    assert checked.flattening.flat_at is not None
    assert prop.state("argo-halt-1-AAPL") is OrderState.FILLED


async def test_at_critical_new_risk_is_halved() -> None:
    rig = ExecutorRig()
    await rig.begin()
    await rig.trade("s1")
    # 9.1 % of 5 % is lost: more than 90 % of the day's limit.
    await rig.executor.mark([bar(175.25 - 4_600.0 / SHARES, 1)])
    assert (await rig.executor.watched()).level is WatchLevel.CRITICAL
    assert rig.notifier.matters["argo-risk"].title == "argo: CRITICAL"
    await rig.executor.mark([bar(175.25, 1, "MSFT")])
    await rig.trade("s2", symbol="MSFT")
    assert (await rig.held())["MSFT"] == 31.0  # of 95,400 half of 11.5 %, at 175.25


async def test_neither_peak_nor_anchor_is_forgotten_by_a_restart() -> None:
    rig = ExecutorRig()
    await rig.begin()
    await rig.trade("s1")
    await rig.executor.mark([bar(400.0, 1)])
    peak = (await rig.executor.watched()).state.peak_equity
    rig.start()
    await rig.executor.recover()
    await rig.executor.mark([bar(300.0, 2)])
    state = (await rig.executor.watched()).state
    assert peak == pytest.approx(100_000.0 + SHARES * (400.0 - 175.25))
    assert (state.peak_equity, state.anchor_equity) == (peak, 100_000.0)


async def test_asking_for_the_standing_remembers_nothing() -> None:
    rig = ExecutorRig()
    await rig.begin()
    stored = list(rig.watch_log.records)
    await rig.executor.watched()
    assert rig.watch_log.records == stored


async def test_what_changes_nothing_is_stored_once_a_minute() -> None:
    rig = ExecutorRig()
    await rig.begin()
    before = len(rig.watch_log.records)
    for _ in range(13):
        rig.clock.advance(timedelta(seconds=5))
        await rig.executor.check()
    assert len(rig.watch_log.records) == before + 1


async def test_a_replay_without_a_bar_has_no_day_yet() -> None:
    rig = ExecutorRig()
    await rig.executor.recover()
    assert rig.watch_log.records == []
    await rig.executor.mark([bar(175.25, 0)])
    assert rig.watch_log.records[-1].market_time == bar(175.25, 0).start
