"""Alerts in a storage that answers in time, or is away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from typing import TypeVar

from alpine_core.errors import StoreError
from alpine_core.model.alert_delivery import AlertEnd, DueAlert, KeptAlert
from alpine_core.ports.operator_alerts import OperatorAlerts

_T = TypeVar("_T")
LONGEST_SECONDS = 3.0


class AlertsInTime:
    """`ports.OperatorAlerts` over another, which has `seconds` for each act: whoever tells that a database hangs must
    not hang with it. An act that was too late may still have been done."""

    def __init__(self, alerts: OperatorAlerts, seconds: float = LONGEST_SECONDS) -> None:
        self._alerts, self._seconds = alerts, seconds

    async def standing(self) -> dict[tuple[str, str], str]:
        return await self._in_time(self._alerts.standing())

    async def keep(self, kept: KeptAlert) -> bool:
        return await self._in_time(self._alerts.keep(kept))

    async def newest(self, limit: int) -> tuple[KeptAlert, ...]:
        return await self._in_time(self._alerts.newest(limit))

    async def claim(self, channel: str, now: datetime, until: datetime) -> DueAlert | None:
        return await self._in_time(self._alerts.claim(channel, now, until))

    async def end(self, alert_id: str, channel: str, end: AlertEnd) -> None:
        await self._in_time(self._alerts.end(alert_id, channel, end))

    async def _in_time(self, act: Awaitable[_T]) -> _T:
        try:
            async with asyncio.timeout(self._seconds):
                return await act
        except TimeoutError as error:
            raise StoreError(f"the database does not answer within {self._seconds:g} s") from error
