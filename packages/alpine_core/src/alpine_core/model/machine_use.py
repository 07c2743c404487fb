"""How busy the machine is."""

from __future__ import annotations

import msgspec


class MachineUse(msgspec.Struct, frozen=True, kw_only=True):
    """In percent, 0–100; None: not known. `cpu_percent`: since the reading before, of all processors together."""

    cpu_percent: float | None
    memory_percent: float | None
    disk_percent: float | None
