"""An order that is refused over and over is asked for more and more seldom, and never given up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from argo_core.execution.refusals import waits
from argo_core.model.order import Order, OrderIntent, OrderState

AT = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
INTENT = OrderIntent(client_order_id="argo-x", signal_id="flatten", symbol="BTC-USD", action="SELL", quantity=1e-9)


def attempts(refused: int, before: OrderState = OrderState.CANCELLED) -> list[Order]:
    states = [before, *[OrderState.REJECTED] * refused]
    return [Order(order_id=str(n), intent=INTENT, state=state, updated_at=AT) for n, state in enumerate(states)]


@pytest.mark.parametrize(
    ("refused", "seconds"), [(0, 0), (9, 0), (10, 5), (11, 10), (12, 20), (15, 160), (16, 320), (99, 320)]
)
def test_after_so_many_refusals_in_a_row_the_next_attempt_waits_so_long(refused: int, seconds: int) -> None:
    before, after = AT + timedelta(seconds=seconds - 0.001), AT + timedelta(seconds=seconds)
    assert waits(attempts(refused), before) is (seconds > 0)
    assert not waits(attempts(refused), after)


def test_without_an_earlier_attempt_nothing_waits() -> None:
    assert not waits([], AT)
