"""What every provable log must do with finished trades.

Fixtures: an empty `log`; `store`, `ledgers`, `outbox` and `reports` over its storage.
"""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import msgspec

from argo_core.ledger.merkle import leaf_hash
from argo_core.ledger.tlog_proof import verify_tlog_proof
from argo_core.model.execution import ExecutionReports
from argo_core.model.trade import Trade
from argo_core.ports import ExecutionReportStore, LedgerReader, LedgerStore, Outbox, SignalLog
from argo_core.testing.contracts.execution_reports import TRADE
from argo_core.testing.sample_cycles import MOMENT, published_cycle, sample_cycle, sample_outcome
from argo_core.testing.sample_ledger import KEY, ORIGIN, append_sealed, sample_ledger

LATER = MOMENT + timedelta(hours=3)
STATEMENT = (
    '{"action":"BUY","closed_at":"2026-03-02T17:30:00.250000Z","entry_price":175.5,"executor_id":"argo","exit":"target",'
    '"exit_price":180,"fees":3.5,"gross_pct":2.564103,"mode":"simulated","net_pct":2.364672,"of":2,'
    '"opened_at":"2026-03-02T15:30:00.250000Z","quantity":10,"signal_id":"c1-s0","symbol":"AAPL",'
    '"trade_id":"argo-4-c1-s0","v":1}'
)


