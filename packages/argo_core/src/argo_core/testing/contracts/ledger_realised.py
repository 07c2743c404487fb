"""What every provable log must do with finished trades.

Fixtures: an empty `log`; `store`, `ledgers`, `outbox` and `reports` over its storage.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec

from argo_core.ledger import Ledger
from argo_core.ledger.merkle import leaf_hash
from argo_core.ledger.tlog_proof import verify_tlog_proof
from argo_core.model.cycle import CycleRecord
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
        ledger = await traded(store, log, reports)
        assert await ledger.keep(LATER) is not None
        reveal, outcome, entry = (await said(ledgers))[4:]
        assert [(one["kind"], one["of"]) for one in (reveal, outcome)] == [("reveal", 2), ("outcome", 2)]
        assert entry == {
            "at": "2026-03-02T18:30:00.250000Z",
            "kind": "policy",
            "name": "realised-outcome/argo/2/argo-4-c1-s0",
            "sha256": hashlib.sha256(STATEMENT.encode()).hexdigest(),
            "text_url": "/api/v1/ledger/realised/argo-4-c1-s0",
            "v": 1,
        }

    async def test_a_trade_that_ends_before_its_signal_is_told_to_nobody_until_the_signal_is_revealed(
        self,
        log: SignalLog,
        store: LedgerStore,
        ledgers: LedgerReader,
        outbox: Outbox,
        reports: ExecutionReportStore,
    ) -> None:
        ledger = sample_ledger(store)
        await append_sealed(ledger, log, published_cycle("c1", ["AAPL", "NVDA"]))
        await report(reports, TRADE)
        assert await ledger.keep(LATER, ["sync"]) is None
        assert [entry["kind"] for entry in await said(ledgers)] == ["genesis", "policy", "signal", "signal"]
        assert not [one for one in await outbox.pending("sync", 10) if "c1-s0" in one.message.key.partition(":")[2]]
        assert await ledger.keep(LATER + timedelta(days=1)) is not None
        last = await ledger.keep(LATER + timedelta(days=1), ["sync"])
        assert last is not None
        assert [one.trade_id for one in last.realised] == ["argo-4-c1-s0"]

    async def test_trades_of_a_secret_signal_hold_up_no_other(
        self, log: SignalLog, store: LedgerStore, reports: ExecutionReportStore
    ) -> None:
        ledger = await traded(store, log, reports, trades=())
        secret = (secret_trade(f"early-{n}") for n in range(201))
        await report(reports, *secret, TRADE)
        batch = await ledger.keep(LATER)
        assert batch is not None
        assert [one.trade_id for one in batch.realised] == ["argo-4-c1-s0"]
        assert await ledger.keep(LATER) is None
        await append_sealed(ledger, log, closing("c3", "c1-s1"), LATER)
        first, second = await ledger.keep(LATER), await ledger.keep(LATER)
        assert first is not None and second is not None
        assert [len(first.realised), len(second.realised)] == [200, 1]

    async def test_a_trade_is_logged_once_whoever_asks(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader, reports: ExecutionReportStore
    ) -> None:
        ledger = await traded(store, log, reports)
        await ledger.keep(LATER)
        assert await ledger.keep(LATER) is None
        await sample_ledger(store).keep(LATER)
        named = [entry["name"] for entry in await said(ledgers) if entry["kind"] == "policy"]
        assert named == ["methodology", "realised-outcome/argo/2/argo-4-c1-s0"]

    async def test_two_executors_trades_on_one_signal_have_an_entry_each(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader, reports: ExecutionReportStore
    ) -> None:
        other = msgspec.structs.replace(TRADE, trade_id="prop-4-c1-s0", executor_id="prop", mode="prop")
        ledger = await traded(store, log, reports, trades=(TRADE, other))
        await ledger.keep(LATER)
        assert [entry["name"] for entry in (await said(ledgers))[6:]] == [
            "realised-outcome/argo/2/argo-4-c1-s0", "realised-outcome/prop/2/prop-4-c1-s0"
        ]  # fmt: skip

    async def test_trades_are_logged_in_the_order_of_their_reports_and_a_bounded_number_at_once(
        self, log: SignalLog, store: LedgerStore, reports: ExecutionReportStore
    ) -> None:
        many = tuple(msgspec.structs.replace(TRADE, trade_id=f"t{n}") for n in range(201))
        ledger = await traded(store, log, reports, trades=many)
        first, second = await ledger.keep(LATER), await ledger.keep(LATER)
        assert first is not None and second is not None
        assert [len(first.realised), len(second.realised)] == [200, 1]
        assert [one.trade_id for one in (*first.realised, *second.realised)] == [f"t{n}" for n in range(201)]
        assert await ledger.keep(LATER) is None

    async def test_distributors_are_told_the_statement_and_its_proof(
        self, log: SignalLog, store: LedgerStore, outbox: Outbox, reports: ExecutionReportStore
    ) -> None:
        ledger = await traded(store, log, reports)
        batch = await ledger.keep(LATER, ["sync"])
        assert batch is not None
        told = {one.message.key: one.message.payload for one in await outbox.pending("sync", 10)}
        assert list(told)[-2:] == ["ledger:7", "realised:argo-4-c1-s0"]
        body = json.loads(told["realised:argo-4-c1-s0"])
        assert told["realised:argo-4-c1-s0"].startswith(STATEMENT[:-1].encode() + b",")
        assert body["leaf_index"] == 6
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
        spoilt = [
            msgspec.structs.replace(TRADE, trade_id="a\x1fb/c"),
            msgspec.structs.replace(TRADE, trade_id="huge", quantity=1e300),
        ]
        ledger = await traded(store, log, reports, trades=(*spoilt, TRADE))
        batch = await ledger.keep(LATER, ["sync"])
        assert batch is not None
        assert [one.leaf_index for one in batch.realised] == [None, None, 6]
        assert (await said(ledgers))[-1]["name"] == "realised-outcome/argo/2/argo-4-c1-s0"


async def traded(
    store: LedgerStore, log: SignalLog, reports: ExecutionReportStore, *, trades: Sequence[Trade] = (TRADE,)
) -> Ledger:
    """Entries 0 to 5: genesis, policy, the signals c1-s0 and c1-s1, reveal and outcome of the first; and reports."""
    ledger = sample_ledger(store)
    await append_sealed(ledger, log, published_cycle("c1", ["AAPL", "NVDA"]))
    await append_sealed(ledger, log, closing("c2", "c1-s0"), LATER)
    await report(reports, *trades)
    return ledger


def closing(cycle_id: str, *signal_ids: str) -> CycleRecord:
    """A cycle of LATER that finds the end of these signals of `traded`."""
    issued = {one.signal.signal_id: one for one in published_cycle("c1", ["AAPL", "NVDA"]).signals}
    return sample_cycle(cycle_id, outcomes=[sample_outcome(issued[one], at=LATER) for one in signal_ids], at=LATER)


def secret_trade(trade_id: str) -> Trade:
    """On the signal c1-s1, which `traded` leaves open."""
    return msgspec.structs.replace(TRADE, trade_id=trade_id, signal_id="c1-s1", symbol="NVDA")


async def report(reports: ExecutionReportStore, *trades: Trade) -> None:
    """As an executor does it. Raises AssertionError for a trade that is refused."""
    receipt = await reports.store(ExecutionReports(trades=trades))
    assert not receipt.refused, receipt


async def said(reader: LedgerReader) -> list[dict[str, Any]]:
    """Every entry, read."""
    return [json.loads(entry) for entry in await reader.entries(0, 2_000)]
