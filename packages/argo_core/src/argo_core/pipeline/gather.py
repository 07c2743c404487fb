"""Asking the sources live: calls that may wait, fail or be late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.consensus import ConsensusPolicy, VoteTable, Weights
from argo_core.errors import ArgoError, SourceError
from argo_core.model.market_view import MarketView
from argo_core.model.source import SourceCall
from argo_core.model.vote import Absence, VoteColumn, absent_column
from argo_core.pipeline.asking import Asking
from argo_core.ports.silent_tracer import SILENT
from argo_core.ports.source import Source
from argo_core.ports.tracer import Span, Tracer

SYMBOLS_SHOWN = 16


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
    tracer: Tracer = SILENT

    async def gather(self, view: MarketView, asked: NDArray[np.bool_], regime: NDArray[np.int8]) -> Gathered:
        """All votes that were worth asking for, on the rows where `asked` (bool, (S,)) is True."""
        asking = Asking(self.sources, self.weights, self.policy, view.symbols, view.as_of, asked, regime)
        walk, calls = asking.walk(), list[SourceCall]()
        questions = next(walk)
        while True:
            wave = await asyncio.gather(*(self._ask(source, view, about) for source, about in questions))
            calls += [answer.call for answer in wave]
            try:
                questions = walk.send([answer.column for answer in wave])
            except StopIteration as end:
                table, saved = end.value.table, end.value.saved
                return Gathered(table, saved, tuple(self._with_saved(call, saved) for call in calls))

    def _with_saved(self, call: SourceCall, saved: NDArray[np.bool_]) -> SourceCall:
        return msgspec.structs.replace(call, saved=int(saved[self.weights.index(call.source)].sum()))

    async def _ask(self, source: Source, view: MarketView, asked: NDArray[np.bool_]) -> _Answer:
        if not asked.any():
            column = absent_column(source.spec.name, len(view), Absence.NOT_ASKED, expected=False)
            return _Answer(column, _call_of(column, asked, 0.0, Absence.NONE))
        with self.tracer.span("source", source=source.spec.name) as span:
            started = self.ticks()
            column, failure = await self._try(source, view, asked)
            call = _call_of(column, asked, (self.ticks() - started) * 1000.0, failure)
            if span.context is not None:
                _note(span, call, view, asked)
        return _Answer(column, call)

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


def _note(span: Span, call: SourceCall, view: MarketView, asked: NDArray[np.bool_]) -> None:
    symbols = " ".join(view.symbols[row] for row in np.flatnonzero(asked)[:SYMBOLS_SHOWN])
    span.note(asked=call.asked, answered=call.answered, symbols=symbols)
    if call.failure is not None:
        span.fail(call.failure)


def _call_of(column: VoteColumn, asked: NDArray[np.bool_], duration_ms: float, failure: Absence) -> SourceCall:
    return SourceCall(
        source=column.source,
        asked=int(asked.sum()),
        answered=int((column.absence == Absence.NONE).sum()),
        saved=0,
        duration_ms=round(duration_ms, 3),
        failure=None if failure is Absence.NONE else failure.label,
    )
