"""A cycle with a ledger: what it publishes is sealed, proven and logged with it, or not at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from argo_core.errors import ConfigError, StoreError
from argo_core.ledger import Ledger, LedgerPolicy, SigningKey, signal_hash
from argo_core.ledger.commitment import commitment
from argo_core.ledger.merkle import leaf_hash
from argo_core.ledger.tlog_proof import verify_tlog_proof
from argo_core.model.cycle import AppendReceipt, CycleRecord, OutboxMessage
from argo_core.pipeline import Cycle
from argo_core.testing.memory_ledger import MemoryLedger
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.sample_cycles import MOMENT
from argo_core.testing.sample_ledger import KEY, ORIGIN, counting_salts, sample_ledger
from argo_core.tracking import Tracker
from tests.argo.pipeline.rig import Rig

LONG, SHORT = (1, 90.0), (-1, 90.0)


class SealingRig(Rig):
    """As `Rig`, with a ledger in memory."""

    def __init__(self, log: MemoryLog, kept: MemoryLedger, *closes: float) -> None:
        super().__init__(log, {"AAPL": list(closes)}, {"AAPL": LONG})
        self.ledger = sample_ledger(kept)
        self.cycle = Cycle(self.stages, Tracker(log), self.ledger)


class FailingLog(MemoryLog):
    """While `refusing`, it raises: without storing anything, or after it has stored all (`storing`)."""

    refusing = storing = False

    async def append(self, cycle: CycleRecord) -> AppendReceipt:
        if self.refusing and not self.storing:
            raise StoreError("the disk is full: make room")
        receipt = await super().append(cycle)
        if self.refusing:
            raise StoreError("the connection was lost: was it stored?")
        return receipt


def bodies(messages: tuple[OutboxMessage, ...], topic: str = "distributor") -> dict[str, dict[str, Any]]:
    """What a topic gets, by the kind of message."""
    return {message.kind: json.loads(message.payload) for message in messages if message.topic == topic}


async def entries(kept: MemoryLedger) -> list[dict[str, Any]]:
    return [json.loads(entry) for entry in await kept.entries(0, 1_000)]


async def test_a_published_signal_carries_what_proves_it() -> None:
    kept = MemoryLedger()
    rig = SealingRig(MemoryLog(kept), kept, 100.0)
    record = (await rig.cycle.run(["AAPL"])).record
    assert [message.kind for message in record.outbox] == ["signal", "ledger", "marks"]
    body = bodies(record.outbox)["signal"]
    entry = json.loads(body["entry"])
    assert (entry["stream"], entry["seq"], body["leaf_index"], body["salt"]) == ("main", 0, 2, "0" * 63 + "1")
    nine = {name: body[name] for name in record.signals[0].signal.hashed_fields()}
    assert commitment(bytes.fromhex(body["salt"]), signal_hash(nine)) == entry["commit"]
    opened = verify_tlog_proof(body["tlog_proof"], leaf_hash(body["entry"].encode()), ORIGIN, [KEY.verifier])
    assert opened.checkpoint.size == json.loads(record.outbox[1].payload)["size"] == 3
    assert entry["at"] == body["timestamp"] == "2026-11-21T04:00:00.000000Z"
    assert entry["reveal_by"] == "2026-11-22T04:00:00.000000Z"


async def test_executors_get_neither_salt_nor_proof() -> None:
    kept = MemoryLedger()
    rig = SealingRig(MemoryLog(kept), kept, 100.0)
    stages = rig.stages
    routed = type(stages.policy.routes)(distributors=("distributor",), executors=("executor.argo",))
    policy = type(stages.policy)(price_change_threshold=0.0, routes=routed)
    cycle = Cycle(type(stages)(**{**_parts(stages), "policy": policy}), Tracker(MemoryLog(kept)), rig.ledger)
    record = (await cycle.run(["AAPL"])).record
    assert bodies(record.outbox)["signal"].keys() - bodies(record.outbox, "executor.argo")["signal"].keys() == {
        "salt",
        "leaf_index",
        "entry",
        "tlog_proof",
    }


def _parts(stages: Any) -> dict[str, Any]:
    return {name: getattr(stages, name) for name in stages.__slots__}


async def test_a_flip_reveals_the_closed_signal_and_proves_its_outcome() -> None:
    kept = MemoryLedger()
    rig = SealingRig(MemoryLog(kept), kept, 100.0, 100.2)
    await rig.cycle.run(["AAPL"])
    rig.answers["AAPL"] = SHORT
    rig.clock.advance(timedelta(minutes=1))
    record = (await rig.cycle.run(["AAPL"])).record
    assert [entry["kind"] for entry in (await entries(kept))[2:]] == ["signal", "signal", "reveal", "outcome"]
    body = bodies(record.outbox)["outcome"]
    entry = json.loads(body["entry"])
    assert (entry["of"], entry["result"], entry["exit_at"]) == (2, "cancelled", "2026-11-21T04:01:00.000000Z")
    verify_tlog_proof(body["tlog_proof"], leaf_hash(body["entry"].encode()), ORIGIN, [KEY.verifier])
    assert (body["profit_loss_pct"], body["net_pct"]) == (0.2, 0.1)


async def test_a_restart_goes_on_from_the_log() -> None:
    kept = MemoryLedger()
    log = MemoryLog(kept)
    await SealingRig(log, kept, 100.0).cycle.run(["AAPL"])
    again = SealingRig(log, kept, 100.0, 100.2)
    again.answers["AAPL"] = SHORT
    numbers = iter(range(500, 600))
    stages = type(again.stages)(**{**_parts(again.stages), "new_id": lambda: f"{next(numbers):06d}"})
    await Cycle(stages, Tracker(log), sample_ledger(kept)).run(["AAPL"])
    seqs = [entry["seq"] for entry in await entries(kept) if entry["kind"] == "signal"]
    assert seqs == [0, 1]


async def test_after_a_failed_append_nothing_was_signed_for_anybody_and_the_next_cycle_goes_on() -> None:
    kept = MemoryLedger()
    log = FailingLog(kept)
    rig = SealingRig(log, kept, 100.0, 100.1)
    log.refusing = True
    with pytest.raises(StoreError):
        await rig.cycle.run(["AAPL"])
    assert [entry["kind"] for entry in await entries(kept)] == ["genesis", "policy"]
    log.refusing = False
    await rig.cycle.run(["AAPL"])
    assert [entry.get("seq") for entry in await entries(kept)] == [None, None, 0]


async def test_after_an_append_whose_answer_was_lost_the_log_is_read_and_not_guessed() -> None:
    kept = MemoryLedger()
    log = FailingLog(kept)
    rig = SealingRig(log, kept, 100.0, 100.1)
    log.refusing = log.storing = True
    with pytest.raises(StoreError):
        await rig.cycle.run(["AAPL"])
    log.refusing = False
    rig.answers["AAPL"] = SHORT
    await rig.cycle.run(["AAPL"])
    assert [entry["seq"] for entry in await entries(kept) if entry["kind"] == "signal"] == [0, 1]


async def test_a_cycle_is_never_decided_before_the_last_entry() -> None:
    kept = MemoryLedger()
    rig = SealingRig(MemoryLog(kept), kept, 100.0)
    await rig.ledger.keep(rig.clock.now() + timedelta(seconds=3))
    record = (await rig.cycle.run(["AAPL"])).record
    assert record.decided_at == rig.clock.now() + timedelta(seconds=3)
    assert record.signals[0].signal.timestamp == "2026-11-21T04:00:03.000000Z"


async def test_a_clock_that_went_back_publishes_nothing() -> None:
    kept = MemoryLedger()
    rig = SealingRig(MemoryLog(kept), kept, 100.0)
    await rig.ledger.keep(rig.clock.now() + timedelta(minutes=1))
    with pytest.raises(StoreError):
        await rig.cycle.run(["AAPL"])
    assert len(await entries(kept)) == 2


def test_a_ledger_needs_a_key_of_its_own_name() -> None:
    other = SigningKey("elsewhere.example/log", bytes(32))
    for keys in ([], [other]):
        with pytest.raises(ConfigError):
            Ledger(MemoryLedger(), keys, LedgerPolicy(origin=ORIGIN), counting_salts())


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": ""},
        {"origin": "a b"},
        {"stream": "a+b"},
        {"reveal_after_hours": 0.0},
        {"reveal_margin_minutes": -1.0},
        {"reveal_after_hours": 0.05, "reveal_margin_minutes": 5.0},
    ],
)
def test_a_policy_that_cannot_be_kept_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        LedgerPolicy(**wrong)


async def test_a_day_is_closed_although_something_was_signed_in_the_new_one_already() -> None:
    kept = MemoryLedger()
    rig = SealingRig(MemoryLog(kept), kept, 100.0)
    await rig.cycle.run(["AAPL"])
    before = await rig.ledger.keep(datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC))
    assert before is None
    midnight = datetime(2026, 11, 22, tzinfo=UTC)
    await rig.ledger.correct(2, "crossed midnight", {"exit_price": 1.0}, midnight)
    await rig.ledger.keep(midnight + timedelta(seconds=1))
    assert [entry["kind"] for entry in (await entries(kept))[3:]] == ["correction", "decisions", "tally"]


async def test_a_correction_is_an_entry_of_its_own() -> None:
    kept = MemoryLedger()
    ledger = sample_ledger(kept)
    await ledger.keep(MOMENT)
    await ledger.correct(1, "restated by the venue", {"exit_price": 184.01}, MOMENT)
    assert (await entries(kept))[-1] == {
        "at": "2026-03-02T15:30:00.250000Z",
        "kind": "correction",
        "of": 1,
        "reason": "restated by the venue",
        "replaces": {"exit_price": 184.01},
        "v": 1,
    }
    for of, reason, replaces in ((3, "why", {"a": 1}), (-1, "why", {"a": 1}), (1, "", {"a": 1}), (1, "why", {})):
        with pytest.raises(Exception, match="correction"):
            await ledger.correct(of, reason, replaces, MOMENT)
