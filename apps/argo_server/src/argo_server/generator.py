"""The generator: runs one cycle after another and knows how they went."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

import msgspec

from argo_core.errors import ArgoError, FeedExhausted
from argo_core.model.origin import Origin
from argo_core.pipeline import CycleReport
from argo_core.pipeline.ledger_duty import CycleRunner, NotSigning
from argo_core.ports import Clock

T = TypeVar("T")

RECENT_CYCLES = 720


class GeneratorStatus(msgspec.Struct, frozen=True, kw_only=True):
    """`recent_ms` are the durations of up to 720 cycles, oldest first.

    `state` is idle, running, waiting, failed, exhausted, or why the log may not be signed: `waiting for the witness`,
    `refused`.
    """

    state: str
    symbols: tuple[str, ...]
    interval_seconds: float
    cycles: int
    failures: int
    missed: int
    overruns: int
    last_error: str | None
    last_report: CycleReport | None
    last_finished_at: datetime | None
    recent_ms: tuple[float, ...]
    origin: Origin


class Generator:
    """Owns the cycle. Each finished cycle is told to the listeners, after it is durable."""

    def __init__(
        self, cycle: CycleRunner, symbols: tuple[str, ...], interval_seconds: float, clock: Clock, origin: Origin
    ) -> None:
        self._cycle, self._symbols, self._interval, self._clock, self._origin = (
            cycle,
            symbols,
            interval_seconds,
            clock,
            origin,
        )
        self._listeners: list[Callable[[CycleReport], None]] = []
        self._recent: deque[float] = deque(maxlen=RECENT_CYCLES)
        self._cycles = self._failures = self._missed = self._overruns = 0
        self._one_at_a_time = asyncio.Lock()
        self._state = "idle"
        self._last_error: str | None = None
        self._last_report: CycleReport | None = None
        self._last_finished_at: datetime | None = None

    def listen(self, listener: Callable[[CycleReport], None]) -> None:
        """Call `listener` with each durable cycle; it must not block."""
        self._listeners.append(listener)

    def adopt(self, symbols: tuple[str, ...]) -> None:
        """Other symbols from the next cycle on; called between two cycles."""
        self._symbols = symbols

    async def tick(self) -> CycleReport | None:
        """One cycle now. None when the feed is exhausted or the cycle failed for a reason that `status` then names."""
        async with self._one_at_a_time:
            return await self._run()

    async def run_once(self) -> CycleReport:
        """One cycle for a command. Raises what the cycle raises."""
        async with self._one_at_a_time:
            report = await self._cycle.run(self._symbols)
            self._note(report)
            return report

    async def between(self, call: Callable[[], Awaitable[T]]) -> T:
        """What `call` returns; no cycle is in flight meanwhile."""
        async with self._one_at_a_time:
            return await call()

    async def finished(self) -> None:
        """Returns when no cycle is in flight."""
        async with self._one_at_a_time:
            return

    async def _run(self) -> CycleReport | None:
        if self._state == "exhausted":
            return None
        self._state = "running"
        try:
            report = await self._cycle.run(self._symbols)
        except FeedExhausted as end:
            self._state, self._last_error = "exhausted", str(end)
            return None
        except NotSigning as error:
            self._state, self._last_error = error.state, str(error)
            return None
        except ArgoError as error:
            self._state, self._last_error = "failed", f"{type(error).__name__}: {error}"
            self._failures += 1
            return None
        except Exception as error:
            # A fault of ours: shown like any other failure, and raised for the schedule to log with its traceback.
            self._state, self._last_error = "failed", f"{type(error).__name__}: {error}"
            self._failures += 1
            raise
        self._note(report)
        return report

    def note_missed(self) -> None:
        """A tick that the schedule could not start in time."""
        self._missed += 1

    def status(self) -> GeneratorStatus:
        """How things stand now."""
        return GeneratorStatus(
            state=self._state,
            symbols=self._symbols,
            interval_seconds=self._interval,
            cycles=self._cycles,
            failures=self._failures,
            missed=self._missed,
            overruns=self._overruns,
            last_error=self._last_error,
            last_report=self._last_report,
            last_finished_at=self._last_finished_at,
            recent_ms=tuple(self._recent),
            origin=self._origin,
        )

    def _note(self, report: CycleReport) -> None:
        self._state, self._last_error = "waiting", None
        self._cycles += 1
        self._overruns += report.duration_ms > self._interval * 1000.0
        self._recent.append(report.duration_ms)
        self._last_report, self._last_finished_at = report, self._clock.now()
        for listener in self._listeners:
            listener(report)
