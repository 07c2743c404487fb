"""What a minder says of itself when a look at the account fails."""

from __future__ import annotations

import math

import msgspec
import pytest

from argo_core.errors import DataError
from argo_core.model.position import AccountSnapshot
from argo_core.pipeline.minder import Minder
from argo_core.testing.memory_venue import MemoryVenue
from tests.argo.pipeline.executor_rig import ExecutorRig


class SenselessVenue(MemoryVenue):
    """Shows an equity that is no number while it is `senseless`."""

    senseless = False

    async def snapshot(self) -> AccountSnapshot:
        account = await super().snapshot()
        return msgspec.structs.replace(account, equity=math.nan) if self.senseless else account


async def test_an_account_that_makes_no_sense_is_a_failed_look_and_told() -> None:
    rig = ExecutorRig()
    rig.venue = venue = SenselessVenue(100_000.0, rig.clock.now)
    rig.start()
    minder = Minder(rig.executor, rig.clock)
    await minder.recover()
    venue.senseless = True
    with pytest.raises(DataError, match="no number"):
        await minder.check()
    status = minder.status()
    assert (status.reconciled, status.failures) == (False, 1)
    assert status.error is not None
    assert not rig.notifier.matters["argo-unreachable"].resolved
    venue.senseless = False
    await minder.check()
    assert (minder.status().reconciled, rig.notifier.matters["argo-unreachable"].resolved) == (True, True)
