"""A language model as a source: it votes with answers that are there already, and never asks anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.errors import SourceError, StoreError
from argo_core.model.asset import asset_type_of
from argo_core.model.instant import to_instant64
from argo_core.model.market_view import MarketView
from argo_core.model.opinion_answer import OpinionAnswer
from argo_core.model.source import SourceSpec
from argo_core.model.vote import Absence, VoteColumn, absent_column
from argo_core.ports.opinion_log import OpinionLog
from argo_core.sources.opinion_schedule import ScheduleState

DEAD_TTLS = 5.0
"""An answer older than so many times its time to live counts nothing, as in the consensus."""


@dataclass(frozen=True, slots=True)
class RecordedOpinionSource:
    """Votes with the newest answers in `answers` that the view may know: what was recorded, live as in a replay.

    A vote was observed at its question's market time, and received when the answer could first be known. It names no
    price: the question's was ours, and says nothing about what a vendor sees. `schedule` tells what is asked at
    present: a symbol asked about within the source's time to live is expected. None in a replay, where nothing is
    asked: then a symbol without any answer so far is absent as NO_RECORDING, and is not expected.
    """

    spec: SourceSpec
    answers: OpinionLog
    schedule: Callable[[], ScheduleState] | None = None

    async def vote(self, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn:
        """A vote per symbol with an answer younger than five times to live; else AGED_OUT, the last failure's reason,
        NO_DATA while the first answer is awaited, NOT_EXPECTED, NO_RECORDING. Raises SourceError if the log is down.
        """
        try:
            known = await self.answers.newest(self.spec.name, view.as_of)
        except StoreError as error:
            raise SourceError("VENDOR_ERROR", f"{self.spec.name}: its answers cannot be read: {error}") from error
        column = absent_column(self.spec.name, len(view), self._unasked, expected=False)
        rows = {view.symbols[row]: row for row in np.flatnonzero(asked).tolist()}
        column.absence[~asked] = Absence.NOT_ASKED
        rationale: dict[int, str] = {}
        citations, price = np.full(len(view), np.nan), np.full(len(view), np.nan)
        self._expect(column, rows, view)
        for symbol, answer in known.items():
            if (row := rows.get(symbol)) is not None:
                self._place(column, row, answer, view)
                if column.absence[row] == Absence.NONE:
                    rationale[row], citations[row] = answer.rationale, float(len(answer.citations))
                    price[row] = answer.price
        return _with_words(column, rationale, {"citations": citations, "price_when_asked": price})

    @property
    def _unasked(self) -> Absence:
        return Absence.NO_RECORDING if self.schedule is None else Absence.NOT_EXPECTED

    def _expect(self, column: VoteColumn, rows: Mapping[str, int], view: MarketView) -> None:
        state = ScheduleState() if self.schedule is None else self.schedule()
        for symbol, at in state.asked_at.items():
            row = rows.get(symbol)
            if row is not None and (view.as_of - at).total_seconds() <= self._ttl_seconds(symbol):
                column.expected[row] = True
                column.absence[row] = _absence_named(state.failures.get(symbol))

    def _place(self, column: VoteColumn, row: int, answer: OpinionAnswer, view: MarketView) -> None:
        """Write one answer into its row: `column` is this call's own, nobody has seen it yet."""
        age = (view.as_of - answer.market_as_of).total_seconds()
        if not 0 <= age < DEAD_TTLS * self._ttl_seconds(answer.symbol):
            if column.absence[row] in (self._unasked, Absence.NO_DATA):
                column.absence[row] = Absence.AGED_OUT
            return
        column.absence[row] = Absence.NONE
        column.expected[row] = True
        column.direction[row] = answer.direction
        column.confidence[row] = answer.confidence
        column.observed_at[row] = to_instant64(answer.market_as_of)
        column.received_at[row] = to_instant64(answer.known_at)

    def _ttl_seconds(self, symbol: str) -> float:
        return self.spec.ttl_seconds(asset_type_of(symbol))


def _with_words(
    column: VoteColumn, rationale: Mapping[int, str], evidence: Mapping[str, NDArray[np.float64]]
) -> VoteColumn:
    return VoteColumn(
        source=column.source,
        direction=column.direction,
        confidence=column.confidence,
        price=column.price,
        observed_at=column.observed_at,
        received_at=column.received_at,
        absence=column.absence,
        expected=column.expected,
        evidence=evidence,
        rationale=rationale,
    )


def _absence_named(reason: str | None) -> Absence:
    """Why the last question brought nothing; NO_DATA while its answer is awaited."""
    return Absence.NO_DATA if reason is None else Absence.named(reason)
