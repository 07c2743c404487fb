"""Arrays to records: the votes and absences behind each decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC

import numpy as np
from numpy.typing import NDArray

from argo_core.consensus import ConsensusTable
from argo_core.model.decision import AbsenceRecord
from argo_core.model.direction import Direction
from argo_core.model.signal import VoteRecord
from argo_core.model.vote import Absence

EVIDENCE_DECIMALS = 6


class VoteRecorder:
    """Turns a consensus table into records row by row; array columns are unpacked once."""

    def __init__(self, result: ConsensusTable) -> None:
        table = result.table
        self._members = [(spec.name, spec.group.value, spec.weight) for spec in table.weights.members]
        self._columns = table.columns
        self._observed = [column.observed_at.astype("datetime64[us]").tolist() for column in table.columns]
        self._absence = table.absence.tolist()
        self._expected = table.expected.tolist()
        self._direction = table.direction.tolist()
        self._confidence = table.confidence.tolist()
        self._age = table.age_seconds.tolist()
        self._factor = table.age_factor.tolist()
        self._price = [number_or_none(prices) for prices in table.price]
        self._chosen = result.votes.chosen.T.tolist()
        self._evidence = [_rounded(column.evidence) for column in table.columns]

    def votes(self, position: int) -> tuple[VoteRecord, ...]:
        """The votes that counted for the symbol at `position`, in the order of the members."""
        spoke = self._chosen[position]
        return tuple(
            VoteRecord(
                source=name,
                group=group,
                direction=_DIRECTION_NAMES[self._direction[row][position]],
                confidence=self._confidence[row][position],
                weight=weight,
                age_seconds=self._age[row][position],
                age_factor=self._factor[row][position],
                price=self._price[row][position],
                observed_at=self._observed[row][position].replace(tzinfo=UTC),
                chosen=row in spoke,
                evidence={about: values[position] for about, values in self._evidence[row].items()},
                rationale=self._columns[row].rationale.get(position),
            )
            for row, (name, group, weight) in enumerate(self._members)
            if self._absence[row][position] == Absence.NONE
        )

    def absences(self, position: int) -> tuple[AbsenceRecord, ...]:
        """The sources that did not vote on the symbol at `position`, and why."""
        return tuple(
            AbsenceRecord(
                source=name,
                reason=_ABSENCE_LABELS[self._absence[row][position]],
                expected=self._expected[row][position],
            )
            for row, (name, _, _) in enumerate(self._members)
            if self._absence[row][position] != Absence.NONE
        )


_DIRECTION_NAMES = {direction.value: direction.name for direction in Direction}
_ABSENCE_LABELS = {absence.value: absence.label for absence in Absence}


def _rounded(evidence: Mapping[str, NDArray[np.float64]]) -> dict[str, list[float]]:
    return {name: np.round(np.nan_to_num(values), EVIDENCE_DECIMALS).tolist() for name, values in evidence.items()}


def number_or_none(values: NDArray[np.float64]) -> list[float | None]:
    """A float column as Python numbers, None for NaN."""
    return [None if value != value else value for value in values.tolist()]
