"""What a check of stored bars found."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec


class Level(enum.StrEnum):
    """ERROR: no backtest should use this. WARNING: somebody should look. NOTE: so it is."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """`code` is stable. `at` is the start of the bar (UTC), None where no single one is meant; `amount` is in the unit
    that `what` names; `count` is how many bars or sessions in a row it covers."""

    series: str
    code: str
    level: Level
    at: datetime | None
    amount: float | None
    count: int
    what: str