class LedgerRealisedContract:
    async def test_a_finished_trade_is_committed_to_behind_the_reveal_of_its_signal(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader, reports: ExecutionReportStore
    ) -> None:
        ledger = sample_ledger(store)
        await append_sealed(ledger, log, published_cycle("c1", ["AAPL", "NVDA"]))
        await report(reports, TRADE)
        await ledger.keep(LATER)
        reveal, entry = (await said(ledgers))[-2:]
        assert (reveal["kind"], reveal["of"]) == ("reveal", 2)
        assert entry == {
            "at": "2026-03-02T18:30:00.250000Z",
            "kind": "policy",
            "name": "realised-outcome/argo/2/argo-4-c1-s0",
            "sha256": hashlib.sha256(STATEMENT.encode()).hexdigest(),
            "text_url": "/api/v1/ledger/realised/argo-4-c1-s0",
            "v": 1,
        }

    async def test_a_trade_is_logged_once_whoever_asks(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader, reports: ExecutionReportStore
    ) -> None:
        ledger = sample_ledger(store)
        await append_sealed(ledger, log, published_cycle("c1", ["AAPL", "NVDA"]))
        await report(reports, TRADE)
        await ledger.keep(LATER)
        assert await ledger.keep(LATER) is None
        await sample_ledger(store).keep(LATER)
        named = [entry["name"] for entry in await said(ledgers) if entry["kind"] == "policy"]
        assert named == ["methodology", "realised-outcome/argo/2/argo-4-c1-s0"]

    async def test_trades_are_logged_in_the_order_of_their_reports_and_a_bounded_number_at_once(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader, reports: ExecutionReportStore
    ) -> None:
        ledger = sample_ledger(store)
        await append_sealed(ledger, log, published_cycle("c1", ["AAPL", "NVDA"]))
        many = tuple(msgspec.structs.replace(TRADE, trade_id=f"t{n}") for n in range(201))
        await report(reports, *many)
        first, second = await ledger.keep(LATER), await ledger.keep(LATER)
        assert first is not None and second is not None
        assert [len(first.realised), len(second.realised)] == [200, 1]
        assert [one.trade_id for one in (*first.realised, *second.realised)] == [f"t{n}" for n in range(201)]
        assert await ledger.keep(LATER) is None

    async def test_a_closed_signal_is_not_revealed_again_and_a_later_close_stands_behind_its_trade(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader, reports: ExecutionReportStore
    ) -> None:
        ledger, cycle = sample_ledger(store), published_cycle("c1", ["AAPL", "NVDA"])
        await append_sealed(ledger, log, cycle)
        ended = sample_outcome(cycle.signals[0], at=MOMENT + timedelta(minutes=1))
        second = MOMENT + timedelta(minutes=2)
        await append_sealed(ledger, log, sample_cycle("c2", outcomes=[ended], at=second), second)
        other = msgspec.structs.replace(TRADE, trade_id="argo-5-c1-s1", signal_id="c1-s1", symbol="NVDA")
        await report(reports, TRADE, other)
        await ledger.keep(LATER)
        late = sample_outcome(cycle.signals[1], at=LATER)
        await append_sealed(ledger, log, sample_cycle("c3", outcomes=[late], at=LATER), LATER)
        found = [(entry["kind"], entry.get("of")) for entry in await said(ledgers)][4:]
        assert found == [
            ("reveal", 2), ("outcome", 2), ("policy", None), ("reveal", 3), ("policy", None), ("outcome", 3)
        ]  # fmt: skip
        assert (await store.load()).unresolved == {}

    async def test_distributors_are_told_the_statement_and_its_proof(
        self, log: SignalLog, store: LedgerStore, outbox: Outbox, reports: ExecutionReportStore
    ) -> None:
        ledger = sample_ledger(store)
        await append_sealed(ledger, log, published_cycle("c1", ["AAPL", "NVDA"]))
        await report(reports, TRADE)
        batch = await ledger.keep(LATER, ["sync"])
        assert batch is not None
        told = {one.message.key: one.message.payload for one in await outbox.pending("sync", 10)}
        assert list(told)[-2:] == ["ledger:6", "realised:argo-4-c1-s0"]
        body = json.loads(told["realised:argo-4-c1-s0"])
        assert told["realised:argo-4-c1-s0"].startswith(STATEMENT[:-1].encode() + b",")
        assert body["leaf_index"] == 5
        leaf, keys = leaf_hash(body["entry"].encode()), [KEY.verifier]
        assert verify_tlog_proof(body["tlog_proof"], leaf, ORIGIN, keys).checkpoint.root == batch.root

    async def test_a_trade_of_a_signal_without_a_seal_is_told_with_the_next_batch_and_has_no_entry(
        self, log: SignalLog, store: LedgerStore, outbox: Outbox, reports: ExecutionReportStore
    ) -> None:
        await log.append(published_cycle("c1", ["AAPL", "NVDA"]))
        await report(reports, TRADE)
        ledger = sample_ledger(store)
        batch = await ledger.keep(LATER, ["sync"])
        assert batch is not None
        assert [(one.trade_id, one.leaf_index) for one in batch.realised] == [("argo-4-c1-s0", None)]
        told = (await outbox.pending("sync", 10))[-1].message
        assert told.payload.decode() == STATEMENT.replace('"of":2', '"of":null')
        assert await ledger.keep(LATER, ["sync"]) is None

    async def test_a_trade_that_no_entry_can_name_holds_up_nothing(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader, reports: ExecutionReportStore
    ) -> None:
        ledger = sample_ledger(store)
        await append_sealed(ledger, log, published_cycle("c1", ["AAPL", "NVDA"]))
        spoilt = [
            msgspec.structs.replace(TRADE, trade_id="a\x1fb/c"),
            msgspec.structs.replace(TRADE, trade_id="huge", quantity=1e300),
        ]
        await report(reports, *spoilt, TRADE)
        batch = await ledger.keep(LATER, ["sync"])
        assert batch is not None
        assert [one.leaf_index for one in batch.realised] == [None, None, 5]
        assert (await said(ledgers))[-1]["name"] == "realised-outcome/argo/2/argo-4-c1-s0"


async def report(reports: ExecutionReportStore, *trades: Trade) -> None:
    """As an executor does it. Raises AssertionError for a trade that is refused."""
    receipt = await reports.store(ExecutionReports(trades=trades))
    assert not receipt.refused, receipt


async def said(reader: LedgerReader) -> list[dict[str, Any]]:
    """Every entry, read."""
    return [json.loads(entry) for entry in await reader.entries(0, 2_000)]
