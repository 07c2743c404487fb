"""Asking the sources: price sources in one wave, the others while they can still change the decision."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.consensus import ConsensusPolicy, VoteTable, Weights, undecided
from argo_core.consensus.engine import side_sums
from argo_core.consensus.group_votes import group_votes
from argo_core.errors import ArgoError, SourceError
from argo_core.measures.ratios import guarded_ratio
from argo_core.model.market_view import MarketView
from argo_core.model.source import SourceCall, Wave
from argo_core.model.vote import Absence, VoteColumn, absent_column
from argo_core.ports.source import Source
from argo_core.sources.opinion_cap import may_only_veto


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """The votes, bool (K, S) which calls an early exit saved, and how each source's call went."""

    table: VoteTable
    saved: NDArray[np.bool_]
    calls: tuple[SourceCall, ...]


@dataclass(frozen=True, slots=True)
class Gatherer:
    """Asks sources about a view. A source that fails or is late becomes absences with a reason, never a vote."""

    sources: tuple[Source, ...]
    weights: Weights
    policy: ConsensusPolicy
    deadline_seconds: float
    ticks: Callable[[], float]

    async def gather(self, view: MarketView, asked: NDArray[np.bool_], regime: NDArray[np.int8]) -> Gathered:
        """All votes that were worth asking for, on the rows where `asked` (bool, (S,)) is True."""
        first = [source for source in self.sources if source.spec.wave is Wave.PRICE]
        later = sorted(
            (source for source in self.sources if source.spec.wave is Wave.LATER),
            key=lambda source: -source.spec.weight / source.spec.cost,
        )
        answers = list(await asyncio.gather(*(self._ask(source, view, asked) for source in first)))
        saved = np.zeros((len(self.weights.members), len(view)), dtype=np.bool_)
        for position, source in enumerate(later):
            table = VoteTable.of(self.weights, view.symbols, [answer.column for answer in answers], view.as_of)
            worth = asked & undecided(table, self._may_answer(later[position:], asked), regime, self.policy)
            saved[self.weights.index(source.spec.name)] = asked & ~worth
            answer = _with_saved(await self._ask(source, view, worth), asked & ~worth)
            answers.append(self._capped(answer, answers, view) if source.spec.veto_only else answer)
        table = VoteTable.of(self.weights, view.symbols, [answer.column for answer in answers], view.as_of)
        return Gathered(table, saved, tuple(answer.call for answer in answers))

    def _capped(self, answer: _Answer, others: Sequence[_Answer], view: MarketView) -> _Answer:
        """The answer as a veto at most, against what the sources say that may do more."""
        capped = {spec.name for spec in self.weights.members if spec.veto_only}
        free = [other.column for other in others if other.column.source not in capped]
        sums = side_sums(group_votes(VoteTable.of(self.weights, view.symbols, free, view.as_of)))
        lead = np.sign(sums.long - sums.short).astype(np.int8)
        confidence = guarded_ratio(np.maximum(sums.long, sums.short), sums.present)
        return _Answer(may_only_veto(answer.column, lead, confidence), answer.call)

    def _may_answer(self, sources: Sequence[Source], asked: NDArray[np.bool_]) -> NDArray[np.bool_]:
        may = np.zeros((len(self.weights.members), len(asked)), dtype=np.bool_)
        for source in sources:
            may[self.weights.index(source.spec.name)] = asked
        return may

    async def _ask(self, source: Source, view: MarketView, asked: NDArray[np.bool_]) -> _Answer:
        if not asked.any():
            column = absent_column(source.spec.name, len(view), Absence.NOT_ASKED, expected=False)
            return _Answer(column, _call_of(column, asked, 0.0, Absence.NONE))
        started = self.ticks()
        column, failure = await self._try(source, view, asked)
        return _Answer(column, _call_of(column, asked, (self.ticks() - started) * 1000.0, failure))

    async def _try(self, source: Source, view: MarketView, asked: NDArray[np.bool_]) -> tuple[VoteColumn, Absence]:
        try:
            async with asyncio.timeout(self.deadline_seconds):
                return (await source.vote(view, asked)).checked(), Absence.NONE
        except TimeoutError:
            failure = Absence.TIMEOUT
        except SourceError as error:
            failure = Absence.named(error.reason)
        except ArgoError:
            failure = Absence.REFUSED_ANSWER
        return absent_column(source.spec.name, len(view), failure, expected=True), failure


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    column: VoteColumn
    call: SourceCall


def _call_of(column: VoteColumn, asked: NDArray[np.bool_], duration_ms: float, failure: Absence) -> SourceCall:
    return SourceCall(
        source=column.source,
        asked=int(asked.sum()),
        answered=int((column.absence == Absence.NONE).sum()),
        saved=0,
        duration_ms=round(duration_ms, 3),
        failure=None if failure is Absence.NONE else failure.label,
    )


def _with_saved(answer: _Answer, saved: NDArray[np.bool_]) -> _Answer:
    """The answer with the saved calls marked: absent for that reason, and not expected."""
    column = dataclasses.replace(
        answer.column,
        absence=np.where(saved, np.uint8(Absence.CALL_SAVED), answer.column.absence),
        expected=answer.column.expected & ~saved,
    )
    return _Answer(column, msgspec.structs.replace(answer.call, saved=int(saved.sum())))
