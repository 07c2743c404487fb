"""Webhooks are called in order, signed, tried again with growing waits, and end as dead instead of silently."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta

import msgspec
import pytest

from alpine_core.errors import DeliveryError, NotEntitled, NotThere, ReaderError
from alpine_core.model import DeliveryState, Tier, WebhookAnswer
from alpine_core.notices import Caller
from alpine_core.notices.webhook_patience import WebhookPatience, retry_after_seconds
from alpine_core.testing.samples import MOMENT
from tests.alpine.core.notices.world import URL, World

WAITING, DELIVERED, DEAD = DeliveryState.WAITING, DeliveryState.DELIVERED, DeliveryState.DEAD


@pytest.fixture
def world() -> World:
    return World()


async def test_a_call_says_what_the_api_shows_and_is_signed_with_id_and_time(world: World) -> None:
    premium = await world.follower(Tier.PREMIUM)
    (endpoint,) = await world.office.webhooks.of(premium)
    await world.signal("s1", confidence=97.0)
    await world.fill()
    world.clock.advance(seconds=5)
    assert await world.call() == [DELIVERED]
    ((url, headers, body),) = world.sender.sent
    told = json.loads(body)
    assert (url, told["type"], told["id"]) == (URL, "signal", headers["X-Alpine-Delivery"])
    assert (told["signal"]["signal_id"], told["signal"]["premium"], told["signal"]["outcome"]) == ("s1", True, None)
    seconds = int(MOMENT.timestamp()) + 5
    signed = f"{seconds}.{told['id']}.".encode() + body
    mark = hmac.new(endpoint.secret.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Alpine-Signature"] == f"t={seconds},v1={mark}"


async def test_every_attempt_has_the_same_id_and_says_the_same_whatever_happened_since(world: World) -> None:
    await world.follower(Tier.PREMIUM)
    world.sender.answer = lambda: WebhookAnswer(status=500)
    await world.signal("s1", confidence=97.0)
    await world.fill()
    await world.call()
    await world.end("s1")
    world.clock.advance(seconds=100)
    await world.call()
    first, second = world.sender.sent
    assert first[2] == second[2]
    assert first[1]["X-Alpine-Delivery"] == second[1]["X-Alpine-Delivery"]
    assert first[1]["X-Alpine-Signature"] != second[1]["X-Alpine-Signature"]


async def test_calls_of_one_webhook_go_out_in_the_order_of_the_feed(world: World) -> None:
    await world.follower(Tier.PREMIUM)
    for number in range(5):
        await world.signal(f"s{number}", confidence=80.0)
    await world.fill()
    assert await world.call() == [DELIVERED] * 5
    assert [json.loads(body)["signal"]["signal_id"] for _, _, body in world.sender.sent] == [
        "s0", "s1", "s2", "s3", "s4",
    ]  # fmt: skip


async def test_a_failing_webhook_is_tried_with_growing_waits_then_dead_and_replayed_by_hand(world: World) -> None:
    premium = await world.follower(Tier.PREMIUM)
    courier = world.impatient(attempts=3)
    world.sender.answer = lambda: WebhookAnswer(status=503)
    await world.signal("s1", confidence=80.0)
    await world.fill()
    made = []
    for wait in (0, 29, 1, 59, 1, 3600):
        world.clock.advance(seconds=wait)
        made.append(await world.call(courier))
    assert made == [[WAITING], [], [WAITING], [], [DEAD], []]
    (dead,) = await world.office.webhooks.deliveries(premium, DEAD, 9)
    assert (dead.attempts, dead.last_status, dead.last_error) == (3, 503, "it answered 503")
    world.sender.answer = lambda: WebhookAnswer(status=204)
    await world.office.webhooks.replay(premium, dead.delivery_id)
    assert await world.call(courier) == [DELIVERED]
    assert len({headers["X-Alpine-Delivery"] for _, headers, _ in world.sender.sent}) == 1


async def test_a_slow_webhook_holds_up_no_other(world: World) -> None:
    await world.follower(Tier.PREMIUM, "ada@example.com")
    await world.follower(Tier.PREMIUM, "bob@example.com")
    for number in range(3):
        await world.signal(f"s{number}", confidence=80.0)
    await world.fill()
    slow = await world.office.courier.claim()  # and does not end
    assert slow is not None
    others = await world.call()
    assert others == [DELIVERED] * 3


@pytest.mark.parametrize(
    ("answer", "state", "wait"),
    [
        (WebhookAnswer(status=200), DELIVERED, 0),
        (WebhookAnswer(status=299), DELIVERED, 0),
        (WebhookAnswer(status=301), WAITING, 30),
        (WebhookAnswer(status=400), WAITING, 30),
        (WebhookAnswer(status=410), DEAD, 0),
        (WebhookAnswer(status=429, retry_after="120"), WAITING, 120),
        (WebhookAnswer(status=503, retry_after="5"), WAITING, 30),
        (WebhookAnswer(status=503, retry_after="Mon, 02 Mar 2026 15:10:00 GMT"), WAITING, 600),
        (WebhookAnswer(status=503, retry_after="999999999"), WAITING, 86_400),
        (WebhookAnswer(status=503, retry_after="soon"), WAITING, 30),
    ],
)
def test_what_an_answer_leads_to(answer: WebhookAnswer, state: DeliveryState, wait: int) -> None:
    end = WebhookPatience().answered(answer, 1, MOMENT, 0.5)
    assert (end.state, end.next_at - MOMENT) == (state, timedelta(seconds=wait))


def test_waits_double_up_to_a_limit_and_differ_by_chance() -> None:
    patience = WebhookPatience()
    nobody = [patience.failed("nobody there", attempt, MOMENT, 0.5, retry=True) for attempt in range(1, 11)]
    assert [(end.next_at - MOMENT).total_seconds() for end in nobody[:9]] == [
        30, 60, 120, 240, 480, 960, 1920, 3840, 7680,
    ]  # fmt: skip
    assert nobody[9].state is DEAD
    spread = [patience.failed("", 1, MOMENT, chance, retry=True).next_at - MOMENT for chance in (0.0, 0.999999)]
    assert spread == [timedelta(seconds=22.5), timedelta(seconds=37.499985)]
    longest = WebhookPatience(attempts=99).failed("", 60, MOMENT, 0.5, retry=True)
    assert longest.next_at - MOMENT == timedelta(hours=3)
    assert patience.failed("no address", 1, MOMENT, 0.5, retry=False).state is DEAD


@pytest.mark.parametrize("text", ["", "-5", "1.5", "Mon, 02 Mar 2020 15:10:00 GMT", "nan", "9" * 40, "\x00"])
def test_a_retry_after_that_says_nothing_is_none(text: str) -> None:
    assert retry_after_seconds(text, MOMENT) == 0.0


async def test_no_answer_is_tried_again_and_a_forbidden_address_is_not(world: World) -> None:
    premium = await world.follower(Tier.PREMIUM)
    await world.signal("s1", confidence=80.0)
    await world.fill()

    def fail(*, retry: bool) -> WebhookAnswer:
        raise DeliveryError("no connection", retry=retry)

    world.sender.answer = lambda: fail(retry=True)
    assert await world.call() == [WAITING]
    world.clock.advance(seconds=30)
    world.sender.answer = lambda: fail(retry=False)
    assert await world.call() == [DEAD]
    (dead,) = await world.office.webhooks.deliveries(premium, DEAD, 9)
    assert (dead.attempts, dead.last_status, dead.last_error) == (2, None, "no connection")


@pytest.mark.parametrize(
    ("tier", "reason"), [(Tier.FREE, "the tier has no webhooks"), (Tier.BASIC, "the tier has no webhooks")]
)
async def test_what_waits_is_not_sent_after_the_tier_has_gone(world: World, tier: Tier, reason: str) -> None:
    premium = await world.follower(Tier.PREMIUM)
    await world.signal("s1", confidence=97.0)
    await world.fill()
    lower = msgspec.structs.replace(premium, tier=tier)
    await world.accounts.put(lower)
    assert await world.call() == [DEAD]
    assert world.sender.sent == []
    (dead,) = await world.office.webhooks.deliveries(premium, DEAD, 9)
    assert dead.last_error == reason
    with pytest.raises(NotEntitled):
        await world.office.webhooks.replay(lower, dead.delivery_id)


async def test_a_replay_says_nothing_that_a_lower_tier_with_webhooks_does_not_see_yet(world: World) -> None:
    premium = await world.follower(Tier.PREMIUM)
    await world.signal("s1", confidence=97.0)
    await world.fill()
    rows = {tier: world.policy.terms(tier) for tier in Tier}
    rows[Tier.BASIC] = msgspec.structs.replace(rows[Tier.BASIC], alerts=rows[Tier.PREMIUM].alerts)
    world.policy.renew(rows)
    await world.accounts.put(msgspec.structs.replace(premium, tier=Tier.BASIC))
    assert await world.call() == [DEAD]
    assert world.sender.sent == []
    (dead,) = await world.office.webhooks.deliveries(premium, DEAD, 9)
    assert dead.last_error == "the tier does not see the signal"


async def test_after_a_new_secret_both_sign_for_a_day(world: World) -> None:
    premium = await world.follower(Tier.PREMIUM)
    caller = Caller(account=premium, address="192.0.2.1", agent="curl")
    (endpoint,) = await world.office.webhooks.of(premium)
    secret = await world.office.webhooks.rotate(caller, endpoint.endpoint_id)
    assert secret != endpoint.secret
    assert secret.startswith("whsec_")
    for _ in range(2):
        await world.office.webhooks.test(premium, endpoint.endpoint_id)
        await world.call()
        world.clock.advance(seconds=86_400)
    marks = [headers["X-Alpine-Signature"].count("v1=") for _, headers, _ in world.sender.sent]
    assert marks == [2, 1]
    told = json.loads(world.sender.sent[0][2])
    assert (told["type"], told["signal"]) == ("test", None)


async def test_webhooks_are_their_owners_and_every_change_is_logged_without_secret(world: World) -> None:
    premium, other = await world.follower(Tier.PREMIUM), await world.account(Tier.PREMIUM, "bob@example.com")
    (endpoint,) = await world.office.webhooks.of(premium)
    await world.office.webhooks.test(premium, endpoint.endpoint_id)
    (delivery,) = await world.office.webhooks.deliveries(premium, None, 9)
    bob = Caller(account=other)
    for attempt in (
        world.office.webhooks.rotate(bob, endpoint.endpoint_id),
        world.office.webhooks.remove(bob, endpoint.endpoint_id),
        world.office.webhooks.test(other, endpoint.endpoint_id),
        world.office.webhooks.replay(other, delivery.delivery_id),
    ):
        with pytest.raises(NotThere):
            await attempt
    assert await world.office.webhooks.deliveries(other, None, 9) == ()
    ada = Caller(account=premium)
    await world.office.webhooks.rotate(ada, endpoint.endpoint_id)
    await world.office.webhooks.remove(ada, endpoint.endpoint_id)
    events = (await world.security_log.page()).items
    assert [each.detail.split(" ", 1)[1] for each in reversed(events)] == ["added", "has a new secret", "removed"]
    assert {each.kind.value for each in events} == {"webhook_changed"}
    assert "whsec" not in str(events)
    assert "hooks.example.com" not in str(events)


async def test_a_tier_without_webhooks_adds_none_and_nobody_has_more_than_five(world: World) -> None:
    basic = await world.account(Tier.BASIC)
    with pytest.raises(NotEntitled):
        await world.office.webhooks.add(Caller(account=basic), URL)
    premium = await world.account(Tier.PREMIUM)
    for _ in range(5):
        await world.office.webhooks.add(Caller(account=premium), URL)
    with pytest.raises(ReaderError, match="5 webhooks already"):
        await world.office.webhooks.add(Caller(account=premium), URL)
