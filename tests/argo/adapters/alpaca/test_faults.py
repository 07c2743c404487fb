"""Every call × every way in which it can fail: one order results, and what was intended is resolved."""

from __future__ import annotations

import pytest

from argo_core.adapters.alpaca import AlpacaVenue
from argo_core.errors import StoreError
from argo_core.model.order import OrderState
from tests.argo.adapters.alpaca.conftest import Restarts
from tests.argo.adapters.alpaca.fake.faults import FaultKind
from tests.argo.adapters.alpaca.fake.server import FakeAlpaca
from tests.argo.adapters.alpaca.orders import bracket, close, intent, limit

EACH = pytest.mark.parametrize("kind", FaultKind, ids=lambda kind: kind.name.lower())
OPEN = frozenset({OrderState.INTENDED, OrderState.UNKNOWN})
# Reads that one call of the venue makes, each of which may fail on its own.
READS = (
    "/v2/account",
    "/v2/clock",
    "/v2/positions",
    "/v2/orders",
    "/v2/orders:by_client_order_id",
    "/v2/account/activities/FILL",
    "/v2/assets",
)


def entries(fake: FakeAlpaca, client_order_id: str) -> int:
    """How many orders of this id the venue has."""
    return sum(order.client_order_id == client_order_id for order in fake.exchange.orders.values())


@EACH
@pytest.mark.parametrize("wanted", [intent(), bracket(), limit()], ids=["market", "bracket", "limit"])
async def test_a_submit_that_fails_once_is_one_order(
    venue: AlpacaVenue, fake: FakeAlpaca, kind: FaultKind, wanted: object
) -> None:
    fake.faults.add("POST", "/v2/orders", kind)
    order = await venue.submit(wanted)  # type: ignore[arg-type]  # parametrised
    assert fake.faults.met == [kind]
    assert order.state not in OPEN | {OrderState.REJECTED}
    assert entries(fake, "argo-s1") == 1


@EACH
async def test_a_submit_that_always_fails_is_resolved_by_asking_again(
    venue: AlpacaVenue, fake: FakeAlpaca, kind: FaultKind
) -> None:
    fake.faults.add("POST", "/v2/orders", kind, times=3)
    fake.faults.add("GET", "/v2/orders:by_client_order_id", FaultKind.SERVER_ERROR, times=4)
    try:
        first = (await venue.submit(limit())).state
    except StoreError:
        first = OrderState.INTENDED
    assert first in OPEN or entries(fake, "argo-s1") == 1
    fake.faults.pending.clear()
    second = await venue.submit(limit())
    assert second.state is OrderState.ACCEPTED
    assert entries(fake, "argo-s1") == 1


@pytest.mark.parametrize(
    "kind", [FaultKind.TIMEOUT_AFTER, FaultKind.GATEWAY_ACCEPTED, FaultKind.HTML_BODY, FaultKind.DUPLICATE]
)
async def test_a_refresh_resolves_what_a_submit_left_open(
    venue: AlpacaVenue, fake: FakeAlpaca, kind: FaultKind
) -> None:
    fake.faults.add("POST", "/v2/orders", kind)
    fake.faults.add("GET", "/v2/orders:by_client_order_id", FaultKind.SERVER_ERROR, times=4)
    assert (await venue.submit(intent())).state is OrderState.UNKNOWN
    await venue.refresh()
    resolved = await venue.order("argo-s1")
    assert resolved is not None
    assert resolved.state is OrderState.FILLED
    assert resolved.intent.signal_id == "s1"
    assert len(fake.posted()) == 1


@EACH
async def test_a_cancel_that_fails_once_cancels_once(venue: AlpacaVenue, fake: FakeAlpaca, kind: FaultKind) -> None:
    await venue.submit(limit())
    fake.faults.add("DELETE", "/v2/orders", kind)
    assert (await venue.cancel("argo-s1")).state is OrderState.CANCELLED
    assert fake.faults.met == [kind]
    assert entries(fake, "argo-s1") == 1


