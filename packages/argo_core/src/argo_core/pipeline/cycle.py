"""The walk of one cycle: view → outcomes → votes → consensus → decisions → signals → durable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
import numpy as np

from argo_core.model.cycle import AppendReceipt, CycleRecord
from argo_core.model.market_view import MarketView
from argo_core.model.outcome import Outcome
from argo_core.model.source import SourceCall
from argo_core.pipeline.gather import Gatherer
from argo_core.pipeline.produce import Evidence, Producer, Production
from argo_core.pipeline.publish import outbox_of, seal
from argo_core.pipeline.resolve import resolve_open
from argo_core.pipeline.select import Selection, select
from argo_core.pipeline.stage_timer import StageTimer
from argo_core.pipeline.stages import Stages
from argo_core.tracking import OpenBook, Tracker


class CycleReport(msgspec.Struct, frozen=True, kw_only=True):
    """A durable cycle: the record as stored, where its signals stand, how its sources answered, how long it took."""

    record: CycleRecord
    receipt: AppendReceipt
    calls: tuple[SourceCall, ...]
    duration_ms: float


class Cycle:
    """Runs cycles one after another over the same symbols' state."""

    def __init__(self, stages: Stages, tracker: Tracker) -> None:
        self._stages, self._tracker = stages, tracker
        self._evaluated_at: dict[str, float] = {}
        policy = stages.policy
        self._gatherer = Gatherer(
            stages.sources, stages.engine.weights, stages.engine.policy, policy.source_deadline_seconds, stages.ticks
        )

    async def run(self, symbols: Sequence[str]) -> CycleReport:
        """One cycle over `symbols`. When it returns, everything it decided is durable; when it raises, nothing is.

        Raises FeedExhausted at the end of a replay, StoreError when the log refuses.
        """
        stages = self._stages
        timer = StageTimer(stages.ticks)
        started_at = stages.clock.now()
        view = await stages.feed.view(symbols)
        timer.mark("view")
        book = await self._tracker.open_book()
        resolved = resolve_open(book, view)
        open_now = book.after(resolved, ())
        timer.mark("resolve")
        selection, evidence, calls = await self._evaluate(view, timer)
        rows = selection.order[selection.asked[selection.order]]
        decided_at = stages.clock.now()
        produced = self._produce(evidence, open_now, decided_at).produce(rows)
        timer.mark("decide")
        record = self._record(view, produced, resolved, started_at, decided_at, len(rows), timer)
        receipt = await self._tracker.append(record)
        timer.mark("append")
        self._remember(view, rows)
        return CycleReport(record=record, receipt=receipt, calls=calls, duration_ms=timer.total_ms())

    async def _evaluate(
        self, view: MarketView, timer: StageTimer
    ) -> tuple[Selection, Evidence, tuple[SourceCall, ...]]:
        stages = self._stages
        features = stages.tracker.advance(view).features
        selection = select(view, features.sigma20, self._evaluated_at, stages.policy.price_change_threshold)
        regime = stages.detector.detect(view)
        timer.mark("regime")
        gathered = await self._gatherer.gather(view, selection.asked, regime)
        timer.mark("votes")
        result = stages.engine.decide(gathered.table, view, regime)
        timer.mark("consensus")
        evidence = Evidence(view, result, features.atr, features.sigma20, gathered.saved, stages.feed.origin.name)
        return selection, evidence, gathered.calls

    def _produce(self, evidence: Evidence, book: OpenBook, decided_at: datetime) -> Producer:
        stages = self._stages
        return Producer(
            evidence, book, stages.policy, stages.levels, stages.horizon, stages.sessions, decided_at, stages.new_id
        )

    def _record(
        self,
        view: MarketView,
        produced: Production,
        resolved: tuple[Outcome, ...],
        started_at: datetime,
        decided_at: datetime,
        evaluated: int,
        timer: StageTimer,
    ) -> CycleRecord:
        sealed = tuple(seal(signal) for signal in produced.signals)
        outcomes = resolved + produced.outcomes
        messages = outbox_of(sealed, outcomes)
        timer.mark("seal")
        return CycleRecord(
            cycle_id=f"CYC-{self._stages.new_id()}",
            started_at=started_at,
            decided_at=decided_at,
            as_of=view.as_of,
            data_source=self._stages.feed.origin.name,
            symbols=len(view),
            skipped=len(view) - evaluated,
            decisions=produced.decisions,
            signals=sealed,
            outcomes=outcomes,
            outbox=messages,
            stage_ms=timer.stages_ms(),
        )

    def _remember(self, view: MarketView, rows: np.ndarray) -> None:
        for row in rows.tolist():
            price = float(view.price[row])
            if np.isfinite(price):
                self._evaluated_at[view.symbols[row]] = price
