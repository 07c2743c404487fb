"""How busy the machine is, read when somebody asks."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import psutil

SHORTEST_INTERVAL_SECONDS = 1.0


class SystemReading(msgspec.Struct, frozen=True, kw_only=True):
    """Use of the machine in percent, 0–100; the disk is the one that holds the working directory."""

    cpu_percent: float
    memory_percent: float
    disk_percent: float


class SystemLoad:
    """Processor use is the mean since the previous reading; two readings within a second are one."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        psutil.cpu_percent()  # the first call only sets the start of the interval
        self._read_at = ticks()
        self._reading: SystemReading | None = None

    def read(self) -> SystemReading:
        """The newest reading."""
        now = self._ticks()
        if self._reading is None or now - self._read_at >= SHORTEST_INTERVAL_SECONDS:
            self._read_at = now
            self._reading = SystemReading(
                cpu_percent=float(psutil.cpu_percent()),
                memory_percent=float(psutil.virtual_memory().percent),
                disk_percent=float(psutil.disk_usage(str(Path.cwd())).percent),
            )
        return self._reading
