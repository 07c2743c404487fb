"""The clocks of a process, so that a whole generator can run faster than the world."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from argo_core.adapters.system_clock import SystemClock
from argo_core.ports import Clock


@dataclass(frozen=True, slots=True)
class ProcessTime:
    """`clock`: the wall's; `ticks`: monotonic seconds of the same pace; `sleep` waits in it."""

    clock: Clock = field(default_factory=SystemClock)
    ticks: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
