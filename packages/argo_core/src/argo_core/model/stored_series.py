"""What a library of bars holds: which series, from where, in which versions."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

import msgspec

from argo_core.model.bars import Bars


class Adjustment(enum.StrEnum):
    """RAW as traded; SPLIT with splits taken out of the older prices; TOTAL with splits and dividends."""

    RAW = "raw"
    SPLIT = "split"
    TOTAL = "total"


class SeriesKey(msgspec.Struct, frozen=True, order=True):
    """One series of a library: the same symbol may be kept raw and adjusted side by side."""

    symbol: str
    timeframe: str
    adjustment: Adjustment

    def __str__(self) -> str:
        return f"{self.symbol} {self.timeframe} {self.adjustment}"


@dataclass(frozen=True, slots=True, eq=False)
class BarImport:
    """Bars to be stored. `source` says who told them; `time_zone` where their days begin, an IANA name."""

    bars: Bars
    adjustment: Adjustment
    source: str
    time_zone: str

    @property
    def key(self) -> SeriesKey:
        """Which series they belong to."""
        return SeriesKey(self.bars.symbol, self.bars.timeframe.name, self.adjustment)


class StoredPart(msgspec.Struct, frozen=True):
    """The bars of one series that start in `year` (UTC), and the SHA-256 of their content."""

    year: int
    rows: int
    content_hash: str


class StoredSeries(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a series. `first` and `last` are starts of bars, UTC; `content_hash` is that of all its bars."""

    key: SeriesKey
    source: str
    time_zone: str
    first: datetime
    last: datetime
    rows: int
    content_hash: str
    parts: tuple[StoredPart, ...]


class SeriesVersions(msgspec.Struct, frozen=True, kw_only=True):
    """Every version of one series, the one in force last. None is ever removed: what was computed from an older one
    can be computed again."""

    key: SeriesKey
    versions: tuple[StoredSeries, ...]

    @property
    def newest(self) -> StoredSeries:
        """The version in force."""
        return self.versions[-1]


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did to one series: rows before (0 for a new one), and the version in force now."""

    rows_before: int
    changed: bool
    series: StoredSeries
