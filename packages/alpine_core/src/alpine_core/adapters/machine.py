"""How busy the machine is, as Linux tells in /proc."""

from __future__ import annotations

import shutil
from pathlib import Path

from alpine_core.model.machine_use import MachineUse

IDLE, WAITING = 3, 4
STEALS = 8
"""proc(5): of the first line of `stat`, idle and iowait are no work; what follows steal is counted before already."""


class Machine:
    """`proc`: where the kernel tells of itself; `folder`: whose disk is looked at. What is not told there is not
    known."""

    def __init__(self, proc: Path = Path("/proc"), folder: Path | None = None) -> None:
        self._proc, self._folder = proc, folder or Path.cwd()
        self._before = self._ticks()

    def use(self) -> MachineUse:
        """Now."""
        return MachineUse(cpu_percent=self._cpu(), memory_percent=self._memory(), disk_percent=self._disk())

    def _cpu(self) -> float | None:
        before, self._before = self._before, self._ticks()
        if before is None or self._before is None:
            return None
        idle, total = (now - then for now, then in zip(self._before, before, strict=True))
        return min(100.0, max(0.0, 100.0 * (1.0 - idle / total))) if total > 0 else 0.0

    def _ticks(self) -> tuple[int, int] | None:
        """Those without work, and all, since the machine started."""
        try:
            words = (self._proc / "stat").read_text(encoding="ascii").split("\n", 1)[0].split()
            ticks = [int(word) for word in words[1 : 1 + STEALS]]
            return ticks[IDLE] + ticks[WAITING], sum(ticks)
        except (OSError, ValueError, IndexError):
            return None

    def _memory(self) -> float | None:
        try:
            lines = (self._proc / "meminfo").read_text(encoding="ascii").splitlines()
            told = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
            return 100.0 * (1.0 - told["MemAvailable"] / told["MemTotal"])
        except (OSError, ValueError, KeyError, IndexError, ZeroDivisionError):
            return None

    def _disk(self) -> float | None:
        try:
            use = shutil.disk_usage(self._folder)
        except OSError:
            return None
        return 100.0 * use.used / use.total if use.total else None
