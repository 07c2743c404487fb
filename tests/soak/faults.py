"""Making a fault of the schedule happen, and taking it back."""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.argo.adapters.redis.redis_server import RedisServer
from tests.argo.postgres_server import Cluster
from tests.interop.system import ALPINE
from tests.soak.schedule import ALPINE_WORKER, Fault
from tests.soak.slow_line import SlowLine
from tests.soak.system import SoakSystem

SLOW_SECONDS = 0.4
"""A slow line's delay, each way and for each piece."""
BLOCK = bytes(65_536)
FILLER = "filler"


@dataclass(frozen=True, slots=True)
class Breaker:
    """Breaks what a fault names; called beside the event loop, for it waits."""

    system: SoakSystem
    database: Cluster
    redis: RedisServer
    line: SlowLine
    dice: random.Random

    def begin(self, fault: Fault) -> None:
        """From now on it is broken."""
        match fault.kind:
            case "kill":
                self._kill(fault.target)
            case "vendor":
                self.system.around.peers.fail(fault.target, fault.detail)
            case "redis":
                self.redis.kill()
            case "database":
                self.database.crash()
            case "hang":
                self.database.freeze()
            case "disk":
                fill(self.system.around.disk)
            case "network" if fault.detail == "cut":
                self.line.cut()
            case "network":
                self.line.delay_seconds = SLOW_SECONDS
            case "clock":
                self.system.shift_clock(fault.detail)
            case unknown:
                raise ValueError(unknown)

    def end(self, fault: Fault) -> None:
        """It is whole again. Who was killed is started, as a supervisor does it."""
        match fault.kind:
            case "kill" if fault.target != ALPINE_WORKER:
                self.system.start(fault.target)
            case "vendor":
                self.system.around.peers.fail(fault.target, None)
            case "redis":
                self.redis.start()
            case "database":
                self.database.start()
            case "hang":
                self.database.thaw()
            case "disk":
                (self.system.around.disk / FILLER).unlink()
            case "network":
                self.line.mend()
            case "clock":
                self.system.shift_clock("+0")

    def _kill(self, target: str) -> None:
        if target != ALPINE_WORKER:
            below = self.system.workers(target)
            self.system.kill(target)
            require_gone(below)
            return
        # Its crew starts another by itself.
        os.kill(self.dice.choice(self.system.workers(ALPINE)), signal.SIGKILL)


def fill(folder: Path) -> None:
    """Until nothing more goes in."""
    with (folder / FILLER).open("wb", buffering=0) as filler, suppress(OSError):
        while filler.write(BLOCK):
            pass


def require_gone(processes: list[int]) -> None:
    """Nobody goes on without the one that started it."""
    deadline = time.monotonic() + 20.0
    while left := [pid for pid in processes if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < deadline, f"still there, though who started them is gone: {left}"
        time.sleep(0.05)
