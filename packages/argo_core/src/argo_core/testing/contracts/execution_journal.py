"""What every journal must do. Fixture: an empty `journal`."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from argo_core.errors import StoreError
from argo_core.model.execution import Execution, SignalVerdicts
from argo_core.model.order import Fill, Order, OrderIntent, OrderState, Quote
from argo_core.model.order_change import NumberedChange, OrderChange
from argo_core.model.trade import Trade
from argo_core.model.verdict import Allowed, Denied
from argo_core.ports import ExecutionJournal
from argo_core.ports.execution_journal import DecidedIntent, NotedChange, NotedFill
from argo_core.testing.sample_cycles import MOMENT

INTENT = OrderIntent(
    client_order_id="argo-s1", signal_id="s1", symbol="AAPL", action="SELL", quantity=10.0, take_profit_price=90.0,
    stop_loss_price=105.0, decided_on=Quote(price=100.0, as_of=MOMENT),
)  # fmt: skip
VERDICTS = SignalVerdicts(
    signal_id="s1", executor_id="argo", decision="denied", decided_at=MOMENT,
    verdicts=(Allowed(layer="account_status"), Denied(layer="confidence", code="low", measured=70.0, limit=75.0)),
)  # fmt: skip


def noted(position: int, name: str = "argo-s1") -> NotedChange:
    """A filled order at a place of the venue's sequence."""
    fill = Fill(
        execution_id=f"x{position}", quantity=10.0, price=100.0, fee=1.0, filled_at=MOMENT + timedelta(seconds=position)
    )
    order = Order(order_id=f"SIM-{position}", intent=INTENT, state=OrderState.FILLED, updated_at=MOMENT, fills=(fill,))
    told = Execution(
        signal_id="s1", executor_id="argo", order_id=f"SIM-{position}", state="filled", filled_at=fill.filled_at,
        price=100.0, quantity=10.0,
    )  # fmt: skip
    whole = NotedFill(
        client_order_id=name, signal_id="s1", symbol="AAPL", quantity=-10.0, fill=fill, profit_loss_pct=1.25
    )
    change = NumberedChange(position=position, change=OrderChange(order=order, fill=fill))
    return NotedChange(numbered=change, fill=whole, executions=(told,))


def finished(signal_id: str) -> Trade:
    """A trade that ended at its stop."""
    return Trade(
        trade_id=f"argo-2-{signal_id}", signal_id=signal_id, executor_id="argo", mode="simulated", symbol="AAPL",
        action="BUY", quantity=10.0, entry_price=100.0, exit_price=95.0, fees=2.0, gross_pct=-5.0, net_pct=-5.2,
        exit="stop", opened_at=MOMENT, closed_at=MOMENT + timedelta(hours=1),
    )  # fmt: skip


class ExecutionJournalContract:
    """Subclass it, and give a fixture `journal` that is empty."""

    async def test_an_intent_waits_until_the_venue_has_told_of_it(self, journal: ExecutionJournal) -> None:
        await journal.decided(VERDICTS, (INTENT,))
        waiting = await journal.notes()
        assert (waiting.intents, waiting.unplaced) == (
            (DecidedIntent(intent=INTENT, decided_at=MOMENT),), ("argo-s1",),
        )  # fmt: skip
        await journal.noted([noted(1)])
        placed = await journal.notes()
        assert (placed.intents, placed.unplaced) == (waiting.intents, ())

    async def test_an_intent_that_is_withdrawn_waits_no_longer(self, journal: ExecutionJournal) -> None:
        await journal.decided(VERDICTS, (INTENT,))
        await journal.withdrawn("argo-s1", "too old")
        await journal.withdrawn("argo-s1", "too old")
        assert (await journal.notes()).unplaced == ()

    async def test_a_signal_is_decided_once(self, journal: ExecutionJournal) -> None:
        await journal.decided(VERDICTS, (INTENT,))
        try:
            await journal.decided(VERDICTS, ())
        except StoreError:
            return
        raise AssertionError("a second decision on the same signal was stored")

    async def test_fills_are_kept_in_their_order_with_the_place_up_to_which_they_were_noted(
        self, journal: ExecutionJournal
    ) -> None:
        empty = await journal.notes()
        assert (empty.fills, empty.position) == ((), 0)
        await journal.noted([noted(1), noted(2)])
        notes = await journal.notes()
        assert (notes.fills, notes.position) == ((noted(1).fill, noted(2).fill), 2)

    async def test_each_order_is_known_as_it_changed_last(self, journal: ExecutionJournal) -> None:
        await journal.noted([noted(1), noted(2)])
        assert (await journal.notes()).orders == (noted(2).numbered.change,)

    async def test_what_was_noted_is_not_noted_again(self, journal: ExecutionJournal) -> None:
        await journal.noted([noted(1), noted(2)])
        await journal.noted([noted(1), noted(2), noted(3)])
        notes = await journal.notes()
        assert ([fill.fill.execution_id for fill in notes.fills], notes.position) == (["x1", "x2", "x3"], 3)

    async def test_a_finished_trade_is_kept_once(self, journal: ExecutionJournal) -> None:
        change = msgspec.structs.replace(noted(1), trades=(finished("s1"), finished("external")))
        await journal.noted([change])
        await journal.noted([change, noted(2)])
        assert len((await journal.notes()).fills) == 2
