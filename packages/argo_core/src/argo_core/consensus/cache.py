"""The consensus by the content of its votes: an unchanged symbol costs a look-up."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from argo_core.consensus.engine import ConsensusEngine
from argo_core.consensus.group_votes import GroupVotes
from argo_core.consensus.result import ConsensusTable
from argo_core.consensus.vote_table import VoteTable
from argo_core.model.market_view import MarketView

PER_SOURCE = ("direction", "confidence", "price", "age_factor", "absence", "expected")
T = TypeVar("T", GroupVotes, ConsensusTable)


@dataclass(frozen=True, slots=True, eq=False)
class CachedDecision:
    """The result, and which symbols were looked up rather than computed: bool (S,)."""

    result: ConsensusTable
    known: NDArray[np.bool_]


class ConsensusCache:
    """Remembers the newest answer of an engine. Equal to asking the engine, to the last bit, whatever came before."""

    def __init__(self, engine: ConsensusEngine) -> None:
        self._engine = engine
        self._known: tuple[_Content, ConsensusTable] | None = None

    def decide(self, table: VoteTable, view: MarketView, regime: NDArray[np.int8]) -> CachedDecision:
        """The consensus of each symbol, as `ConsensusEngine.decide` gives it."""
        content = _Content.of(table, view, regime, self._engine.policy.max_staleness_seconds)
        changed = self._changed(content)
        if self._known is None or changed.all():
            result = self._engine.decide(table, view, regime)
        else:
            result = self._merged(self._known[1], table, view, regime, np.flatnonzero(changed))
        self._known = content, result
        return CachedDecision(result, ~changed)

    def _changed(self, content: _Content) -> NDArray[np.bool_]:
        if self._known is None or self._known[0].symbols != content.symbols:
            return np.ones(len(content.symbols), dtype=np.bool_)
        return content.differs_from(self._known[0])

    def _merged(
        self,
        known: ConsensusTable,
        table: VoteTable,
        view: MarketView,
        regime: NDArray[np.int8],
        rows: NDArray[np.intp],
    ) -> ConsensusTable:
        """The known answer with the symbols in `rows` computed anew."""
        if not rows.size:
            return dataclasses.replace(known, table=table)
        fresh = self._engine.decide(table.of_rows(rows), view.of_rows(rows), regime[rows])
        return _merge(known, fresh, rows, table=table, votes=_merge(known.votes, fresh.votes, rows))


@dataclass(frozen=True, slots=True, eq=False)
class _Content:
    """Everything about S symbols that the engine's answer depends on, as arrays whose last axis is the symbol."""

    symbols: tuple[str, ...]
    arrays: tuple[NDArray[np.generic], ...]

    @classmethod
    def of(cls, table: VoteTable, view: MarketView, regime: NDArray[np.int8], max_staleness_seconds: float) -> _Content:
        age = view.age_seconds()
        # A price's age is told only where it is too old; below the limit it changes with each second, without effect.
        telling = np.where(age <= max_staleness_seconds, 0.0, age)
        return cls(
            table.symbols,
            (*(getattr(table, name) for name in PER_SOURCE), view.price, telling, view.is_doubtful(), regime),
        )

    def differs_from(self, other: _Content) -> NDArray[np.bool_]:
        """Where anything differs, bool (S,). NaN equals NaN."""
        changed = np.zeros(len(self.symbols), dtype=np.bool_)
        for mine, theirs in zip(self.arrays, other.arrays, strict=True):
            unequal = mine != theirs
            if mine.dtype.kind == "f":
                unequal &= ~(np.isnan(mine) & np.isnan(theirs))
            changed |= unequal.any(axis=0) if unequal.ndim > 1 else unequal
        return changed


def _merge(known: T, fresh: T, rows: NDArray[np.intp], **given: Any) -> T:
    """`known` with the symbols in `rows` replaced by those of `fresh`; `given` fields are taken as they are."""
    merged: dict[str, Any] = dict(given)
    for field in dataclasses.fields(known):
        if field.name not in given:
            values = getattr(known, field.name).copy()
            values[..., rows] = getattr(fresh, field.name)
            merged[field.name] = values
    return dataclasses.replace(known, **merged)
