"""How one of a process's jobs stands."""

from __future__ import annotations

from datetime import datetime

import msgspec


class JobStanding(msgspec.Struct, frozen=True, kw_only=True):
    """Counts since the process started. `late`: begun more than a second after its time. `seconds`: how long the newest
    run took. `next_at`: None where it is not known when it runs again. `error`: None after a good run."""

    job: str
    runs: int = 0
    failed: int = 0
    late: int = 0
    began_at: datetime | None = None
    seconds: float | None = None
    next_at: datetime | None = None
    error: str | None = None
