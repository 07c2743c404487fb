"""What a run of the lab keeps of what it found: every number that is shown anywhere is one of these."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from argo_core.backtest.lab.request import BacktestRequest
from argo_core.model.trade import Trade

Unit = Literal["money", "percent", "ratio", "count"]


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """`value` None: it cannot be said (no trade, no loss). `low` and `high` is its interval at 95 %, both None without
    one, one of them where that side has no bound; `n` of how many cases it was made, `how` the interval's method."""

    code: str
    name: str
    unit: Unit
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    how: str = ""


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """`values` at the end of each day that was looked at; money."""

    name: str
    values: tuple[float, ...]


class Benchmark(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the account is held against; `note` says what it is."""

    name: str
    note: str
    figures: tuple[Figure, ...]


class RuleCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many decisions, or signals, a rule stopped. `stage` is consensus or account."""

    stage: str
    rule: str
    count: int


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Hit rate of one part: `by` is symbol, regime, action, source or confidence."""

    by: str
    name: str
    hits: Figure


class LabSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What a list shows of a run that is done."""

    return_pct: float | None
    signals: int
    trades: int | None
    hit_rate_pct: float | None


class LabResult(msgspec.Struct, frozen=True, kw_only=True):
    """`request` in full. `days` are the ends of the days of each curve; `benchmarks`, `curves` and `trades` are empty
    for a strategy alone. `rules` most frequent first."""

    request: BacktestRequest
    began_at: datetime
    ended_at: datetime
    moments: int
    headline: tuple[Figure, ...]
    benchmarks: tuple[Benchmark, ...]
    days: tuple[datetime, ...]
    curves: tuple[Curve, ...]
    trades: tuple[Trade, ...]
    rules: tuple[RuleCount, ...]
    groups: tuple[Group, ...]
    assumptions: tuple[str, ...]


def result_bytes(result: LabResult) -> bytes:
    """As JSON."""
    return msgspec.json.encode(result)


def result_of(stored: bytes) -> LabResult:
    """Inverse of `result_bytes`."""
    return msgspec.json.decode(stored, type=LabResult)


def summary_of(stored: bytes) -> LabSummary:
    """Of the summary that lies beside a result."""
    return msgspec.json.decode(stored, type=LabSummary)
