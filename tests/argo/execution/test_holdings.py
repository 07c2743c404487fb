"""What fills add up to, and which trades they finish."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from argo_core.execution.holdings import Holdings
from argo_core.execution.trades import Ended, TradeTerms
from argo_core.model.order import Fill
from argo_core.ports.execution_journal import NotedFill

AT = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
NUMBERS = count(1)


def noted(quantity: float, price: float, signal_id: str = "s1") -> NotedFill:
    fill = Fill(execution_id=f"x{next(NUMBERS)}", quantity=abs(quantity), price=price, fee=1.0, filled_at=AT)
    return NotedFill(
        client_order_id="any", signal_id=signal_id, symbol="AAPL", quantity=quantity, fill=fill, profit_loss_pct=None
    )


def test_a_fill_beyond_what_is_held_ends_the_trade_of_its_own_signal_and_begins_one_of_the_other_side() -> None:
    """Stop and target can both be filled in a fast market: of 65 first 40 at the stop, then 65 at the target."""
    step = Holdings.of([noted(65.0, 100.0), noted(-40.0, 98.0)]).after(noted(-65.0, 103.0))
    ended = step.finished["s1"]
    assert (ended.action, ended.quantity, ended.exit_worth) == ("BUY", 65.0, 40.0 * 98.0 + 25.0 * 103.0)
    assert step.holdings.quantities() == {"AAPL": -40.0}
    last = step.holdings.after(noted(40.0, 104.0))
    terms = TradeTerms(executor_id="argo", mode="simulated")
    trade = last.finished["s1"].finished("t2", "s1", "AAPL", terms, Ended(by="stop", at=AT))
    assert (trade.action, trade.quantity, trade.entry_price, trade.exit_price) == ("SELL", 40.0, 103.0, 104.0)
    assert trade.gross_pct == -0.970874


def test_a_position_that_another_signal_turns_ends_as_one_trade() -> None:
    step = Holdings.of([noted(10.0, 100.0)]).after(noted(-15.0, 101.0, "s2"))
    assert [(name, trade.action) for name, trade in step.finished.items()] == [("s1", "BUY")]
    assert [(place[1], trade.action) for place, trade in step.holdings.trades.items()] == [("s2", "SELL")]
