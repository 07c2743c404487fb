"""Orders by name as an immutable value: what a dict would hold, and what was made before stays as it was."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.execution.known_orders import KnownOrders
from argo_core.model.order import Order, OrderIntent, OrderState

AT = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
INTENT = OrderIntent(client_order_id="a", signal_id="s1", symbol="AAPL", action="BUY", quantity=10.0)
FIRST = Order(order_id="V-1", intent=INTENT, state=OrderState.ACCEPTED, updated_at=AT)
SECOND = msgspec.structs.replace(FIRST, state=OrderState.FILLED)


@given(st.lists(st.tuples(st.integers(0, 150), st.sampled_from([FIRST, SECOND])), max_size=300))
def test_it_holds_what_a_dict_would_hold_in_the_same_order(changes: list[tuple[int, Order]]) -> None:
    known, expected = KnownOrders(), dict[str, Order]()
    for number, order in changes:
        known, expected = known.after(f"argo-{number}", order), {**expected, f"argo-{number}": order}
    assert list(known.items()) == list(expected.items())
    assert (list(known), len(known)) == (list(expected), len(expected))
    assert all(known[name] is order for name, order in expected.items())


def test_a_value_made_before_keeps_what_it_held() -> None:
    made = [KnownOrders()]
    for number in range(200):
        made.append(made[-1].after(f"argo-{number}", FIRST))
    assert [len(each) for each in made] == list(range(201))
    changed = made[200].after("argo-0", SECOND)
    assert made[200]["argo-0"] is FIRST
    assert changed["argo-0"] is SECOND
    assert next(iter(changed)) == "argo-0"


def test_an_order_that_is_not_known_is_none() -> None:
    known = KnownOrders({"argo-1": FIRST}).after("argo-2", SECOND)
    assert known.get("argo-3") is None
    assert "argo-3" not in known
    with pytest.raises(KeyError, match="argo-3"):
        known["argo-3"]
