"""The Stripe of these tests is one to Stripe's own SDK."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stripe

from tests.alpine.stripe_peer import KEY, SECRET, START, StripePeer, running_peer, signed


@pytest.fixture
def peer() -> Iterator[StripePeer]:
    with running_peer() as running:
        yield running


def client(peer: StripePeer, key: str = KEY) -> stripe.StripeClient:
    return stripe.StripeClient(key, base_addresses={"api": peer.url}, max_network_retries=0)


def order(price: str = "price_premium") -> dict[str, object]:
    return {
        "mode": "subscription",
        "line_items": [{"price": price, "quantity": 1}],
        "success_url": "https://app.example/ok",
        "client_reference_id": "user_42",
        "subscription_data": {"metadata": {"account_id": "user_42"}},
    }


def test_the_sdk_buys_reads_and_cancels(peer: StripePeer) -> None:
    api = client(peer)
    session = api.v1.checkout.sessions.create(order())  # type: ignore[arg-type]
    assert (session.status, session.payment_status) == ("open", "unpaid")
    name = peer.pay(session.id)
    found = api.v1.subscriptions.retrieve(name, {"expand": ["latest_invoice"]})
    assert (found.status, found.metadata["account_id"]) == ("active", "user_42")
    assert found["items"].data[0].price.id == "price_premium"
    assert found["items"].data[0].current_period_end == START + 2_592_000
    assert found.latest_invoice.status == "paid"  # type: ignore[union-attr]
    portal = api.v1.billing_portal.sessions.create({"customer": str(found.customer), "return_url": "https://a.example"})
    assert portal.url.startswith(peer.url)
    assert api.v1.subscriptions.cancel(name).status == "canceled"


def test_the_sdk_sees_the_errors_that_stripe_has(peer: StripePeer) -> None:
    with pytest.raises(stripe.AuthenticationError):
        client(peer, "sk_test_wrong").v1.prices.retrieve("price_basic")
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client(peer).v1.checkout.sessions.create({"mode": "subscription"})
    assert missing.value.code == "parameter_missing"
    client(peer).v1.checkout.sessions.create(order(), {"idempotency_key": "k"})  # type: ignore[arg-type]
    with pytest.raises(stripe.IdempotencyError):
        client(peer).v1.checkout.sessions.create(order("price_basic"), {"idempotency_key": "k"})  # type: ignore[arg-type]
    assert len(peer.sessions) == 1


def test_the_sdk_takes_its_webhooks_and_refuses_changed_ones(peer: StripePeer) -> None:
    event = peer.tell("customer.subscription.updated", {"id": "sub_1", "object": "subscription"})
    body, header = signed(event)
    assert stripe.Webhook.construct_event(body, header, SECRET, tolerance=10**9).id == event["id"]
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body + b" ", header, SECRET, tolerance=10**9)
