"""How fresh what we have of a log is."""

from __future__ import annotations

from datetime import datetime

import msgspec


class LogFreshness(msgspec.Struct, frozen=True, kw_only=True):
    """Its newest checkpoint here: over how many entries, and when it came."""

    origin: str
    size: int
    received_at: datetime
