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
            direction=Direction(int(self.direction[position])),
            leaning=Direction(int(self.leaning[position])),
            confidence=float(self.confidence[position]),
            raw=float(self.raw[position]),
            agreement=float(self.agreement[position]),
            coverage=float(self.coverage[position]),
            regime=Regime(int(self.regime[position])),
            regime_factor=float(self.factor[position]),
            threshold=float(self.threshold[position]),
            veto=Veto(int(self.veto[position])),
            measured=_number(self.measured[position]),
            limit=_number(self.limit[position]),
            contributions=self._contributions(position),
        )

    def _contributions(self, position: int) -> tuple[Contribution, ...]:
        found = []
        for index, group in enumerate(GROUPS):
            chosen = int(self.votes.chosen[index, position])
            if chosen < 0:
                continue
            spec = self.table.weights.members[chosen]
            found.append(
                Contribution(
                    group=group.value,
                    source=spec.name,
                    direction=Direction(int(self.votes.direction[index, position])).name,
                    confidence=float(self.votes.confidence[index, position]),
                    weight=spec.weight,
                    age_factor=float(self.table.age_factor[chosen, position]),
                )
            )
        return tuple(found)


_PER_SYMBOL = tuple(field.name for field in dataclasses.fields(ConsensusTable) if field.name not in ("table", "votes"))


def _number(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