@EACH
async def test_a_sweep_that_fails_once_sweeps_all(venue: AlpacaVenue, fake: FakeAlpaca, kind: FaultKind) -> None:
    for number in range(3):
        await venue.submit(limit(f"argo-s{number}", price=90.0 - number))
    fake.faults.add("DELETE", "/v2/orders", kind)
    swept = await venue.cancel_all()
    assert [order.detail for order in swept if order.detail is not None] == []
    assert (await venue.snapshot()).open_orders == ()
    await venue.refresh()
    states = {name: order.state for name in ("argo-s0", "argo-s1", "argo-s2") if (order := await venue.order(name))}
    assert set(states.values()) == {OrderState.CANCELLED}


@EACH
async def test_a_close_that_fails_once_closes_once(venue: AlpacaVenue, fake: FakeAlpaca, kind: FaultKind) -> None:
    await venue.submit(bracket())
    fake.faults.add("POST", "/v2/orders", kind)
    order = await venue.submit(close())
    assert order.state is OrderState.FILLED
    assert fake.exchange.positions == {}
    assert entries(fake, "argo-s2-close") == 1


@EACH
@pytest.mark.parametrize("path", READS)
async def test_a_read_that_fails_once_is_asked_again_and_changes_nothing(
    venue: AlpacaVenue, fake: FakeAlpaca, kind: FaultKind, path: str
) -> None:
    await venue.submit(limit("argo-s0", price=80.0))
    fake.faults.add("GET", path, kind)
    for step in (lambda: venue.submit(bracket()), venue.snapshot, venue.refresh):
        try:
            await step()
        except StoreError:
            await step()  # an answer that was understood as another: said once, right the next time
    await venue.refresh()
    order = await venue.order("argo-s1")
    assert order is not None
    assert order.state is OrderState.FILLED
    assert [position.quantity for position in (await venue.snapshot()).positions] == [10.0]
    assert entries(fake, "argo-s1") == entries(fake, "argo-s0") == 1


async def test_a_crash_after_the_intent_was_written_is_one_order(
    venue: AlpacaVenue, fake: FakeAlpaca, restarts: Restarts
) -> None:
    fake.faults.add("POST", "/v2/orders", FaultKind.TIMEOUT_AFTER)
    fake.faults.add("GET", "/v2/orders:by_client_order_id", FaultKind.TIMEOUT_BEFORE, times=4)
    assert (await venue.submit(bracket())).state is OrderState.UNKNOWN
    async with restarts.again() as later:
        assert (await later.submit(bracket())).state is OrderState.FILLED
        names = {order.intent.client_order_id for order in (await later.snapshot()).open_orders}
    assert names == {"argo-s1-stop", "argo-s1-target"}
    assert entries(fake, "argo-s1") == len(fake.posted()) == 1


async def test_nothing_is_sent_to_a_venue_that_cannot_be_reached(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    fake.faults.add("GET", "/v2/assets", FaultKind.TIMEOUT_BEFORE, times=4)
    with pytest.raises(StoreError, match="does not answer"):
        await venue.submit(intent())
    assert fake.posted() == []
    assert (await venue.submit(intent())).state is OrderState.FILLED
    assert len(fake.posted()) == 1


async def test_one_missing_look_is_no_permission_to_send_again(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    fake.faults.add("POST", "/v2/orders", FaultKind.GATEWAY_ACCEPTED)
    fake.exchange.hidden_looks = 1
    assert (await venue.submit(limit())).state is OrderState.ACCEPTED
    assert len(fake.posted()) == 1


async def test_two_missing_looks_send_the_same_id_again_and_the_venue_keeps_one(
    venue: AlpacaVenue, fake: FakeAlpaca
) -> None:
    fake.faults.add("POST", "/v2/orders", FaultKind.GATEWAY_ACCEPTED)
    fake.exchange.hidden_looks = 2
    assert (await venue.submit(limit())).state is OrderState.ACCEPTED
    assert [sent["client_order_id"] for sent in fake.posted()] == ["argo-s1", "argo-s1"]
    assert entries(fake, "argo-s1") == 1
