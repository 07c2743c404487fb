"""Signals, entries and outcomes on their way to a distributor that follows the log, whatever it knows of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import httpx
import msgspec
import pytest

from argo_core.adapters.http import DistributorPublisher, HttpMirror, HttpWitness, LedgerLink, Receiver, Sender
from argo_core.errors import Disputed, StoreError, Unavailable
from argo_core.ledger import Ledger
from argo_core.model.cycle import CycleRecord
from argo_core.pipeline import Delivery, Routes
from argo_core.pipeline.cosigning import Cosigning
from argo_core.pipeline.ledger_feed import LedgerFeed
from argo_core.pipeline.publish import outbox_of
from argo_core.testing.contracts.execution_reports import TRADE
from argo_core.testing.contracts.ledger_realised import report
from argo_core.testing.contracts.witness import WitnessContract
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_ledger import MemoryLedger
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.memory_reports import MemoryReports
from argo_core.testing.sample_cycles import MOMENT, published_cycle, sample_cycle, sample_outcome
from argo_core.testing.sample_ledger import sample_ledger
from tests.argo.adapters.http.ledger_receiver import SYNC, LedgerReceiver, following_receiver
from tests.argo.adapters.http.receiver import Answer

TOPIC = "distributor"


@dataclass
class Line:
    """A log, its outbox and a distributor."""

    receiver: LedgerReceiver
    client: httpx.AsyncClient
    kept: MemoryLedger
    log: MemoryLog
    ledger: Ledger

    def delivery(self) -> Delivery:
        """As after a restart of the sender: it knows nothing of where the distributor stands."""
        sender = Sender(self.client, Receiver(self.receiver.url, "k"))
        publisher = DistributorPublisher(sender, LedgerLink(sender, LedgerFeed(self.kept)))
        cosigning = Cosigning(self.kept, self.kept, (self.receiver.witness.key,))
        return Delivery(TOPIC, self.log, publisher, FixedClock(MOMENT), cosigning)

    async def cycle(self, record: CycleRecord, seconds: int) -> None:
        """Append as the pipeline does."""
        at = MOMENT + timedelta(seconds=seconds)
        await self.ledger.keep(at, (TOPIC,))
        drafted = self.ledger.draft(at, record.signals, record.outcomes, record.data_source)
        assert drafted is not None
        messages = outbox_of(record, None, Routes(distributors=(TOPIC,)), drafted)
        await self.log.append(msgspec.structs.replace(record, outbox=messages, ledger=drafted.batch))
        self.ledger.appended(drafted)

    async def publish(self, number: int, *symbols: str) -> CycleRecord:
        """A cycle with one signal per symbol."""
        record = published_cycle(f"c{number}", symbols)
        await self.cycle(record, number)
        return record


@pytest.fixture(name="line")
async def line_to_a_distributor() -> AsyncIterator[Line]:
    kept = MemoryLedger()
    async with following_receiver() as (receiver, client):
        yield Line(receiver, client, kept, MemoryLog(kept), sample_ledger(kept))


async def drain(delivery: Delivery) -> list[str | None]:
    """Deliver everything; the codes of what was refused."""
    refused: list[str | None] = []
    while True:
        done = await delivery.drain()
        refused += [refusal.code for refusal in done.refused]
        if not done.more:
            return refused


async def test_signals_entries_and_outcomes_arrive_with_their_proofs(line: Line) -> None:
    delivery = line.delivery()
    record = await line.publish(1, "AAPL", "NVDA")
    assert await drain(delivery) == []
    ended = sample_outcome(record.signals[0], at=MOMENT + timedelta(seconds=2))
    await line.cycle(sample_cycle("c2", outcomes=[ended]), 3)
    assert await drain(delivery) == []
    assert set(line.receiver.signals) == {"c1-s0", "c1-s1"}
    assert line.receiver.mirror == [entry.decode() for entry in await line.kept.entries(0, 100)]
    assert msgspec.json.decode(line.receiver.outcomes["c1-s0"]["entry"])["result"] == "target"
    assert line.receiver.size == 6


async def test_an_outcome_whose_checkpoint_is_not_known_there_is_offered_again_behind_it(line: Line) -> None:
    delivery = line.delivery()
    record = await line.publish(1, "AAPL")
    await drain(delivery)
    ended = sample_outcome(record.signals[0], at=MOMENT + timedelta(seconds=2))
    await line.cycle(sample_cycle("c2", outcomes=[ended]), 3)
    (outcome,) = [one.message for one in await line.log.pending(TOPIC, 10) if one.message.kind == "outcome"]
    lost = {"signal_id": "c1-s0", "status": "refused", "code": "old_size"}
    line.receiver.instead.append(Answer(200, {"results": [lost]}))
    (published,) = await delivery.publisher.publish([outcome])
    assert published.status == "accepted"
    assert line.receiver.size == len(await line.kept.entries(0, 100))


async def test_what_was_realised_arrives_with_its_proof_also_where_the_thread_was_lost(line: Line) -> None:
    delivery, reports = line.delivery(), MemoryReports({"c1-s0": ("AAPL", "BUY")})
    line.kept.hear_trades(reports.reported_trades)
    record = await line.publish(1, "AAPL")
    await line.cycle(sample_cycle("c2", outcomes=[sample_outcome(record.signals[0])]), 3)
    await drain(delivery)
    await report(reports, TRADE)
    await line.ledger.keep(MOMENT + timedelta(hours=3), (TOPIC,))
    (realised,) = [one.message for one in await line.log.pending(TOPIC, 10) if one.message.kind == "realised"]
    (published,) = await delivery.publisher.publish([realised])
    assert (published.key, published.status) == ("realised:argo-4-c1-s0", "accepted")
    assert line.receiver.size == len(await line.kept.entries(0, 100))
    assert await drain(delivery) == []
    assert line.receiver.realised["argo-4-c1-s0"]["net_pct"] == 2.364672


async def test_an_answer_about_another_trade_is_not_taken_for_ours(line: Line) -> None:
    delivery, reports = line.delivery(), MemoryReports({"c1-s0": ("AAPL", "BUY")})
    line.kept.hear_trades(reports.reported_trades)
    record = await line.publish(1, "AAPL")
    await line.cycle(sample_cycle("c2", outcomes=[sample_outcome(record.signals[0])]), 3)
    await report(reports, TRADE)
    await line.ledger.keep(MOMENT + timedelta(hours=3), (TOPIC,))
    (realised,) = [one.message for one in await line.log.pending(TOPIC, 10) if one.message.kind == "realised"]
    line.receiver.instead.append(Answer(200, {"results": [{"trade_id": "another", "status": "accepted"}]}))
    with pytest.raises(StoreError, match="names 'another'"):
        await delivery.publisher.publish([realised])


async def test_a_signal_costs_one_request_once_the_distributor_is_known(line: Line) -> None:
    delivery = line.delivery()
    await line.publish(1, "AAPL")
    await drain(delivery)
    del line.receiver.requests[:]
    await line.publish(2, "NVDA")
    await drain(delivery)
    paths = [request.path for request in line.receiver.requests]
    assert paths == [f"{SYNC}/signal", f"{SYNC}/checkpoint"]
    body = msgspec.json.decode(line.receiver.requests[0].body)
    assert (body["old_size"], body["leaf_index"]) == (3, 3)


async def test_signals_of_several_cycles_in_one_body_lead_from_one_checkpoint_to_the_next(line: Line) -> None:
    delivery = line.delivery()
    await line.publish(1, "AAPL")
    await drain(delivery)
    for number in (2, 3, 4):
        await line.publish(number, "NVDA")
    waiting = [one.message for one in await line.log.pending(TOPIC, 10)]
    del line.receiver.requests[:]
    published = await delivery.publisher.publish([one for one in waiting if one.kind == "signal"])
    assert [one.status for one in published] == ["accepted"] * 3
    (request,) = line.receiver.requests
    assert [item["old_size"] for item in msgspec.json.decode(request.body)["signals"]] == [3, 4, 5]


async def test_after_a_restart_the_distributor_says_where_it_stands_and_nothing_is_lost(line: Line) -> None:
    await line.publish(1, "AAPL")
    await drain(line.delivery())
    await line.publish(2, "NVDA")
    await line.publish(3, "TSLA")
    assert await drain(line.delivery()) == []
    assert set(line.receiver.signals) == {"c1-s0", "c2-s0", "c3-s0"}


async def test_a_distributor_that_lost_everything_is_brought_to_the_end(line: Line) -> None:
    delivery = line.delivery()
    for number in range(1, 4):
        await line.publish(number, "AAPL")
    await drain(delivery)
    line.receiver.mirror.clear()
    line.receiver.signals.clear()
    line.receiver.witness.seen = None
    await line.publish(4, "NVDA")
    assert await drain(delivery) == []
    assert set(line.receiver.signals) == {"c4-s0"}
    assert len(line.receiver.mirror) == line.receiver.size == 6


async def test_a_gap_in_the_sequence_is_filled_from_the_log(line: Line) -> None:
    await line.publish(1, "AAPL")
    first = await line.log.pending(TOPIC, 10)
    await line.log.mark_delivered([one.position for one in first], MOMENT)
    await line.publish(2, "NVDA")
    assert await drain(line.delivery()) == []
    assert set(line.receiver.signals) == {"c2-s0"}
    assert len(line.receiver.mirror) == 4


async def test_the_heartbeat_of_another_process_does_not_disturb(line: Line) -> None:
    delivery = line.delivery()
    await line.publish(1, "AAPL")
    await drain(delivery)
    await line.publish(2, "NVDA")
    note = await line.kept.checkpoint()
    assert note is not None
    feed = LedgerFeed(line.kept)
    proof = [msgspec.json.decode(msgspec.json.encode(one), type=bytes) for one in await feed.consistency(3, 4)]
    await line.receiver.witness.submit(3, proof, note.note, 4)
    await line.publish(3, "TSLA")
    assert await drain(delivery) == []
    assert set(line.receiver.signals) == {"c1-s0", "c2-s0", "c3-s0"}


async def test_a_long_log_is_sent_in_pieces_that_end_at_checkpoints(line: Line) -> None:
    for number in range(1, 5):
        await line.publish(number, "AAPL", "NVDA", "TSLA")
    await line.publish(5, *["AAPL"] * 9)
    feed = LedgerFeed(line.kept, most_entries=8)
    steps = [await feed.step(0, mirrored) for mirrored in (0, 8, 14)]
    assert [(step.size, step.last) for step in steps if step is not None] == [(8, False), (14, False), (23, True)]
    sender = Sender(line.client, Receiver(line.receiver.url, "k"))
    await LedgerLink(sender, feed).catch_up()
    starts = [msgspec.json.decode(request.body).get("start") for request in line.receiver.requests]
    assert starts == [None, 0, 8, 14]
    assert len(line.receiver.mirror) == line.receiver.size == 23


async def test_cosignatures_that_come_back_are_kept(line: Line) -> None:
    await line.publish(1, "AAPL")
    await drain(line.delivery())
    size, lines = await line.kept.newest()
    assert size == 3
    assert {one.name for one in lines} == {"witness.example/w"}


@pytest.mark.parametrize("code", ["split_view", "bad_log_signature", "unknown_origin"])
async def test_a_distributor_that_does_not_follow_our_log_gets_nothing_and_nothing_is_given_up(
    line: Line, code: str
) -> None:
    await line.publish(1, "AAPL")
    status = {"split_view": 422, "bad_log_signature": 403, "unknown_origin": 404}[code]
    line.receiver.instead = [Answer(status, {"code": code})]
    with pytest.raises(Disputed) as refused:
        await line.delivery().drain()
    assert refused.value.code == code
    assert (await line.log.backlog(TOPIC)).refused == 0
    assert await drain(line.delivery()) == []


async def test_one_item_that_is_disputed_stops_the_batch_there(line: Line) -> None:
    await line.ledger.keep(MOMENT, (TOPIC,))
    await drain(line.delivery())
    await line.publish(1, "AAPL", "NVDA")
    results = [{"signal_id": f"c1-s{n}", "status": "refused", "code": "split_view"} for n in range(2)]
    line.receiver.instead = [Answer(200, {"results": results})]
    with pytest.raises(Disputed):
        await line.delivery().drain()


async def test_a_distributor_that_has_seen_more_than_we_hold_stops_us(line: Line) -> None:
    await line.publish(1, "AAPL")
    line.receiver.instead = [Answer(409, {"code": "old_size", "size": 9, "mirrored": 9})] * 3
    with pytest.raises(Disputed) as refused:
        await line.delivery().drain()
    assert refused.value.code == "behind"


@pytest.mark.parametrize(
    "document",
    [
        {"code": "old_size"},
        {"code": "old_size", "size": "1", "mirrored": 1},
        {"code": "old_size", "size": 1, "mirrored": 2},
        {"code": "old_size", "size": 0, "mirrored": 0},
    ],
)
async def test_a_distributor_that_answers_nonsense_is_left_for_later(line: Line, document: dict[str, object]) -> None:
    await line.publish(1, "AAPL")
    line.receiver.instead = [Answer(409, document)] * 12
    with pytest.raises(Unavailable) as refused:
        await line.delivery().drain()
    assert not isinstance(refused.value, Disputed)
    assert (await line.log.backlog(TOPIC)).pending == 3


class TestHttpWitness(WitnessContract):
    @pytest.fixture
    def witness(self, line: Line) -> HttpWitness:
        return HttpWitness(line.client, f"{line.receiver.url}/ledger")


async def test_a_mirror_gives_back_what_it_was_given(line: Line) -> None:
    await line.publish(1, "AAPL")
    await drain(line.delivery())
    mirror = HttpMirror(line.client, line.receiver.url)
    assert await mirror.entries(1, 2) == (await line.kept.entries(0, 9))[1:3]
    note = await line.kept.checkpoint()
    assert note is not None
    assert await mirror.newest("argo.example/signals") == note.note


async def test_a_witness_that_is_no_witness_is_unavailable(line: Line) -> None:
    line.receiver.instead = [Answer(500, b""), Answer(409, b"soon"), Answer(302, b"")]
    witness = HttpWitness(line.client, f"{line.receiver.url}/ledger")
    for _ in range(2):
        with pytest.raises(Unavailable):
            await witness.submit(0, (), b"note", 1)
    with pytest.raises(Unavailable):
        await witness.newest("argo.example/signals")
