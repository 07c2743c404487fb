"""Rows that earlier versions of the simulated exchange stored still add up to the books that they stood for."""

from __future__ import annotations

import msgspec

from argo_core.execution.exchange_book import ExchangeBook
from argo_core.model.order_change import OrderChange

# A bracket of ten bought at 100 with 0.1 % fee, its stop filled at 95; then a limit order that still rests.
ROWS = (
    """{"order":{"order_id":"SIM-1","intent":{"client_order_id":"a","signal_id":"s","symbol":"AAPL","action":"BUY",
    "quantity":10.0,"order_type":"market","take_profit_price":110.0,"stop_loss_price":95.0,"reduce_only":false,
    "decided_on":{"price":100.0,"as_of":"2026-03-02T15:30:00Z"}},"state":"accepted",
    "updated_at":"2026-03-02T15:30:00Z","fills":[],"reason":null},"fill":null,"parent":null}""",
    """{"order":{"order_id":"SIM-1","intent":{"client_order_id":"a","signal_id":"s","symbol":"AAPL","action":"BUY",
    "quantity":10.0,"take_profit_price":110.0,"stop_loss_price":95.0},"state":"filled",
    "updated_at":"2026-03-02T15:30:00Z","fills":[{"execution_id":"a-fill","quantity":10.0,"price":100.0,"fee":1.0,
    "filled_at":"2026-03-02T15:30:00Z"}]},"fill":{"execution_id":"a-fill","quantity":10.0,"price":100.0,"fee":1.0,
    "filled_at":"2026-03-02T15:30:00Z"},"parent":null}""",
    """{"order":{"order_id":"SIM-2","intent":{"client_order_id":"a-stop","signal_id":"s","symbol":"AAPL",
    "action":"SELL","quantity":10.0,"order_type":"stop","stop_price":95.0,"reduce_only":true},"state":"accepted",
    "updated_at":"2026-03-02T15:30:00Z"},"parent":"a"}""",
    """{"order":{"order_id":"SIM-3","intent":{"client_order_id":"a-target","signal_id":"s","symbol":"AAPL",
    "action":"SELL","quantity":10.0,"order_type":"limit","limit_price":110.0,"reduce_only":true},"state":"accepted",
    "updated_at":"2026-03-02T15:30:00Z"},"parent":"a"}""",
    """{"order":{"order_id":"SIM-2","intent":{"client_order_id":"a-stop","signal_id":"s","symbol":"AAPL",
    "action":"SELL","quantity":10.0,"order_type":"stop","stop_price":95.0,"reduce_only":true},"state":"filled",
    "updated_at":"2026-03-02T15:30:00Z","fills":[{"execution_id":"a-stop-fill","quantity":10.0,"price":95.0,
    "fee":0.95,"filled_at":"2026-03-03T15:30:00Z"}]},"fill":{"execution_id":"a-stop-fill","quantity":10.0,
    "price":95.0,"fee":0.95,"filled_at":"2026-03-03T15:30:00Z"},"parent":"a"}""",
    """{"order":{"order_id":"SIM-3","intent":{"client_order_id":"a-target","signal_id":"s","symbol":"AAPL",
    "action":"SELL","quantity":10.0,"order_type":"limit","limit_price":110.0,"reduce_only":true},
    "state":"cancelled","updated_at":"2026-03-02T15:30:00Z","reason":"the other leg was filled"},"parent":"a"}""",
    """{"order":{"order_id":"SIM-4","intent":{"client_order_id":"b","signal_id":"t","symbol":"AAPL","action":"BUY",
    "quantity":1.0,"order_type":"limit","limit_price":90.0},"state":"accepted",
    "updated_at":"2026-03-02T15:30:00Z"}}""",
)


def test_stored_rows_of_an_earlier_version_add_up_to_the_same_books() -> None:
    changes = [msgspec.json.decode(row, type=OrderChange) for row in ROWS]
    opened = ExchangeBook(cash=10_000.0).after(changes[:4])
    assert (opened.cash, opened.held("AAPL"), list(opened.live), opened.placed) == (
        8_999.0, 10.0, ["a-stop", "a-target"], 3,
    )  # fmt: skip
    closed = opened.after(changes[4:])
    assert (closed.cash, closed.lots, list(closed.live), closed.placed) == (9_948.05, {}, ["b"], 4)
