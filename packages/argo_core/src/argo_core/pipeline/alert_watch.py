"""The rules at work: one look after another over how the process stands, raised and over by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from argo_core.alerts.evaluate import Finding, evaluate, resumed
from argo_core.alerts.figures import figures_of, kept
from argo_core.alerts.readings import Readings
from argo_core.alerts.rules import Rule
from argo_core.errors import StoreError
from argo_core.ports import Notifier
from argo_core.ports.alert_store import AlertReader

STANDING_SECONDS = 2.0


class AlertWatch:
    """`source` names the process in its alerts."""

    def __init__(
        self,
        rules: tuple[Rule, ...],
        read: Callable[[], Awaitable[Readings]],
        notifier: Notifier,
        stored: AlertReader,
        source: str,
    ) -> None:
        self._rules, self._read, self._notifier = rules, read, notifier
        self._stored, self._source = stored, source
        self._history: tuple[Readings, ...] = ()
        self._findings: tuple[Finding, ...] = ()
        self._resumed = False

    async def look(self) -> None:
        """Read, judge, hand in what is new. An alert that could not be handed in is handed in at the next look."""
        readings = await self._read()
        self._history = kept(self._history, readings)
        await self._resume(readings)
        figures = figures_of(self._history)
        verdict = evaluate(self._rules, figures, self._findings, readings.at, self._source)
        lost = set()
        for alert in verdict.alerts:
            delivery = await self._notifier.send(alert)
            if not delivery.delivered:
                lost.add(alert.dedup_key)
        before = {one.key: one for one in self._findings}
        self._findings = tuple(
            before[one.key] if one.key in lost and one.key in before else one
            for one in verdict.findings
            if one.key not in lost or one.key in before
        )

    async def _resume(self, readings: Readings) -> None:
        """Once, as soon as the database answers: what an earlier process raised is not raised again."""
        if self._resumed:
            return
        try:
            async with asyncio.timeout(STANDING_SECONDS):
                standing = await self._stored.standing()
        except (StoreError, TimeoutError):
            return
        ours = resumed(self._rules, (one.alert for one in standing if one.alert.source == self._source), readings.at)
        known = {one.key for one in self._findings}
        self._findings = (*self._findings, *(one for one in ours if one.key not in known))
        self._resumed = True
