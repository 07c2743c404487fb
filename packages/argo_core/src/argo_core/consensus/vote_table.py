"""All votes on all symbols at one time: (sources × symbols) arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from argo_core.consensus.weights import Weights
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.direction import Direction
from argo_core.model.instant import InstantArray, to_instant64
from argo_core.model.vote import Absence, Vote, VoteColumn, absent_column

FRESH_TTLS = 1.0
DEAD_TTLS = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class VoteTable:
    """K sources (the order of `weights.members`) × S symbols.

    direction int8, confidence float64 0–100, price float64 (NaN: none), age_seconds float64 (NaN where absent),
    age_factor float64 0–1 (0 where absent), absence uint8 (`Absence`), expected bool: all (K, S).
    """

    weights: Weights
    symbols: tuple[str, ...]
    columns: tuple[VoteColumn, ...]
    direction: NDArray[np.int8]
    confidence: NDArray[np.float64]
    price: NDArray[np.float64]
    age_seconds: NDArray[np.float64]
    age_factor: NDArray[np.float64]
    absence: NDArray[np.uint8]
    expected: NDArray[np.bool_]

    @classmethod
    def of(
        cls, weights: Weights, symbols: Sequence[str], columns: Sequence[VoteColumn], as_of: datetime | InstantArray
    ) -> VoteTable:
        """A table of whatever columns there are; a member without a column is absent, not asked and not expected.

        `as_of` is one moment for all symbols or, (S,), one for each: in a backtest a column is a symbol at a moment.

        Raises ConfigError for a column of an unknown source, DataError `bad_vote` for a column out of range.
        """
        names = tuple(symbols)
        blank = Absence.NOT_ASKED
        rows = [absent_column(spec.name, len(names), blank, expected=False) for spec in weights.members]
        for column in columns:
            rows[weights.index(column.source)] = column.checked()
        observed = np.array([row.observed_at for row in rows], dtype="datetime64[us]")
        with np.errstate(invalid="ignore"):
            moments = to_instant64(as_of) if isinstance(as_of, datetime) else as_of
            age = (moments - observed).astype("timedelta64[us]")
            seconds = np.where(np.isnat(age), np.nan, age.astype(np.float64) / 1e6)
        factor = age_factor(seconds, _ttl_table(weights, names))
        absence = np.array([row.absence for row in rows], dtype=np.uint8)
        present = absence == Absence.NONE
        absence = np.where(present & (factor <= 0), np.uint8(Absence.AGED_OUT), absence)
        return cls(
            weights=weights,
            symbols=names,
            columns=tuple(rows),
            direction=np.array([row.direction for row in rows], dtype=np.int8),
            confidence=np.array([row.confidence for row in rows], dtype=np.float64),
            price=np.array([row.price for row in rows], dtype=np.float64),
            age_seconds=seconds,
            age_factor=np.where(absence == Absence.NONE, factor, 0.0),
            absence=absence,
            expected=np.array([row.expected for row in rows], dtype=np.bool_),
        )

    @classmethod
    def of_votes(cls, weights: Weights, symbol: str, votes: Sequence[Vote], as_of: datetime) -> VoteTable:
        """A table with one symbol, from single votes: the same code path as many symbols."""
        return cls.of(weights, (symbol,), tuple(_column_of(vote) for vote in votes), as_of)

    def of_rows(self, rows: NDArray[np.intp]) -> VoteTable:
        """The table of the symbols at `rows`, without the columns that it was made of."""
        return VoteTable(
            weights=self.weights,
            symbols=tuple(self.symbols[row] for row in rows.tolist()),
            columns=(),
            direction=self.direction[:, rows],
            confidence=self.confidence[:, rows],
            price=self.price[:, rows],
            age_seconds=self.age_seconds[:, rows],
            age_factor=self.age_factor[:, rows],
            absence=self.absence[:, rows],
            expected=self.expected[:, rows],
        )

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which votes count, bool (K, S)."""
        present: NDArray[np.bool_] = self.absence == Absence.NONE
        return present


def age_factor(age_seconds: NDArray[np.float64], ttl_seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 up to the time to live, then linear to 0 at five times it; NaN ages give 0. A vote from the future counts 1."""
    lives = age_seconds / ttl_seconds
    factor = np.clip((DEAD_TTLS - lives) / (DEAD_TTLS - FRESH_TTLS), 0.0, 1.0)
    return np.where(np.isnan(lives), 0.0, factor)


def _ttl_table(weights: Weights, symbols: tuple[str, ...]) -> NDArray[np.float64]:
    kinds = {symbol: asset_type_of(symbol) is AssetType.CRYPTO for symbol in set(symbols)}
    crypto = np.array([kinds[symbol] for symbol in symbols], dtype=np.bool_)
    equity_ttl = np.array([[spec.ttl_equity_seconds] for spec in weights.members])
    crypto_ttl = np.array([[spec.ttl_crypto_seconds] for spec in weights.members])
    return np.where(crypto, crypto_ttl, equity_ttl)


def _column_of(vote: Vote) -> VoteColumn:
    return VoteColumn(
        source=vote.source,
        direction=np.array([Direction[vote.direction]], dtype=np.int8),
        confidence=np.array([vote.confidence], dtype=np.float64),
        price=np.array([vote.price], dtype=np.float64),
        observed_at=np.array([to_instant64(vote.observed_at)], dtype="datetime64[us]"),
        received_at=np.array([to_instant64(vote.received_at)], dtype="datetime64[us]"),
        absence=np.array([Absence.NONE], dtype=np.uint8),
        expected=np.array([True]),
        evidence={name: np.array([value]) for name, value in vote.evidence.items()},
        rationale={} if vote.rationale is None else {0: vote.rationale},
    )
