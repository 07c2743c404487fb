"""The kill switch is exercised where nothing can be lost, and only there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from argo_core.errors import ConfigError, StoreError
from argo_core.model.halt import HaltCode
from argo_core.pipeline.drill import drill
from tests.argo.pipeline.executor_rig import SHARES, ExecutorRig, with_mode


@pytest.fixture
async def rig() -> ExecutorRig:
    made = ExecutorRig()
    await made.begin()
    await made.trade("s1")
    return made


async def test_a_drill_measures_from_the_call_to_flat_and_is_kept(rig: ExecutorRig) -> None:
    measured = await drill(rig.executor, "ada")
    assert await rig.halts.flattenings(10) == (measured,)
    assert (measured.seconds, await rig.held()) == (0.0, {})
    assert rig.executor.standing is not None
    assert rig.executor.standing.code is HaltCode.DRILL
    await rig.executor.resume("drill done", "ada")
    await rig.trade("s2")
    assert await rig.held() == {"AAPL": SHARES}


async def test_a_drill_that_does_not_come_to_an_end_says_so_and_the_checks_go_on(rig: ExecutorRig) -> None:
    rig.venue.refusing.add("AAPL")
    with pytest.raises(StoreError, match="not flat after"):
        await drill(rig.executor, "ada")
    rig.venue.refusing.clear()
    rig.clock.advance(timedelta(seconds=7))
    checked = await rig.executor.check()
    assert checked.flattening is not None
    assert checked.flattening.seconds == 7.0


async def test_no_drill_on_an_account_that_is_not_simulated() -> None:
    rig = ExecutorRig(with_mode("paper"), simulated=False)
    await rig.begin()
    await rig.trade("s1")
    with pytest.raises(ConfigError, match="is not simulated"):
        await drill(rig.executor, "ada")
    assert (await rig.held(), rig.executor.standing) == ({"AAPL": SHARES}, None)


async def test_no_drill_under_a_halt(rig: ExecutorRig) -> None:
    await rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    with pytest.raises(ConfigError, match="resume it before"):
        await drill(rig.executor, "ada")
