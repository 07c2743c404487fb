"""How a process stands at one moment, as the rules look at it."""

from __future__ import annotations

from datetime import datetime

import msgspec


class SourceReading(msgspec.Struct, frozen=True, kw_only=True):
    """One source. `requests`, `failures`, `throttled` and `transitions` count since the process started;
    `open_seconds`: since when its breaker has not been closed, None while it is or where there is none."""

    source: str
    unhealthy: bool = False
    requests: int = 0
    failures: int = 0
    throttled: int = 0
    transitions: int = 0
    queue_depth: int = 0
    open_seconds: float | None = None


class RateReading(msgspec.Struct, frozen=True, kw_only=True):
    """Signals of one service type in the window that ends now; `expected` of them by what was usual, > 0."""

    service_type: str
    window: str
    signals: int
    expected: float


class Readings(msgspec.Struct, frozen=True, kw_only=True):
    """Counts are since the process started. `generation_seconds` are of the cycles of the last five minutes;
    `down` names what does not answer, with why; `broken` what was found wrong with the record, likewise; `refused` who
    refused messages for good. Percentages are 0–100. `rates` is empty while no market is open."""

    at: datetime
    down: dict[str, str] = {}
    broken: dict[str, str] = {}
    refused: dict[str, str] = {}
    unwitnessed: dict[str, str] = {}
    sources: tuple[SourceReading, ...] = ()
    generation_seconds: tuple[float, ...] = ()
    cache_hits: int = 0
    cache_misses: int = 0
    cpu_percent: float | None = None
    memory_percent: float | None = None
    disk_percent: float | None = None
    rates: tuple[RateReading, ...] = ()
