"""A source's opinion: one row as a value, many symbols as columns."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.errors import DataError
from argo_core.model.instant import NOT_A_TIME, InstantArray


class Absence(enum.IntEnum):
    """Why a source did not vote. NONE means that it did. GAPS: its history has holes. CORPORATE_ACTION: its price has
    jumped as by a split, and its history does not say yet whether it was one. VENDORS_SILENT: no vendor of prices
    answers, and what is left of their bars is too little to vote on."""

    NONE = 0
    NO_DATA = 1
    WARMING_UP = 2
    STALE = 3
    AGED_OUT = 4
    NOT_EXPECTED = 5
    NO_RECORDING = 6
    NOT_ASKED = 7
    CALL_SAVED = 8
    RACE_LOST = 9
    TIMEOUT = 10
    BREAKER_OPEN = 11
    RATE_LIMITED = 12
    VENDOR_ERROR = 13
    REFUSED_ANSWER = 14
    DISABLED = 15
    GAPS = 16
    CORPORATE_ACTION = 17
    VENDORS_SILENT = 18

    @classmethod
    def named(cls, reason: str) -> Absence:
        """Of a SourceError's reason; VENDOR_ERROR for one that is no name."""
        return cls.__members__.get(reason, cls.VENDOR_ERROR)

    @property
    def label(self) -> str:
        """Lower-case words for people and records, for instance `no recording`."""
        return self.name.lower().replace("_", " ")


class Vote(msgspec.Struct, frozen=True, kw_only=True):
    """One source's opinion of one symbol. `confidence` 0–100; `evidence` holds the named figures behind it."""

    source: str
    symbol: str
    direction: str
    confidence: float
    price: float
    observed_at: datetime
    received_at: datetime
    evidence: dict[str, float] = {}
    rationale: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class VoteColumn:
    """One source's answer for the S symbols of a view.

    direction int8 (S,): -1, 0, 1; confidence float64 (S,): 0–100; price float64 (S,): what the source saw, NaN if it
    saw none, for instance a language model; observed_at and received_at datetime64[us] (S,); absence uint8 (S,): an
    `Absence`; expected bool (S,): whether the source was due to answer. Where absence is not NONE, direction is 0,
    confidence 0, times NaT.
    """

    source: str
    direction: NDArray[np.int8]
    confidence: NDArray[np.float64]
    price: NDArray[np.float64]
    observed_at: InstantArray
    received_at: InstantArray
    absence: NDArray[np.uint8]
    expected: NDArray[np.bool_]
    evidence: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    rationale: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.direction.shape[0])

    def of_rows(self, rows: NDArray[np.intp]) -> VoteColumn:
        """The answers for the symbols at `rows`, in that order."""
        spoken = {place: self.rationale[row] for place, row in enumerate(rows.tolist()) if row in self.rationale}
        return VoteColumn(
            source=self.source,
            direction=self.direction[rows],
            confidence=self.confidence[rows],
            price=self.price[rows],
            observed_at=self.observed_at[rows],
            received_at=self.received_at[rows],
            absence=self.absence[rows],
            expected=self.expected[rows],
            evidence={name: values[rows] for name, values in self.evidence.items()},
            rationale=spoken,
        )

    def checked(self) -> VoteColumn:
        """This value, or DataError `bad_vote` if a figure is out of range: a source's mistake stops at the door."""
        present = self.absence == Absence.NONE
        sizes = {len(array) for array in (self.confidence, self.price, self.observed_at, self.absence, self.expected)}
        if sizes != {len(self)}:
            raise DataError("bad_vote", f"{self.source}: the columns differ in length: give one entry per symbol")
        confidence, direction = self.confidence[present], self.direction[present]
        if not (np.isfinite(confidence).all() and ((confidence >= 0) & (confidence <= 100)).all()):
            raise DataError("bad_vote", f"{self.source}: a confidence is outside 0–100")
        if not np.isin(direction, (-1, 0, 1)).all():
            raise DataError("bad_vote", f"{self.source}: a direction is none of -1, 0, 1")
        price = self.price[present]
        if not (np.isnan(price) | ((price > 0) & np.isfinite(price))).all():
            raise DataError("bad_vote", f"{self.source}: a vote's price is not positive: give NaN where none was seen")
        if np.isnat(self.observed_at[present]).any():
            raise DataError("bad_vote", f"{self.source}: a vote has no observation time")
        return self


def absent_column(source: str, count: int, absence: Absence, expected: bool) -> VoteColumn:
    """A column in which the source answered for none of `count` symbols, for one and the same reason."""
    return VoteColumn(
        source=source,
        direction=np.zeros(count, dtype=np.int8),
        confidence=np.zeros(count),
        price=np.full(count, np.nan),
        observed_at=np.full(count, NOT_A_TIME),
        received_at=np.full(count, NOT_A_TIME),
        absence=np.full(count, absence, dtype=np.uint8),
        expected=np.full(count, expected),
    )


def without(column: VoteColumn, gone: NDArray[np.bool_], why: Absence | NDArray[np.uint8]) -> VoteColumn:
    """The column in which the rows of `gone`, (S,), are absent for `why`: one reason, or one for each row."""
    if not gone.any():
        return column
    return dataclasses.replace(
        column,
        direction=np.where(gone, np.int8(0), column.direction),
        confidence=np.where(gone, 0.0, column.confidence),
        observed_at=np.where(gone, NOT_A_TIME, column.observed_at),
        received_at=np.where(gone, NOT_A_TIME, column.received_at),
        absence=np.where(gone, why, column.absence).astype(np.uint8),
    )
