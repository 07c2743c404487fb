"""The walk of one cycle: view → outcomes → votes → consensus → decisions → signals → durable."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.consensus import ConsensusCache
from argo_core.ledger import CycleDraft, Ledger
from argo_core.model.cycle import AppendReceipt, CycleRecord, OutboxMessage
from argo_core.model.instant import from_instant64, to_text
from argo_core.model.market_view import MarketView
from argo_core.model.outcome import Outcome
from argo_core.model.source import SourceCall
from argo_core.pipeline.gather import Gatherer
from argo_core.pipeline.marks import MarkBook
from argo_core.pipeline.produce import Evidence, Moment, Producer, Production
from argo_core.pipeline.publish import outbox_of
from argo_core.pipeline.resolve import resolve_open, watched
from argo_core.pipeline.select import Selection, select
from argo_core.pipeline.stage_timer import StageTimer
from argo_core.pipeline.stages import Stages
from argo_core.pipeline.win_probability import WinProbabilities
from argo_core.tracking import OpenBook, Tracker
from argo_core.tracking.win_calibration import WinCalibration


class CycleReport(msgspec.Struct, frozen=True, kw_only=True):
    """A durable cycle: the record as stored, where its signals stand, how its sources answered, how long it took.

    `cache_hits` of the evaluated symbols had the votes of the cycle before, so that their consensus was known.
    `calibration`: what its win probabilities came from, None where there are none.
    """

    record: CycleRecord
    receipt: AppendReceipt
    calls: tuple[SourceCall, ...]
    cache_hits: int
    duration_ms: float
    calibration: WinCalibration | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Evaluation:
    evidence: Evidence
    calls: tuple[SourceCall, ...]
    cache_hits: int


class Cycle:
    """Runs cycles one after another over the same symbols' state."""

    def __init__(
        self, stages: Stages, tracker: Tracker, ledger: Ledger | None, wins: WinProbabilities | None = None
    ) -> None:
        """`ledger` None must be said: nothing is sealed then, and a distributor keeps such signals from subscribers.
        Without `wins` no signal has a win probability."""
        self._tracker, self._ledger, self._wins = tracker, ledger, wins
        self._marks = MarkBook()
        self.adopt(stages)

    @property
    def stages(self) -> Stages:
        """The walk as it is now."""
        return self._stages

    def adopt(self, stages: Stages) -> None:
        """Walk these stages from the next cycle on; not while one runs. Every symbol is evaluated anew: what was
        decided under other rules does not stand."""
        self._stages = stages
        self._evaluated_at: dict[str, float] = {}
        self._consensus = ConsensusCache(stages.engine)
        self._gatherer = Gatherer(
            stages.sources,
            stages.engine.weights,
            stages.engine.policy,
            stages.policy.source_deadline_seconds,
            stages.ticks,
            stages.tracer,
        )

    async def run(self, symbols: Sequence[str]) -> CycleReport:
        """One cycle over `symbols`. When it returns, everything it decided is durable; when it raises, nothing is.

        Raises FeedExhausted at the end of a replay, StoreError when the log refuses.
        """
        with self._stages.tracer.span("cycle") as span:
            report = await self._walked(symbols)
            record = report.record
            span.note(cycle_id=record.cycle_id, asked=record.symbols, evaluated=record.symbols - record.skipped)
            span.note(published=len(record.signals))
            return report

    async def _walked(self, symbols: Sequence[str]) -> CycleReport:
        stages = self._stages
        timer = StageTimer(stages.ticks)
        started_at = stages.clock.now()
        await self._keep_ledger(started_at, timer)
        book = await self._tracker.open_book()
        with stages.tracer.span("market"):
            seen = await stages.feed.view(watched(symbols, book))
        view = seen.first(len(symbols))
        timer.mark("view")
        resolved = resolve_open(book, seen)
        open_now = book.after(resolved, ())
        timer.mark("resolve")
        selection, evaluated = await self._evaluate(view, timer)
        rows = selection.order[selection.asked[selection.order]]
        calibration = None if self._wins is None else await self._wins.current()
        async with self._turn():
            # What is decided from here on is durable, or given up, before anybody else may write the log.
            decided_at = self._decided_at()
            produced = self._producer(evaluated.evidence, view.as_of, decided_at, calibration).produce(rows, open_now)
            timer.mark("decide")
            record = self._record(view, produced, resolved, started_at, decided_at, len(rows))
            drafted = self._seal(record)
            timer.mark("seal")
            messages, marked = await self._messages(record, seen, book, drafted)
            timer.mark("outbox")
            record = msgspec.structs.replace(record, outbox=messages, stage_ms=timer.stages_ms())
            self._marks = MarkBook()  # where the append fails, the log says what was sent
            receipt = await self._appended(record, drafted)
        timer.mark("append")
        self._marks = marked
        self._remember(view, rows)
        return CycleReport(
            record=record,
            receipt=receipt,
            calls=evaluated.calls,
            cache_hits=evaluated.cache_hits,
            duration_ms=timer.total_ms(),
            calibration=calibration,
        )

    def _turn(self) -> AbstractAsyncContextManager[None]:
        return nullcontext() if self._ledger is None else self._ledger.turn()

    async def _evaluate(self, view: MarketView, timer: StageTimer) -> tuple[Selection, _Evaluation]:
        stages = self._stages
        features = stages.tracker.advance(view).features
        selection = select(view, features.sigma20, self._evaluated_at, stages.policy.price_change_threshold)
        regime = stages.detector.detect(view)
        timer.mark("regime")
        gathered = await self._gatherer.gather(view, selection.asked, regime)
        timer.mark("votes")
        with stages.tracer.span("consensus"):
            decided = self._consensus.decide(gathered.table, view, regime)
        timer.mark("consensus")
        origin = stages.feed.origin.name
        evidence = Evidence(view, decided.result, features.atr, features.sigma20, gathered.saved, origin)
        return selection, _Evaluation(evidence, gathered.calls, int((decided.known & selection.asked).sum()))

    def _producer(
        self, evidence: Evidence, as_of: datetime, decided_at: datetime, calibration: WinCalibration | None
    ) -> Producer:
        stages, moment = self._stages, Moment(as_of, to_text(decided_at), self._stages.new_id)
        return Producer(
            evidence, stages.policy, stages.levels, stages.horizon, stages.sessions, lambda _: moment, calibration
        )

    def _record(
        self,
        view: MarketView,
        produced: Production,
        resolved: tuple[Outcome, ...],
        started_at: datetime,
        decided_at: datetime,
        evaluated: int,
    ) -> CycleRecord:
        return CycleRecord(
            cycle_id=f"CYC-{self._stages.new_id()}{self._stages.shard.mark}",
            started_at=started_at,
            decided_at=decided_at,
            as_of=view.as_of,
            data_source=self._stages.feed.origin.name,
            symbols=len(view),
            skipped=len(view) - evaluated,
            decisions=produced.decisions,
            signals=produced.signals,
            outcomes=tuple(map(self._stages.costs.applied, resolved + produced.outcomes)),
            outbox=(),
        )

    async def _keep_ledger(self, now: datetime, timer: StageTimer) -> None:
        if self._ledger is not None:
            await self._ledger.keep(now, self._stages.policy.routes.distributors)
            timer.mark("ledger")

    def _decided_at(self) -> datetime:
        now = self._stages.clock.now()
        return now if self._ledger is None else self._ledger.not_before(now)

    def _seal(self, record: CycleRecord) -> CycleDraft | None:
        if self._ledger is None:
            return None
        return self._ledger.draft(record.decided_at, record.signals, record.outcomes, record.data_source)

    async def _appended(self, record: CycleRecord, drafted: CycleDraft | None) -> AppendReceipt:
        tracer, messages = self._stages.tracer, record.outbox
        # Before it is durable: who delivers may see it sooner than we know that it is.
        self._stages.traces.keep((message.key for message in messages), tracer.current())
        with tracer.span("append", messages=len(messages)):
            return await self._append(record, drafted)

    async def _append(self, record: CycleRecord, drafted: CycleDraft | None) -> AppendReceipt:
        """Make the cycle durable, its entries and their signed note with it."""
        if self._wins is not None:
            self._wins.forget()
        if self._ledger is None or drafted is None:
            receipt = await self._tracker.append(record)
        else:
            self._ledger.forget()
            receipt = await self._tracker.append(msgspec.structs.replace(record, ledger=drafted.batch))
            self._ledger.appended(drafted)
        if self._wins is not None:
            self._wins.noted(len(record.outcomes))
        return receipt

    async def _messages(
        self, record: CycleRecord, seen: MarketView, book: OpenBook, drafted: CycleDraft | None
    ) -> tuple[tuple[OutboxMessage, ...], MarkBook]:
        """What leaves with the cycle, and up to where bars were sent once it is durable."""
        shown = {signal.symbol for signal in book.signals} | {sealed.signal.symbol for sealed in record.signals}
        if (since := self._marks.unread(seen, shown)) is not None:
            self._marks = self._marks.resumed(await self._tracker.marked(from_instant64(since)), since)
        marks, marked = self._marks.advance(seen, shown, self._stages.feed.origin.name)
        return outbox_of(record, marks, self._stages.policy.routes, drafted), marked

    def _remember(self, view: MarketView, rows: NDArray[np.intp]) -> None:
        for row in rows.tolist():
            price = float(view.price[row])
            if np.isfinite(price):
                self._evaluated_at[view.symbols[row]] = price
