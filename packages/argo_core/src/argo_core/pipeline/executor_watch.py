"""The generator's eye on its executors: how each stands, since when one is silent, and the switch that halts them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from argo_core.alerts.runbooks import EXECUTOR_SILENT
from argo_core.errors import ArgoError, DataError
from argo_core.model.alert import Alert, Severity
from argo_core.pipeline.executor_line import ExecutorLine
from argo_core.pipeline.executor_status import ExecutorStatus
from argo_core.ports import Clock, Notifier

ALL = "all"
MISSES = 3
"""So many unanswered questions in a row are told to a person."""


class WatchedExecutor(msgspec.Struct, frozen=True, kw_only=True):
    """`status` is the newest answer, `answered_at` its wall clock; `misses` in a row since. `error` says why the last
    question was not answered; `up` is None before the first."""

    executor_id: str
    address: str
    up: bool | None
    misses: int
    error: str | None
    answered_at: datetime | None
    status: ExecutorStatus | None


class HaltOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the switch at one executor: `halt_id` of the halt that stands there, `flat` once nothing is left
    (None: the halt only stops), or the `error` for which it could not be reached."""

    executor_id: str
    halted: bool
    halt_id: str | None = None
    flat: bool | None = None
    error: str | None = None


def named_executors(target: str, known: Iterable[str]) -> tuple[str, ...]:
    """Those of `known` that `target` means: `all` of them, or the one of that name; none if it is not known."""
    return tuple(name for name in known if target in (ALL, name))


class ExecutorWatch:
    """`lines` and `addresses` by executor."""

    def __init__(
        self, lines: Mapping[str, ExecutorLine], addresses: Mapping[str, str], clock: Clock, notifier: Notifier
    ) -> None:
        self._lines, self._clock, self._notifier = lines, clock, notifier
        self._watched = {
            name: WatchedExecutor(
                executor_id=name, address=address, up=None, misses=0, error=None, answered_at=None, status=None
            )
            for name, address in addresses.items()
        }

    def watched(self) -> tuple[WatchedExecutor, ...]:
        """How each stands, in the order of the configuration."""
        return tuple(self._watched.values())

    async def look(self) -> None:
        """Ask each of them, side by side."""
        await asyncio.gather(*map(self._ask, self._lines))

    async def halt(self, executor_id: str, reason: str, by: str) -> tuple[HaltOutcome, ...]:
        """Halt one executor, or with `all` every one, side by side: none waits for another. Raises DataError
        `unknown_executor`."""
        chosen = named_executors(executor_id, self._lines)
        if not chosen:
            known = ", ".join([*self._lines, ALL])
            raise DataError("unknown_executor", f"no executor {ascii(executor_id)[:40]}: use one of {known}")
        return tuple(await asyncio.gather(*(self._halt(name, reason, by) for name in chosen)))

    async def _halt(self, name: str, reason: str, by: str) -> HaltOutcome:
        try:
            done = await self._lines[name].halt(reason, by)
        except ArgoError as error:
            return HaltOutcome(executor_id=name, halted=False, error=str(error))
        await self._ask(name)
        return HaltOutcome(executor_id=name, halted=True, halt_id=done.halt.halt_id, flat=done.flat)

    async def _ask(self, name: str) -> None:
        before = self._watched[name]
        try:
            status = await self._lines[name].status()
        except ArgoError as error:
            misses = before.misses + 1
            self._watched[name] = msgspec.structs.replace(before, up=False, misses=misses, error=str(error))
            if misses == MISSES:
                await self._notifier.send(self._alert(name, str(error), resolved=False))
            return
        self._watched[name] = msgspec.structs.replace(
            before, up=True, misses=0, error=None, answered_at=self._clock.now(), status=status
        )
        if before.misses >= MISSES:
            await self._notifier.send(self._alert(name, "it answers again", resolved=True))

    def _alert(self, name: str, why: str, *, resolved: bool) -> Alert:
        return Alert(
            dedup_key=f"{name}-silent",
            runbook=EXECUTOR_SILENT,
            title=f"executor {name} answers again" if resolved else f"executor {name} does not answer",
            message=why,
            severity=Severity.INFO if resolved else Severity.CRITICAL,
            source="generator",
            raised_at=self._clock.now(),
            resolved=resolved,
        )
