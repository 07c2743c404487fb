"""What a source votes in every cell, by the very function that it votes with live."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.cells import Cells
from argo_core.backtest.foresight import refuse_foresight
from argo_core.backtest.history import History
from argo_core.backtest.readings import Readings
from argo_core.backtest.waiting import completed
from argo_core.model.vote import Absence, VoteColumn, absent_column
from argo_core.ports.source import Source
from argo_core.sources import DeclaredSource, FeatureSource, Opinion, SeatedSource
from argo_core.sources.absent_source import AbsentSource
from argo_core.sources.bar_source import Sight, column_at
from argo_core.sources.reweighted import Reweighted

Bools = NDArray[np.bool_]
Wait = Callable[[Coroutine[Any, Any, VoteColumn]], VoteColumn]


@dataclass(frozen=True, slots=True, eq=False)
class PanelVotes:
    """The votes of sources on one history. What a declared function says is kept: it is asked once for all bars, and
    refused where a short look finds that it uses later ones (`foresight`).

    Features and declared functions vote on whole arrays. Any other source, for instance one that votes with recorded
    answers, is shown the view of each moment, as live; `wait` makes that call. What a source raises is raised here: a
    fault in a vote function is to be mended, not to be counted as silence.
    """

    history: History
    readings: Readings
    wait: Wait = completed
    _opinions: dict[int, Opinion] = field(default_factory=dict)

    def column(self, source: Source, cells: Cells, asked: Bools) -> VoteColumn:
        """One vote or absence per cell. Raises SourceError and DataError as the source does."""
        inner = _seated(source)
        if inner is not None:
            return replace(self.column(inner, cells, asked), source=source.spec.name)
        name = source.spec.name
        if not asked.any():
            return absent_column(name, len(cells), Absence.NOT_ASKED, expected=False)
        if isinstance(source, AbsentSource):
            return absent_column(name, len(cells), source.reason, expected=False)
        sight = Sight(cells.price, cells.price_at, cells.as_of, cells.bare)
        if isinstance(source, FeatureSource):
            return column_at(name, source.function(self.readings.at(cells.place)), sight, asked).checked()
        if isinstance(source, DeclaredSource):
            return column_at(name, self._declared(source, cells), sight, asked).checked()
        return self._by_view(source, cells, asked).checked()

    def _declared(self, source: DeclaredSource, cells: Cells) -> Opinion:
        # By the source itself: in two seats two packages' functions may bear one name of their own.
        known = self._opinions.get(id(source))
        if known is None:
            opinions = [source.opinions(bars) for bars in self.history.bars]
            refuse_foresight(source, self.history.bars, opinions)
            known = self._opinions[id(source)] = _laid_out(opinions)
        return Opinion(known.direction[cells.place], known.confidence[cells.place], {})

    def _by_view(self, source: Source, cells: Cells, asked: Bools) -> VoteColumn:
        column = absent_column(source.spec.name, len(cells), Absence.NOT_ASKED, expected=False)
        direction, confidence, price = column.direction, column.confidence, column.price
        evidence: dict[str, NDArray[np.float64]] = {}
        rationale: dict[int, str] = {}
        for moment in np.unique(cells.moment[asked]).tolist():
            at = np.flatnonzero((cells.moment == moment) & asked)
            rows, about = cells.row[at], np.zeros(len(self.history.symbols), dtype=np.bool_)
            about[rows] = True
            told = self.wait(source.vote(self.history.view(moment), about))
            direction[at], confidence[at], price[at] = told.direction[rows], told.confidence[rows], told.price[rows]
            column.observed_at[at], column.received_at[at] = told.observed_at[rows], told.received_at[rows]
            column.absence[at], column.expected[at] = told.absence[rows], told.expected[rows]
            for name, values in told.evidence.items():
                evidence.setdefault(name, np.full(len(cells), np.nan))[at] = values[rows]
            spoken = {row: told.rationale[row] for row in rows.tolist() if row in told.rationale}
            rationale |= {
                place: spoken[row] for place, row in zip(at.tolist(), rows.tolist(), strict=True) if row in spoken
            }
        return replace(column, evidence=evidence, rationale=rationale)


def _seated(source: Source) -> Source | None:
    """What sits in a seat, where that is to be asked for whole arrays; None for a source to be asked itself, as a seat
    is that holds a stranger: it answers for the stranger's faults."""
    if not isinstance(source, SeatedSource | Reweighted):
        return None
    inner = source.source
    arrays = isinstance(inner, FeatureSource | DeclaredSource | AbsentSource | SeatedSource | Reweighted)
    return inner if arrays or isinstance(source, Reweighted) else None


def _laid_out(each: Sequence[Opinion]) -> Opinion:
    """The opinions on all bars of all symbols end to end, and behind them none for "no bar"."""
    direction = np.concatenate([*(one.direction for one in each), np.zeros(1, np.int8)])
    confidence = np.concatenate([*(one.confidence for one in each), np.full(1, np.nan)])
    return Opinion(direction.astype(np.int8), confidence, {})
