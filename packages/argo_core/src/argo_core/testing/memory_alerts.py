"""Alerts in memory: what the SQL store promises, without a disk."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from argo_core.alerts.routing import CHANNELS, channels_for
from argo_core.errors import DataError, StoreError
from argo_core.model.alert import Alert, AlertRecord, Attempt, Matter, PendingAlert
from argo_core.model.query import Page


class MemoryAlerts:
    """`ports.AlertStore` and `ports.AlertReader`. While `down`, every call raises StoreError."""

    def __init__(self) -> None:
        self.records: list[AlertRecord] = []
        self.down = False
        self._matters: dict[str, Matter] = {}
        self._tasks: list[tuple[int, str]] = []

    async def keep(self, alert: Alert, configured: Collection[str]) -> tuple[str, ...]:
        self._require_up()
        before = self._matters.get(alert.dedup_key)
        channels = channels_for(alert, before, configured)
        heard = () if before is None or not before.open else before.channels
        self._append(alert, channels)
        if channels:
            self._remember(alert, (*channels, *heard))
        return channels

    async def pending(self, channel: str, limit: int) -> tuple[PendingAlert, ...]:
        self._require_up()
        found = []
        for task, (number, name) in enumerate(self._tasks, 1):
            record = self.records[number - 1]
            tries = [one for one in record.attempts if one.channel == channel]
            if name == channel and not any(one.settled for one in tries):
                found.append(PendingAlert(task=task, alert=record.alert, attempts=len(tries)))
        return tuple(found[:limit])

    async def attempted(self, task: int, attempt: Attempt) -> None:
        self._require_up()
        number, _ = self._tasks[task - 1]
        record = self.records[number - 1]
        self.records[number - 1] = msgspec.structs.replace(record, attempts=(*record.attempts, attempt))

    async def recorded(
        self, alert: Alert, attempts: Sequence[Attempt], *, matter: bool, waiting: Collection[str] = ()
    ) -> None:
        self._require_up()
        channels = tuple(dict.fromkeys((*(one.channel for one in attempts), *waiting)))
        self._append(alert, channels)
        self.records[-1] = msgspec.structs.replace(self.records[-1], attempts=tuple(attempts))
        if matter:
            self._remember(alert, channels)

    async def alerts(self, limit: int, before: int | None = None) -> Page[AlertRecord]:
        self._require_up()
        if not 1 <= limit <= 500:
            raise DataError("bad_limit", f"a page of {limit} is not possible: ask for 1 to 500")
        older = [one for one in reversed(self.records) if before is None or one.number < before]
        return Page(items=tuple(older[:limit]), next_before=older[limit - 1].number if len(older) > limit else None)

    async def standing(self) -> tuple[Matter, ...]:
        self._require_up()
        return tuple(one for one in self._matters.values() if one.open)

    def _append(self, alert: Alert, channels: Sequence[str]) -> None:
        number = len(self.records) + 1
        self.records.append(AlertRecord(number=number, alert=alert, channels=tuple(channels)))
        self._tasks += [(number, name) for name in channels]

    def _remember(self, alert: Alert, heard: Sequence[str]) -> None:
        self._matters.pop(alert.dedup_key, None)
        self._matters[alert.dedup_key] = Matter(alert=alert, channels=tuple(name for name in CHANNELS if name in heard))

    def _require_up(self) -> None:
        if self.down:
            raise StoreError("the alerts are not reachable: start the database")
