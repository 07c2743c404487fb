"""Where alerts lie while the database does not take them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from argo_core.model.untold_alert import LeftAlerts, UntoldAlert


class AlertSpare(Protocol):
    """Promise: what `save` returned from is on the disk, whole, in place of what was there. Belongs to one process."""

    def load(self) -> LeftAlerts:
        """What earlier processes left, by when it was raised, and what each left in its own order. Asked once, at the
        start. What cannot be read is set aside and named; so is a place that cannot be written. The rest is there."""
        ...

    async def save(self, untold: Sequence[UntoldAlert]) -> None:
        """Nothing to keep leaves nothing behind. Raises StoreError."""
        ...
