"""A spare place for alerts in memory: it outlives the desks that a test makes over it."""

from __future__ import annotations

from collections.abc import Sequence

from argo_core.errors import StoreError
from argo_core.model.untold_alert import UntoldAlert


class MemorySpare:
    """`ports.AlertSpare`. While `down`, every call raises StoreError."""

    def __init__(self) -> None:
        self.untold: tuple[UntoldAlert, ...] = ()
        self.down = False

    def load(self) -> tuple[UntoldAlert, ...]:
        self._require_up()
        return self.untold

    async def save(self, untold: Sequence[UntoldAlert]) -> None:
        self._require_up()
        self.untold = tuple(untold)

    def _require_up(self) -> None:
        if self.down:
            raise StoreError("the spare place cannot be used: free space")
