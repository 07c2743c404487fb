"""What entries that came back say of the rows that were lost, and nothing beyond it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from argo_core.errors import DataError
from argo_core.ledger.commitment import commitment
from argo_core.ledger.entries import outcome_entry, policy_entry, reveal_entry, signal_entry
from argo_core.model.instant import to_text
from argo_core.model.ledger import LedgerState, LogHead, TradeLeaf
from argo_core.model.signal import SealedSignal
from argo_core.pipeline.recover import facts_of
from argo_core.pipeline.restored_rows import RestoredRows
from argo_core.testing.sample_cycles import MOMENT, sample_signal
from argo_core.tracking import CostPolicy, HorizonPolicy

SALT = bytes(range(32))
AT = to_text(MOMENT)


def rows() -> RestoredRows:
    return RestoredRows(LedgerState(head=LogHead()), CostPolicy(stock_bps=40, crypto_bps=100), HorizonPolicy())


def sealed_entry(sealed: SealedSignal) -> dict[str, Any]:
    return members(signal_entry(AT, "main", 7, commitment(SALT, sealed.verification_hash), to_text(MOMENT)))


def members(entry: bytes) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(entry)
    return read


def reveal(sealed: SealedSignal, salt: bytes = SALT) -> dict[str, Any]:
    return members(reveal_entry(AT, 3, salt, sealed.signal.hashed_fields()))


def outcome(of: int = 3, result: str = "stop", price: float | None = 170.0) -> dict[str, Any]:
    return members(outcome_entry(AT, of, result, price, AT, "replay_sample"))


def test_a_reveal_that_opens_no_commitment_restores_nothing() -> None:
    issued, found = sample_signal("s"), rows()
    found.feed(3, sealed_entry(issued))
    found.feed(4, reveal(issued, bytes(32)))
    found.feed(5, reveal(sample_signal("s", action="SELL")))
    found.feed(6, outcome())
    assert (found.hidden, found.seals, found.reveals, found.outcomes) == (1, [], [], [])
    assert (found.rows.signals, found.rows.outcomes) == ((), ())
    assert found.next_seq == {"main": 8}


def test_what_is_said_a_second_time_is_not_taken_again() -> None:
    issued, found = sample_signal("s"), rows()
    for index, entry in enumerate((sealed_entry(issued), reveal(issued), reveal(issued), outcome(), outcome()), 3):
        found.feed(index, entry)
    assert [leaf.leaf_index for leaf in found.reveals] == [4]
    assert [leaf.leaf_index for leaf in found.outcomes] == [6]
    assert len(found.rows.signals) == 1
    assert found.hidden == 0


def test_a_result_is_net_of_the_stated_costs() -> None:
    issued, found = sample_signal("s", symbol="BTC-USD"), rows()
    for index, entry in enumerate((sealed_entry(issued), reveal(issued), outcome()), 3):
        found.feed(index, entry)
    (ended,) = found.rows.outcomes
    assert (ended.outcome.outcome, ended.outcome.profit_loss_pct, ended.outcome.net_pct) == (
        "loss",
        -2.995720,
        -3.99572,
    )
    assert ended.logged_at == MOMENT


def test_an_outcome_of_no_signal_of_ours_restores_nothing() -> None:
    found = rows()
    found.feed(4, outcome(of=2))
    assert found.rows.outcomes == ()


@pytest.mark.parametrize(("symbol", "days"), [("BTC-USD", 5), ("AAPL", 7)])
def test_a_signal_that_came_back_open_ends_at_a_horizon(symbol: str, days: int) -> None:
    issued, found = sample_signal("s", symbol=symbol), rows()
    found.feed(3, sealed_entry(issued))
    found.feed(4, reveal(issued))
    (restored,) = found.rows.signals
    assert restored.sealed.signal.horizon_at == MOMENT + timedelta(days=days)
    assert datetime(2026, 3, 2, 15, 30, 0, 250_000, UTC) == restored.logged_at


@pytest.mark.parametrize(
    "entry",
    [
        {"kind": "signal", "seq": 1},
        {"kind": "reveal"},
        {"kind": "outcome", "of": 3, "result": ["stop"], "exit_price": 1.0},
    ],
)
def test_an_entry_that_is_not_what_its_kind_says_ends_the_recovery(entry: dict[str, Any]) -> None:
    with pytest.raises(DataError) as refused:
        rows().feed(9, entry)
    assert refused.value.code == "bad_entry"


def test_an_entry_over_a_trade_restores_its_place_once_and_no_other_policy_does() -> None:
    found = rows()
    named = policy_entry(AT, "realised-outcome/argo/3/argo-4-s", "{}", "/api/v1/ledger/realised/argo-4-s")
    for index, entry in enumerate((policy_entry(AT, "methodology", "m", "/m"), named, named), 4):
        found.feed(index, members(entry))
    assert found.realised == [TradeLeaf(trade_id="argo-4-s", leaf_index=5)]


def test_an_entry_over_a_trade_is_no_policy_that_is_in_force() -> None:
    named = policy_entry(AT, "realised-outcome/argo/3/argo-4-s", "{}", "/api/v1/ledger/realised/argo-4-s")
    assert facts_of([policy_entry(AT, "methodology", "m", "/m"), named], 1)[-1].subject == "methodology"
