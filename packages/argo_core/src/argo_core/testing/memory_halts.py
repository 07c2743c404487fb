"""What an executor remembers of halts and of its risk, in lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from argo_core.errors import StoreError
from argo_core.model.bars import Bar
from argo_core.model.halt import Halt, Resume
from argo_core.ports.bar_window import KEPT
from argo_core.ports.flatten_log import Flattening, FlattenStep
from argo_core.ports.watch_log import WatchRecord


class MemoryHalts:
    """`HaltLog` and `FlattenLog`. While `down`, nothing is stored. For tests, and for nothing else."""

    def __init__(self) -> None:
        self._log: list[Halt | Resume] = []
        self._steps: list[tuple[str, FlattenStep, datetime]] = []
        self.down = False

    async def halt(self, halt: Halt) -> None:
        self._require_up()
        if not any(isinstance(one, Halt) and one.halt_id == halt.halt_id for one in self._log):
            self._log.append(halt)

    async def resume(self, resume: Resume) -> None:
        self._require_up()
        halted = any(isinstance(one, Halt) and one.halt_id == resume.halt_id for one in self._log)
        if halted and resume.halt_id not in self._resumed():
            self._log.append(resume)

    async def standing(self) -> Halt | None:
        over = self._resumed()
        return next((one for one in reversed(self._log) if isinstance(one, Halt) and one.halt_id not in over), None)

    async def history(self, limit: int) -> tuple[Halt | Resume, ...]:
        return tuple(reversed(self._log))[:limit]

    async def step(self, halt_id: str, step: FlattenStep, at: datetime) -> None:
        self._require_up()
        if not any(known[:2] == (halt_id, step) for known in self._steps):
            self._steps.append((halt_id, step, at))

    async def flattening(self, halt_id: str) -> Flattening | None:
        at = {step: moment for name, step, moment in self._steps if name == halt_id}
        if FlattenStep.CALLED not in at:
            return None
        return Flattening(
            halt_id=halt_id,
            called_at=at[FlattenStep.CALLED],
            last_cancelled_at=at.get(FlattenStep.CANCELLED),
            flat_at=at.get(FlattenStep.FLAT),
        )

    async def flattenings(self, limit: int) -> tuple[Flattening, ...]:
        called = [name for name, step, _ in reversed(self._steps) if step is FlattenStep.CALLED]
        found = [await self.flattening(name) for name in called[:limit]]
        return tuple(one for one in found if one is not None)

    def _resumed(self) -> set[str]:
        return {one.halt_id for one in self._log if isinstance(one, Resume)}

    def _require_up(self) -> None:
        if self.down:
            raise StoreError("the log of halts is down: try again later")


class MemoryWatchLog:
    """`WatchLog` in a list. For tests, and for nothing else."""

    def __init__(self) -> None:
        self.records: list[WatchRecord] = []

    async def append(self, record: WatchRecord) -> None:
        self.records.append(record)

    async def newest(self, executor_id: str) -> WatchRecord | None:
        return next((one for one in reversed(self.records) if one.executor_id == executor_id), None)


class MemoryBarWindow:
    """`BarWindow` in a dict. For tests, and for nothing else."""

    def __init__(self) -> None:
        self._bars: dict[str, dict[datetime, Bar]] = {}

    async def keep(self, bars: Sequence[Bar]) -> None:
        for bar in bars:
            of_symbol = self._bars.setdefault(bar.symbol, {})
            of_symbol.setdefault(bar.start, bar)
            self._bars[bar.symbol] = dict(sorted(of_symbol.items())[-KEPT:])

    async def load(self) -> tuple[Bar, ...]:
        return tuple(bar for _, of_symbol in sorted(self._bars.items()) for bar in of_symbol.values())
