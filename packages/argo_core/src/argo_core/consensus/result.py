"""The consensus of all symbols, as arrays, with rows for people."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.consensus.group_votes import GroupVotes
from argo_core.consensus.vote_table import VoteTable
from argo_core.errors import DataError
from argo_core.model.consensus import Consensus, Contribution, Veto
from argo_core.model.direction import Direction
from argo_core.model.regime import Regime
from argo_core.model.source import GROUPS


@dataclass(frozen=True, slots=True, eq=False)
class ConsensusTable:
    """All arrays are (S,), in the order of `table.symbols`; meanings and units as in `model.consensus.Consensus`."""

    table: VoteTable
    votes: GroupVotes
    regime: NDArray[np.int8]
    factor: NDArray[np.float64]
    threshold: NDArray[np.float64]
    leaning: NDArray[np.int8]
    direction: NDArray[np.int8]
    raw: NDArray[np.float64]
    confidence: NDArray[np.float64]
    agreement: NDArray[np.float64]
    coverage: NDArray[np.float64]
    veto: NDArray[np.uint8]
    measured: NDArray[np.float64]
    limit: NDArray[np.float64]

    def __getitem__(self, symbol: str) -> Consensus:
        """One symbol's consensus. Raises DataError `unknown_symbol`."""
        try:
            return self.row(self.table.symbols.index(symbol))
        except ValueError as error:
            raise DataError("unknown_symbol", f"{symbol} is not in this table: ask for one of its symbols") from error

    def of_rows(self, rows: NDArray[np.intp]) -> ConsensusTable:
        """The table of the symbols at `rows`, in that order, with the votes that it was made of."""
        columns = tuple(column.of_rows(rows) for column in self.table.columns)
        values = {name: getattr(self, name)[rows] for name in _PER_SYMBOL}
        table = dataclasses.replace(self.table.of_rows(rows), columns=columns)
        return ConsensusTable(table=table, votes=self.votes.of_rows(rows), **values)

    def row(self, position: int) -> Consensus:
        """The consensus of the symbol at `position`."""
        return Consensus(
            symbol=self.table.symbols[position],
            direction=_DIRECTIONS[self.direction.item(position)],
            leaning=_DIRECTIONS[self.leaning.item(position)],
            confidence=self.confidence.item(position),
            raw=self.raw.item(position),
            agreement=self.agreement.item(position),
            coverage=self.coverage.item(position),
            regime=_REGIMES[self.regime.item(position)],
            regime_factor=self.factor.item(position),
            threshold=self.threshold.item(position),
            veto=_VETOES[self.veto.item(position)],
            measured=_number(self.measured.item(position)),
            limit=_number(self.limit.item(position)),
            contributions=self._contributions(position),
        )

    def _contributions(self, position: int) -> tuple[Contribution, ...]:
        found = []
        for index, group in enumerate(GROUPS):
            chosen = self.votes.chosen.item(index, position)
            if chosen < 0:
                continue
            spec = self.table.weights.members[chosen]
            found.append(
                Contribution(
                    group=group.value,
                    source=spec.name,
                    direction=_DIRECTIONS[self.votes.direction.item(index, position)].name,
                    confidence=self.votes.confidence.item(index, position),
                    weight=spec.weight,
                    age_factor=self.table.age_factor.item(chosen, position),
                )
            )
        return tuple(found)


_DIRECTIONS = {each.value: each for each in Direction}
_REGIMES = {each.value: each for each in Regime}
_VETOES = {each.value: each for each in Veto}
_PER_SYMBOL = tuple(field.name for field in dataclasses.fields(ConsensusTable) if field.name not in ("table", "votes"))


def _number(value: float) -> float | None:
    return None if value != value else value
