"""What the watch remembers from one check to the next, and across restarts."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec


class WatchLevel(enum.StrEnum):
    """How much of a limit is used: WARNING from 70 %, CRITICAL from 90 %; BREACH is the moment to get out."""

    NORMAL = "NORMAL"
    WARNING = "WARNING"
    CRITICAL = "CRITICAL"
    BREACH = "BREACH"

    @property
    def rank(self) -> int:
        """0 for NORMAL to 3 for BREACH."""
        return _RANKS[self]


_RANKS = {level: number for number, level in enumerate(WatchLevel)}


class WatchState(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Money in quote currency, finite; instants UTC, market time. JSON by msgspec and back is lossless.

    `initial` capital; `peak_equity` and `high_close` (highest day's end of the rules' measure) never fall but by an
    operator's resume; `anchor_*` were measured at the day's beginning; `equity`, `balance` and `read_at` are the last
    reading's. `breached` names the floor that ended trading until an operator resumes, `stopped_until` the anchor that
    ends a daily stop.
    """

    initial: float
    peak_equity: float
    high_close: float
    anchor_at: datetime
    next_anchor_at: datetime
    anchor_equity: float
    anchor_balance: float
    equity: float
    balance: float
    read_at: datetime
    level: WatchLevel = WatchLevel.NORMAL
    breached: str | None = None
    stopped_until: datetime | None = None
    version: int = 1
