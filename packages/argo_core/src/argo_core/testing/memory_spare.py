"""A spare place for alerts in memory: it outlives the desks that a test makes over it."""

from __future__ import annotations

from collections.abc import Sequence

from argo_core.errors import StoreError
from argo_core.model.untold_alert import LeftAlerts, UntoldAlert

_DOWN = "the spare place cannot be used: free space"


class MemorySpare:
    """`ports.AlertSpare`. While `down`, it cannot be written and says so."""

    def __init__(self) -> None:
        self.untold: tuple[UntoldAlert, ...] = ()
        self.down = False

    def load(self) -> LeftAlerts:
        return LeftAlerts(untold=self.untold, faults=(_DOWN,) if self.down else ())

    async def save(self, untold: Sequence[UntoldAlert]) -> None:
        if self.down:
            raise StoreError(_DOWN)
        self.untold = tuple(untold)
