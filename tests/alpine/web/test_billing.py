"""Buying a tier: a whole application beside a stateful Stripe, over real HTTP."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from alpine_core.adapters.stripe_house import StripeHouse
from alpine_core.adapters.stripe_notices import StripeNotices
from alpine_core.model import Tier
from alpine_core.testing.fixed_clock import FixedClock
from tests.alpine.stripe_peer import KEY, SECRET, START, VERSION, Json, StripePeer, running_peer, signed
from tests.alpine.web.parts import EMAIL, Rig, add_account, asked, rig_of, sign_in

HOOK = "/api/v1/payments/webhook"
PRICES = {Tier.BASIC: ("price_basic",), Tier.PREMIUM: ("price_premium", "price_of_before")}


@pytest.fixture
def peer() -> Iterator[StripePeer]:
    with running_peer() as running:
        yield running


@asynccontextmanager
async def selling(peer: StripePeer) -> AsyncIterator[Rig]:
    """An application that sells BASIC at 19.00 and PREMIUM at 49.00 US dollars, with one FREE account."""
    numbers, clock = itertools.count(1), FixedClock(datetime.fromtimestamp(START, UTC))
    async with httpx.AsyncClient(base_url=peer.url) as client:
        house = StripeHouse(client, KEY, PRICES, clock, lambda: f"k{next(numbers)}", pause_seconds=0)
        rig = rig_of(house=house, notices=StripeNotices([SECRET]), clock=clock)
        await add_account(rig, tier=Tier.FREE)
        for tier, cents in ((Tier.BASIC, "1900"), (Tier.PREMIUM, "4900")):
            await rig.services.terms.change(tier, {"price_cents": cents})
        yield rig


@pytest.fixture(name="rig")
async def rig_that_sells(peer: StripePeer) -> AsyncIterator[Rig]:
    async with selling(peer) as rig:
        yield rig


async def tier_of(rig: Rig) -> str:
    account = await rig.accounts.by_email(EMAIL)
    assert account is not None
    return account.tier.value


async def hear(client: httpx.AsyncClient, rig: Rig, event: Json, **headers: str) -> httpx.Response:
    body, header = signed(event, at=int(rig.clock.now().timestamp()))
    return await client.post(HOOK, content=body, headers={"Stripe-Signature": header, **headers})


async def hear_all(client: httpx.AsyncClient, rig: Rig, peer: StripePeer) -> None:
    for event in peer.events:
        answer = await hear(client, rig, event)
        assert answer.status_code == 200, answer.text


async def buy(client: httpx.AsyncClient, peer: StripePeer, tier: str = "premium", *, paid: bool = True) -> str:
    token = await sign_in(client)
    headers = {"X-CSRF-Token": token}
    answer = await client.post("/api/v1/payments/checkout", json={"tier": tier}, headers=headers)
    assert answer.status_code == 201, answer.text
    return peer.pay(answer.json()["url"].rsplit("/", 1)[1], paid=paid)


async def test_a_paid_checkout_sets_the_tier_and_says_who_did_it(
    rig: Rig, client: httpx.AsyncClient, peer: StripePeer
) -> None:
    await buy(client, peer)
    assert await tier_of(rig) == "free"
    answer = await hear(client, rig, peer.events[0])
    assert (answer.status_code, answer.json(), await tier_of(rig)) == (200, {"status": "applied"}, "premium")
    events = [(each.kind.value, each.detail) for each in (await rig.services.security_log.page()).items]
    assert ("tier_changed", "free to premium: subscription active") in events
    found = (await client.get("/api/v1/subscriptions")).json()
    assert (found["tier"], found["sold"], found["subscriptions"][0]["state"]) == ("premium", [], "active")
    assert found["invoices"][0] | {"invoice_id": ""} == {
        "invoice_id": "",
        "amount_cents": 4900,
        "currency": "USD",
        "paid_at": "2026-11-21T01:51:10Z",
    }
    posts = [headers for method, _, headers in peer.asked if method == "POST"]
    assert [(each["stripe-version"], each["idempotency-key"][:9]) for each in posts] == [(VERSION, "checkout-")]


async def test_nothing_is_given_before_the_money_is_there(
    rig: Rig, client: httpx.AsyncClient, peer: StripePeer
) -> None:
    name = await buy(client, peer, paid=False)
    await hear_all(client, rig, peer)
    assert await tier_of(rig) == "free"
    invoice = peer.invoices[peer.subscriptions[name]["latest_invoice"]]
    invoice |= {"status": "paid", "amount_paid": 4900}
    assert (await hear(client, rig, peer.tell("invoice.paid", invoice))).json() == {"status": "applied"}
    assert await tier_of(rig) == "premium"


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_the_order_and_however_often_the_end_is_the_same(
    rig: Rig, client: httpx.AsyncClient, peer: StripePeer, seed: int
) -> None:
    name = await buy(client, peer, "basic")
    peer.change(name, price="price_premium")
    peer.bill(name, paid=True)
    peer.renew(name, paid=False)
    peer.renew(name, paid=True)
    shuffled = [*peer.events, *peer.events]
    random.Random(seed).shuffle(shuffled)
    for event in shuffled:
        assert (await hear(client, rig, event)).status_code == 200
    assert await tier_of(rig) == "premium"
    peer.change(name, status="canceled")
    for event in reversed(peer.events):
        await hear(client, rig, event)
    assert await tier_of(rig) == "free"
    changed = [each for each in (await rig.services.security_log.page()).items if each.kind.value == "tier_changed"]
    assert [each.detail.split(":")[0] for each in changed] == ["premium to free", "free to premium"]


async def test_a_notice_that_came_before_is_not_asked_about_again(
    rig: Rig, client: httpx.AsyncClient, peer: StripePeer
) -> None:
    await buy(client, peer)
    await hear(client, rig, peer.events[0])
    questions = len(peer.asked)
    answer = await hear(client, rig, peer.events[0])
    assert (answer.json(), len(peer.asked)) == ({"status": "repeated"}, questions)


async def test_a_failed_payment_has_days_of_grace_and_then_the_tier_goes(
    rig: Rig, client: httpx.AsyncClient, peer: StripePeer
) -> None:
    name = await buy(client, peer)
    await hear_all(client, rig, peer)
    peer.renew(name, paid=False)
    await hear_all(client, rig, peer)
    assert await tier_of(rig) == "premium"
    page = (await client.get("/account/billing")).text
    assert "A payment failed. You keep Premium for 7 days" in page
    rig.clock.advance(seconds=7 * 86_400 - 1)
    assert (await rig.services.members.billing.look_again(), await tier_of(rig)) == (1, "premium")
    rig.clock.advance(seconds=1)
    assert (await rig.services.members.billing.look_again(), await tier_of(rig)) == (1, "free")
    peer.renew(name, paid=True)
    await hear(client, rig, peer.events[-1])
    assert await tier_of(rig) == "premium"


async def test_what_no_notice_told_comes_to_light_when_the_period_ends(
    rig: Rig, client: httpx.AsyncClient, peer: StripePeer
) -> None:
    name = await buy(client, peer)
    await hear_all(client, rig, peer)
    peer.subscriptions[name]["status"] = "canceled"
    assert (await rig.services.members.billing.look_again(), await tier_of(rig)) == (0, "premium")
    rig.clock.advance(seconds=31 * 86_400)
    assert (await rig.services.members.billing.look_again(), await tier_of(rig)) == (1, "free")


async def test_an_end_or_a_lower_tier_that_waits_is_on_the_page(
    rig: Rig, client: httpx.AsyncClient, peer: StripePeer
) -> None:
    name = await buy(client, peer)
    peer.change(name, cancel_at_period_end=True)
    await hear_all(client, rig, peer)
    page = (await client.get("/account/billing")).text
    assert "Paid until" in page
    assert re.search(r"Free from <time[^>]*>2026-12-21 01:51:10</time> UTC on; until then nothing changes", page)
    phases = [{"start_date": START + 2_592_000, "items": [{"price": "price_basic"}]}]
    peer.schedules["sch_1"] = {"id": "sch_1", "phases": phases}
    peer.change(name, cancel_at_period_end=False, schedule="sch_1")
    await hear(client, rig, peer.events[-1])
    page = (await client.get("/account/billing")).text
    assert "Next payment" in page
    assert "Basic from <time" in page
    assert await tier_of(rig) == "premium"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "bad_signature"),
        (f"t={START},v1={'0' * 64}", "bad_signature"),
        (signed({}, at=START - 301)[1], "stale_signature"),
        (signed({})[1], "bad_notice"),
    ],
)
async def test_what_stripe_did_not_sign_changes_nothing(
    client: httpx.AsyncClient, peer: StripePeer, header: str, code: str
) -> None:
    answer = await client.post(HOOK, content=b"{}", headers={"Stripe-Signature": header})
    assert (answer.status_code, answer.json()["code"], peer.asked) == (400, code, [])


async def test_while_the_house_is_away_nothing_is_acknowledged_and_it_is_made_up_for(
    rig: Rig, client: httpx.AsyncClient, peer: StripePeer
) -> None:
    await buy(client, peer)
    peer.fail_next = [500, 429, 503]
    answer = await hear(client, rig, peer.events[0])
    assert (answer.status_code, answer.json()["code"], await tier_of(rig)) == (503, "payment_away", "free")
    peer.fail_next = [500]
    assert (await hear(client, rig, peer.events[0])).json() == {"status": "applied"}
    assert await tier_of(rig) == "premium"


async def test_a_try_again_has_the_key_of_the_first(rig: Rig, client: httpx.AsyncClient, peer: StripePeer) -> None:
    token = await sign_in(client)

    def keys() -> list[str]:
        return [headers["idempotency-key"] for method, _, headers in peer.asked if method == "POST"]

    sent = {"json": {"tier": "basic"}, "headers": {"X-CSRF-Token": token}}
    peer.fail_next = [0, 500]
    assert (await client.post("/api/v1/payments/checkout", **sent)).status_code == 201  # type: ignore[arg-type]
    assert (len(keys()), len(set(keys()))) == (2, 1)
    again = await client.post("/api/v1/payments/checkout", **sent)  # type: ignore[arg-type]
    assert again.status_code == 201
    assert (len(keys()), len(set(keys()))) == (3, 2)


async def test_another_price_than_the_one_shown_is_not_charged(
    rig: Rig, client: httpx.AsyncClient, peer: StripePeer
) -> None:
    token = await sign_in(client)
    peer.add_price("price_premium", 5900)
    answer = await client.post("/api/v1/payments/checkout", json={"tier": "premium"}, headers={"X-CSRF-Token": token})
    assert (answer.status_code, answer.json()["code"], peer.sessions) == (422, "price_differs", {})


@pytest.mark.parametrize(("tier", "code"), [("institutional", "not_sold"), ("free", "not_sold")])
async def test_what_is_not_sold_cannot_be_bought(client: httpx.AsyncClient, tier: str, code: str) -> None:
    token = await sign_in(client)
    answer = await client.post("/api/v1/payments/checkout", json={"tier": tier}, headers={"X-CSRF-Token": token})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_who_has_a_subscription_changes_it_and_buys_no_second(
    rig: Rig, client: httpx.AsyncClient, peer: StripePeer
) -> None:
    await buy(client, peer)
    await hear_all(client, rig, peer)
    token = await sign_in(client)
    headers = {"X-CSRF-Token": token}
    answer = await client.post("/api/v1/payments/checkout", json={"tier": "basic"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "subscribed")
    answer = await client.post("/api/v1/payments/portal", headers=headers)
    assert answer.json()["url"].startswith(f"{peer.url}/p/session/")
    assert (await client.post("/api/v1/payments/portal")).json()["code"] == "foreign_form"


async def test_what_an_administrator_set_holds_until_what_is_paid_changes(
    rig: Rig, client: httpx.AsyncClient, peer: StripePeer
) -> None:
    name = await buy(client, peer, "basic")
    await hear_all(client, rig, peer)
    await rig.services.enrolment.set_tier(EMAIL, Tier.INSTITUTIONAL)
    peer.renew(name, paid=True)
    await hear(client, rig, peer.events[-1])
    assert await tier_of(rig) == "institutional"
    peer.change(name, status="canceled")
    await hear(client, rig, peer.events[-1])
    assert await tier_of(rig) == "free"


async def test_a_subscription_of_a_deleted_account_is_not_charged_further(
    rig: Rig, client: httpx.AsyncClient, peer: StripePeer
) -> None:
    name = await buy(client, peer)
    account = await rig.accounts.by_email(EMAIL)
    assert account is not None
    del rig.accounts.rows[account.account_id]
    assert (await hear(client, rig, peer.events[0])).json() == {"status": "ignored"}
    assert peer.subscriptions[name]["status"] == "canceled"
    foreign = peer.subscriptions[name] | {"id": "sub_x", "status": "active", "metadata": {"account_id": "another"}}
    peer.subscriptions["sub_x"] = foreign
    await hear(client, rig, peer.tell("customer.subscription.updated", foreign))
    assert peer.subscriptions["sub_x"]["status"] == "active"


async def test_the_pages_sell_without_scripts_at_the_price_of_the_terms(
    rig: Rig, client: httpx.AsyncClient, peer: StripePeer
) -> None:
    token = await sign_in(client)
    page = (await client.get("/account/billing")).text
    assert "49.00 USD" in page
    assert "Buy Institutional" not in page
    sent = {"form_token": token, "tier": "premium"}
    leave = await client.post("/account/billing/checkout", data=sent)
    assert "You are about to buy <b>Premium</b> for <b>49.00 USD</b> a month" in leave.text
    assert re.search(rf'href="{peer.url}/c/pay/cs_test_\d+"', leave.text)
    assert (await client.post("/account/billing/checkout", data={**sent, "form_token": ""})).status_code == 403
    peer.fail_next = [402]
    refused = await client.post("/account/billing/checkout", data=sent)
    assert (refused.status_code, "It was not done: the payment house did not do it (402" in refused.text) == (503, True)
    nothing = await client.post("/account/billing/portal", data={"form_token": token})
    assert "nothing was ever paid from this account" in nothing.text


async def test_without_a_key_the_page_says_who_sets_the_tier() -> None:
    rig = rig_of()
    await add_account(rig)
    async with asked(rig) as client:
        token = await sign_in(client)
        page = (await client.get("/account/billing")).text
        assert "Nothing is sold on these pages: an administrator sets tiers by hand." in page
        assert "Buy " not in page
        answer = await client.post("/api/v1/payments/checkout", json={"tier": "basic"}, headers={"X-CSRF-Token": token})
        assert (answer.status_code, answer.json()["code"]) == (422, "no_payments")
        assert (await client.post(HOOK, content=b"{}")).status_code == 404


async def test_two_notices_at_once_leave_the_newer_state(rig: Rig, client: httpx.AsyncClient, peer: StripePeer) -> None:
    """Whoever asked the house earlier does not write over whoever asked later."""
    name = await buy(client, peer)
    billing = rig.services.members.billing
    house: Any = billing._house
    early = await house.subscription(name)
    await hear(client, rig, peer.events[0])
    peer.change(name, status="canceled")

    class Late:
        """Answers once with what was true before, having let the newer notice through."""

        sold = house.sold
        turns = 0

        async def subscription(self, wanted: str) -> object:
            self.turns += 1
            if self.turns == 2:
                billing._house = house
                await hear(client, rig, peer.events[-1])
                billing._house = self  # type: ignore[assignment]
                return early
            return await house.subscription(wanted)

    late = Late()
    billing._house = late  # type: ignore[assignment]
    assert (await hear(client, rig, peer.events[1])).json() == {"status": "applied"}
    assert (late.turns, await tier_of(rig)) == (4, "free")
