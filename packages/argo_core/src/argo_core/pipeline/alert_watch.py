"""The rules at work: one look after another over how the process stands, raised and over by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from argo_core.alerts.evaluate import Finding, evaluate, resumed
from argo_core.alerts.figures import figures_of, kept
from argo_core.alerts.readings import Readings
from argo_core.alerts.rules import Rule
from argo_core.errors import StoreError
from argo_core.model.alert import Alert, Matter
from argo_core.ports import Notifier
from argo_core.ports.alert_store import AlertReader

STANDING_SECONDS = 2.0
AGAIN = timedelta(minutes=1)


class AlertWatch:
    """`source` names the process in its alerts. `waiting`: by its key, where each matter stands by what the database
    has not taken yet."""

    def __init__(
        self,
        rules: tuple[Rule, ...],
        read: Callable[[], Awaitable[Readings]],
        notifier: Notifier,
        stored: AlertReader,
        waiting: Callable[[], Mapping[str, Matter]],
        source: str,
    ) -> None:
        self._rules, self._read, self._notifier = rules, read, notifier
        self._stored, self._waiting, self._source = stored, waiting, source
        self._history: tuple[Readings, ...] = ()
        self._findings: tuple[Finding, ...] = ()
        self._asked: datetime | None = None
        self._question: asyncio.Task[tuple[Alert, ...] | None] | None = None

    async def look(self) -> None:
        """Read, judge, hand in what is new. An alert that could not be handed in is handed in at the next look."""
        readings = await self._read()
        self._history = kept(self._history, readings)
        await self._take_up(readings.at)
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
        self._ask_again(readings.at)

    async def _take_up(self, now: datetime) -> None:
        """What stands in our name and is not known here: an earlier process raised it, it came to the database by way
        of a spare place, or it was kept although no answer came. It is not raised again, and taken back once its rule
        holds. Asked at the first look, which waits a little for the answer, and then once a minute beside the looks.
        """
        if self._question is None and self._asked is None:
            self._question = asyncio.create_task(self._standing())
            await asyncio.wait({self._question}, timeout=STANDING_SECONDS)
        if self._question is None or not self._question.done():
            return
        question, self._question = self._question, None
        if (standing := question.result()) is None:
            return
        raised = {one.key for one in self._findings if one.raised}
        ours = [alert for alert in standing if alert.source == self._source and alert.dedup_key not in raised]
        found = {one.key: one for one in resumed(self._rules, ours, now)}
        self._findings = (*(one for one in self._findings if one.key not in found), *found.values())
        self._asked = self._asked or now

    def _ask_again(self, now: datetime) -> None:
        """After the look's own alerts were handed in: the answer shows them."""
        if self._question is None and self._asked is not None and now - self._asked >= AGAIN:
            self._asked = now
            self._question = asyncio.create_task(self._standing())

    async def _standing(self) -> tuple[Alert, ...] | None:
        """By the database, and by what is on the way there, which is newer; None where the database is away."""
        waiting = self._waiting()
        try:
            stored = await self._stored.standing()
        except StoreError:
            return None
        newest = {one.alert.dedup_key: one for one in stored} | dict(waiting)
        return tuple(one.alert for one in newest.values() if one.open)
