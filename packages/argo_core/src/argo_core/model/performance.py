"""How stored signals ended, counted: over a span, by day and by symbol."""

from __future__ import annotations

import enum
from datetime import date, datetime

import msgspec


class ReportKind(enum.StrEnum):
    WEEKLY = "weekly"
    PREMIUM = "premium"
    ALL_TIME = "all-time"


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Signals whose timestamp lies from the beginning of the UTC day `since` on (None: from the first) up to and
    including `until`, with a confidence of at least `min_confidence`, 0-100."""

    since: date | None
    until: datetime
    min_confidence: float = 0.0


class OutcomeCounts(msgspec.Struct, frozen=True, kw_only=True):
    """`wins` + `losses` = `completed` ≤ `signals`. Averages are gross results in percent, None where there are none."""

    signals: int
    completed: int
    wins: int
    losses: int
    average_win_pct: float | None
    average_loss_pct: float | None


class DayOutcomes(msgspec.Struct, frozen=True, kw_only=True):
    """Of the signals of one UTC day, `YYYY-MM-DD`. `gross_pct` is the sum of their results in percent."""

    day: str
    signals: int
    wins: int
    losses: int
    gross_pct: float


class SymbolOutcomes(msgspec.Struct, frozen=True, kw_only=True):
    """Of the signals of one symbol. `mean_pct` is their mean gross result, None where none is known."""

    symbol: str
    signals: int
    wins: int
    losses: int
    mean_pct: float | None
