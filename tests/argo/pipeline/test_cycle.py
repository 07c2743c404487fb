"""The walk of a cycle: what is published, repeated, flipped, skipped, resolved and recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pytest

from argo_core.errors import FeedExhausted, StoreError
from argo_core.ledger import verify_signal
from argo_core.model.cycle import AppendReceipt, CycleRecord, MessageKind
from argo_core.model.query import SignalQuery
from argo_core.model.signal import LoggedSignal
from argo_core.pipeline.cycle import CycleReport
from argo_core.pipeline.receive_marks import received_marks
from argo_core.testing.memory_log import MemoryLog
from tests.argo.pipeline.rig import Rig

LONG, SHORT, WEAK = (1, 90.0), (-1, 90.0), (1, 55.0)


async def statuses(rig: Rig) -> dict[str, str]:
    report = await rig.cycle.run(rig.symbols)
    return {decision.symbol: decision.veto or decision.status for decision in report.record.decisions}


async def test_a_strong_consensus_is_published_sealed_and_stored_with_its_decision() -> None:
    log = MemoryLog()
    report = await Rig(log, {"AAPL": [100.0]}, {"AAPL": LONG}).cycle.run(["AAPL"])
    (sealed,), (decision,) = report.record.signals, report.record.decisions
    signal = sealed.signal
    assert (signal.symbol, signal.action, signal.entry_price) == ("AAPL", "BUY", 100.0)
    assert signal.confidence == 81.0  # 90 × 0.90: too little history for another regime than CHOP's factor
    assert signal.stop_price is not None
    assert signal.target_price is not None
    assert signal.stop_price < 100.0 < signal.target_price
    assert len(signal.reasoning) >= 20
    assert verify_signal(signal.hashed_fields(), sealed.verification_hash).ok
    assert (decision.status, decision.signal_id) == ("published", signal.signal_id)
    assert [vote.source for vote in decision.votes] == ["price", "chart"]
    assert report.receipt.indices == (1,)
    assert [message.key for message in report.record.outbox] == [
        f"signal:{signal.signal_id}",
        f"marks:{report.record.cycle_id}",
    ]


async def test_a_weak_consensus_is_a_decision_with_its_veto_and_no_signal() -> None:
    report = await Rig(MemoryLog(), {"AAPL": [100.0]}, {"AAPL": WEAK}).cycle.run(["AAPL"])
    (decision,) = report.record.decisions
    assert (decision.status, decision.veto, decision.measured, decision.limit) == (
        "vetoed",
        "below_threshold",
        49.5,
        60.0,
    )
    assert report.record.signals == ()
    assert report.record.outbox == ()


async def test_absent_sources_are_recorded_with_their_reasons() -> None:
    report = await Rig(MemoryLog(), {"AAPL": [100.0]}, {}).cycle.run(["AAPL"])
    (decision,) = report.record.decisions
    assert decision.veto == "no_votes"
    assert [(absent.source, absent.reason, absent.expected) for absent in decision.absences] == [
        ("price", "no data", True),
        ("chart", "no data", True),
    ]


async def test_an_equal_consensus_repeats_and_does_not_publish_twice() -> None:
    rig = Rig(MemoryLog(), {"AAPL": [100.0, 100.1]}, {"AAPL": LONG})
    first = (await rig.cycle.run(["AAPL"])).record.signals[0].signal
    (decision,) = (await rig.cycle.run(["AAPL"])).record.decisions
    assert (decision.status, decision.repeat_of, decision.signal_id) == ("repeat", first.signal_id, None)


async def test_the_seeds_rate_publishes_every_evaluation() -> None:
    rig = Rig(MemoryLog(), {"AAPL": [100.0, 100.1]}, {"AAPL": LONG}, reemit="every_evaluation")
    assert [len((await rig.cycle.run(["AAPL"])).record.signals) for _ in range(2)] == [1, 1]


async def test_a_flip_closes_the_open_signal_and_opens_the_other() -> None:
    log = MemoryLog()
    rig = Rig(log, {"AAPL": [100.0, 100.1]}, {"AAPL": LONG})
    first = (await rig.cycle.run(["AAPL"])).record.signals[0].signal
    rig.answers["AAPL"] = SHORT
    record = (await rig.cycle.run(["AAPL"])).record
    assert [(outcome.signal_id, outcome.result) for outcome in record.outcomes] == [(first.signal_id, "cancelled")]
    assert [sealed.signal.action for sealed in record.signals] == ["SELL"]
    assert [entry.sealed.signal.action for entry in await log.open_signals()] == ["SELL"]


async def test_an_outcome_opens_the_way_again_in_the_same_cycle() -> None:
    rig = Rig(MemoryLog(), {"AAPL": [100.0, 108.0]}, {"AAPL": LONG})
    first = (await rig.cycle.run(["AAPL"])).record.signals[0].signal
    record = (await rig.cycle.run(["AAPL"])).record
    assert [(outcome.signal_id, outcome.outcome, outcome.result) for outcome in record.outcomes] == [
        (first.signal_id, "win", "target")
    ]
    assert len(record.signals) == 1


async def test_a_symbol_that_did_not_move_is_skipped_and_counted() -> None:
    rig = Rig(
        MemoryLog(), {"AAPL": [100.0, 100.4, 100.9], "TSLA": [50.0, 51.0, 51.1]}, {}, price_change_threshold=0.005
    )
    skipped = [(await rig.cycle.run(rig.symbols)).record for _ in range(3)]
    assert [record.skipped for record in skipped] == [0, 1, 1]
    assert [[decision.symbol for decision in record.decisions] for record in skipped[1:]] == [["TSLA"], ["AAPL"]]


async def test_a_restart_goes_on_from_the_log() -> None:
    log = MemoryLog()
    await Rig(log, {"AAPL": [100.0]}, {"AAPL": LONG}).cycle.run(["AAPL"])
    assert await statuses(Rig(log, {"AAPL": [100.0]}, {"AAPL": LONG})) == {"AAPL": "already_open"}


async def test_the_end_of_a_replay_is_told() -> None:
    rig = Rig(MemoryLog(), {"AAPL": [100.0]}, {})
    await rig.cycle.run(["AAPL"])
    with pytest.raises(FeedExhausted):
        await rig.cycle.run(["AAPL"])


class FailingOnce:
    """A log whose first append fails after or before the cycle was stored."""

    def __init__(self, stored: bool) -> None:
        self.inner, self._stored, self._failed = MemoryLog(), stored, False

    async def append(self, cycle: CycleRecord) -> AppendReceipt:
        if self._failed:
            return await self.inner.append(cycle)
        self._failed = True
        if self._stored:
            await self.inner.append(cycle)
        raise StoreError("the connection broke: nobody knows")

    async def open_signals(self) -> tuple[LoggedSignal, ...]:
        return await self.inner.open_signals()

    async def marked(self, since: datetime) -> Mapping[str, datetime]:
        return await self.inner.marked(since)


@pytest.mark.parametrize(("stored", "then"), [(True, "already_open"), (False, "published")])
async def test_after_a_failed_append_the_log_is_asked_not_guessed(stored: bool, then: str) -> None:
    log = FailingOnce(stored)
    rig = Rig(log, {"AAPL": [100.0, 100.1]}, {"AAPL": LONG})
    with pytest.raises(StoreError):
        await rig.cycle.run(["AAPL"])
    assert await statuses(rig) == {"AAPL": then}
    assert len((await log.inner.signals(SignalQuery())).items) == 1


def bars_sent(report: CycleReport) -> list[bytes]:
    return [message.payload for message in report.record.outbox if message.kind == MessageKind.MARKS]


async def test_after_a_restart_no_bar_is_sent_again_whatever_the_vendor_says_of_it_now() -> None:
    log = MemoryLog()
    first = Rig(log, {"AAPL": [100.0, 100.1, 100.2]}, {"AAPL": LONG})
    assert len(bars_sent(await first.cycle.run(["AAPL"]))) == 1
    again = Rig(log, {"AAPL": [100.4, 100.6]}, {"AAPL": LONG})
    again.stages = replace(again.stages, new_id=iter("abcdefgh").__next__)
    again.cycle.adopt(again.stages)
    assert bars_sent(await again.cycle.run(["AAPL"])) == []
    (body,) = bars_sent(await again.cycle.run(["AAPL"]))
    assert [bar.close for bar in received_marks(body)] == [100.6]
