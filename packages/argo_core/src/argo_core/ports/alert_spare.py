"""Where alerts lie while the database does not take them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from argo_core.model.untold_alert import UntoldAlert


class AlertSpare(Protocol):
    """Promise: what `save` returned from is on the disk, whole, in place of what was there. Belongs to one process."""

    def load(self) -> tuple[UntoldAlert, ...]:
        """What earlier processes left, oldest first. Asked once, at the start. Raises StoreError for what cannot be
        read, which is set aside."""
        ...

    async def save(self, untold: Sequence[UntoldAlert]) -> None:
        """Nothing to keep leaves nothing behind. Raises StoreError."""
        ...
