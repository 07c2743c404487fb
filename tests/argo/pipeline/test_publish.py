"""What leaves with a cycle: to whom, in which order, in which form."""

from __future__ import annotations

import json

from argo_core.ledger import signal_hash
from argo_core.model.cycle import CycleRecord
from argo_core.pipeline.publish import Routes, outbox_of
from argo_core.pipeline.wire import batch_body
from argo_core.testing.memory_log import MemoryLog
from tests.argo.pipeline.rig import Rig

ROUTES = Routes(distributors=("distributor",), executors=("executor.argo", "executor.prop_firm"))
LONG, SHORT = (1, 90.0), (-1, 90.0)
WIRE_FIELDS = set(
    "signal_id symbol action entry_price target_price stop_price confidence strategy timestamp verification_hash "
    "scheme asset_type data_source regime reasoning win_probability votes decision as_of service_type "
    "generated_by generation_latency_ms".split()
)


async def flipped() -> CycleRecord:
    """A cycle with a signal and the outcome of the one that it flipped."""
    rig = Rig(MemoryLog(), {"AAPL": [100.0, 100.1]}, {"AAPL": LONG})
    await rig.cycle.run(["AAPL"])
    rig.answers["AAPL"] = SHORT
    return (await rig.cycle.run(["AAPL"])).record


async def test_the_distributor_gets_signals_then_outcomes_then_prices_and_executors_prices_then_signals() -> None:
    record = await flipped()
    signal, closed = record.signals[0].signal.signal_id, record.outcomes[0].signal_id
    keys = [(message.topic, message.key) for message in outbox_of(record, b"{}", ROUTES)]
    assert keys == [
        ("distributor", f"signal:{signal}"),
        ("distributor", f"outcome:{closed}"),
        ("distributor", f"marks:{record.cycle_id}"),
        ("executor.argo", f"marks:{record.cycle_id}"),
        ("executor.argo", f"signal:{signal}"),
        ("executor.prop_firm", f"marks:{record.cycle_id}"),
        ("executor.prop_firm", f"signal:{signal}"),
    ]


async def test_a_cycle_without_news_leaves_nothing() -> None:
    rig = Rig(MemoryLog(), {"AAPL": [100.0]}, {})
    assert (await rig.cycle.run(["AAPL"])).record.outbox == ()


async def test_a_signal_travels_with_exactly_the_agreed_fields_and_hashes_as_sealed() -> None:
    record = await flipped()
    message = outbox_of(record, None, ROUTES)[0]
    body = json.loads(message.payload)
    assert body.keys() == WIRE_FIELDS
    nine = {name: body[name] for name in record.signals[0].signal.hashed_fields()}
    assert signal_hash(nine) == body["verification_hash"] == record.signals[0].verification_hash
    assert body["decision"]["decision_id"] == record.decisions[0].decision_id
    assert body["decision"].keys() >= {"threshold", "coverage", "agreement", "horizon_at", "absences"}
    assert {vote["source"] for vote in body["votes"]} == {"price", "chart"}


async def test_an_outcome_travels_with_its_finer_reason() -> None:
    record = await flipped()
    body = json.loads(outbox_of(record, None, ROUTES)[1].payload)
    assert body.keys() == {"signal_id", "outcome", "result", "exit_price", "exit_at", "profit_loss_pct", "net_pct"}
    assert (body["outcome"], body["result"]) == ("expired", "cancelled")


def test_a_batch_is_the_stored_bytes_side_by_side() -> None:
    assert batch_body("signals", [b'{"a":175.0}', b"{}"]) == b'{"signals":[{"a":175.0},{}]}'
