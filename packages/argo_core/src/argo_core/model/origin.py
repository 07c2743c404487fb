"""Where market data comes from, in words that are shown wherever the data is shown."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is recorded as `data_source`; `replayed` is True for recorded history, whose period is given."""

    name: str
    description: str
    replayed: bool
    period_start: datetime | None = None
    period_end: datetime | None = None
