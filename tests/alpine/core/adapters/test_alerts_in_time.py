"""Alerts in a storage that answers in time, or is away."""

from __future__ import annotations

import asyncio

import pytest

from alpine_core.adapters.alerts_in_time import AlertsInTime
from alpine_core.alerts.spare_alerts import SpareAlerts
from alpine_core.errors import StoreError
from alpine_core.testing.contracts.operator_alerts import OperatorAlertsContract


@pytest.fixture
def alerts() -> AlertsInTime:
    return AlertsInTime(SpareAlerts({}), 30.0)


class TestAlertsInTime(OperatorAlertsContract):
    pass


async def test_a_storage_that_hangs_is_away() -> None:
    class Hanging(SpareAlerts):
        async def standing(self) -> dict[tuple[str, str], str]:
            await asyncio.Event().wait()
            return {}

    with pytest.raises(StoreError, match="the database does not answer"):
        await AlertsInTime(Hanging({}), 0.01).standing()
