"""Notifications and webhooks as programs and people use them."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

import httpx
import msgspec
import pytest

from alpine_core.model import ApiScope, Notice, Tier, WebhookAnswer
from alpine_core.notices import Inbox, SeenRecords
from alpine_core.testing.samples import sample_outcome
from alpine_web.jobs.running import fill_notices, remove_old_notices
from tests.alpine.web.parts import Rig, add_account, asked, deliver, recent, resolve, rig_of, served, sign_in

RULES, HOOKS = "/api/v1/notifications/rules", "/api/v1/webhooks"
URL = "https://hooks.example.com/alpine"
HTML = {"Accept": "text/html"}


async def signed_in(rig: Rig, client: httpx.AsyncClient, tier: Tier, email: str = "eva@example.com") -> None:
    """Somebody of that tier, whose client sends its token; nothing was news until now."""
    await add_account(rig, email, tier)
    client.headers["X-CSRF-Token"] = await sign_in(client, email)
    await fill_notices(rig.services)


async def call(rig: Rig) -> list[str]:
    courier, made = rig.services.notices.courier, []
    while (due := await courier.claim()) is not None:
        made.append((await courier.make(due)).value)
    return made


async def test_a_program_is_told_by_its_rule_and_marks_it_read(rig: Rig, client: httpx.AsyncClient) -> None:
    await signed_in(rig, client, Tier.PREMIUM)
    sent = {"symbols": ["aapl"], "min_confidence": 90, "events": ["signal", "outcome"], "channels": ["in_app"]}
    made = await client.post(RULES, json=sent)
    assert made.status_code == 201, made.text
    assert (made.json()["symbols"], made.json()["channels"]) == (["AAPL"], ["in_app"])
    listed = (await client.get(RULES)).json()
    assert (listed["items"], listed["channels"]) == ([made.json()], ["in_app", "email", "webhook"])
    await deliver(rig, client, recent(rig, "low", confidence=80.0), recent(rig, "high", confidence=97.0))
    await resolve(rig, client, sample_outcome("high"))
    await fill_notices(rig.services)
    page = (await client.get("/api/v1/notifications")).json()
    told = [(each["number"], each["kind"], each["signal"]["signal_id"]) for each in page["items"]]
    assert told == [(2, "outcome", "high"), (1, "signal", "high")]
    assert (page["unread"], page["next"]) == (2, None)
    assert (await client.get("/api/v1/notifications?limit=1")).json()["next"] == 2
    marked = await client.post("/api/v1/notifications/read", json={"numbers": [2, 99]})
    assert marked.json() == {"marked": 1, "unread": 1}
    unread = (await client.get("/api/v1/notifications?unread=true")).json()["items"]
    assert [each["number"] for each in unread] == [1]
    assert (await client.post("/api/v1/notifications/read", json={})).json() == {"marked": 1, "unread": 0}
    assert (await client.delete(f"{RULES}/{made.json()['rule_id']}")).status_code == 204
    assert (await client.delete(f"{RULES}/{made.json()['rule_id']}")).status_code == 404


async def test_a_free_account_is_told_when_the_signal_is_shown_to_it(rig: Rig, client: httpx.AsyncClient) -> None:
    await signed_in(rig, client, Tier.FREE)
    assert (await client.post(RULES, json={})).status_code == 201
    await deliver(rig, client, recent(rig, "s1", confidence=97.0))
    seen = []
    for seconds in (0, 86_399, 1):
        rig.clock.advance(seconds=seconds)
        await fill_notices(rig.services)
        client.headers["X-CSRF-Token"] = await sign_in(client, "eva@example.com")
        page = (await client.get("/api/v1/notifications")).json()
        seen.append([each["signal"]["signal_id"] for each in page["items"]])
    assert seen == [[], [], ["s1"]]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"channels": ["email"]}, 201),
        ({"channels": ["webhook"]}, 403),
        ({"channels": []}, 400),
        ({"channels": ["carrier pigeon"]}, 400),
        ({"min_confidence": 101}, 400),
        ({"symbols": ["A"] * 51}, 400),
        ({"symbols": ["A\x00"]}, 400),
        ({"regime": "\x00"}, 400),
        ({"events": []}, 400),
        ({"action": "HOLD"}, 400),
        ({"colour": "red"}, 400),
    ],
)
async def test_a_rule_is_held_to_its_limits_and_the_tier(
    rig: Rig, client: httpx.AsyncClient, sent: dict[str, Any], status: int
) -> None:
    await signed_in(rig, client, Tier.BASIC)
    answer = await client.post(RULES, json=sent)
    assert answer.status_code == status, answer.text


async def test_a_webhook_is_added_called_tested_rotated_replayed_and_removed(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await signed_in(rig, client, Tier.PREMIUM)
    await client.post(RULES, json={"channels": ["webhook"]})
    made = (await client.post(HOOKS, json={"url": URL})).json()
    assert made["secret"].startswith("whsec_")
    listed = (await client.get(HOOKS)).json()["items"]
    assert [each["url"] for each in listed] == [URL]
    assert "secret" not in listed[0]
    one = f"{HOOKS}/{made['endpoint_id']}"
    assert (await client.post(f"{one}/test")).status_code == 202
    await deliver(rig, client, recent(rig, "s1", confidence=97.0))
    await fill_notices(rig.services)
    rig.sender.answer = lambda: WebhookAnswer(status=410)
    assert await call(rig) == ["dead", "dead"]
    dead = (await client.get(f"{HOOKS}/deliveries?state=dead&limit=1")).json()
    assert (dead["items"][0]["type"], dead["items"][0]["last_error"], dead["next"]) == ("signal", "it answered 410", 2)
    assert (await client.get(f"{HOOKS}/deliveries?state=dead&limit=1&page=2")).json()["items"][0]["type"] == "test"
    rig.sender.answer = lambda: WebhookAnswer(status=200)
    replayed = await client.post(f"{HOOKS}/deliveries/{dead['items'][0]['delivery_id']}/replay")
    assert replayed.status_code == 202
    assert await call(rig) == ["delivered"]
    assert json.loads(rig.sender.sent[-1][2])["signal"]["signal_id"] == "s1"
    assert (await client.post(f"{one}/rotate")).json()["secret"] != made["secret"]
    assert (await client.delete(one)).status_code == 204
    assert (await client.get(f"{HOOKS}/deliveries")).json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    "url", ["http://hooks.example.com/", "https://127.0.0.1/", "https://localhost/", "https://169.254.169.254/", "x"]
)
async def test_an_address_within_our_network_is_not_taken(rig: Rig, client: httpx.AsyncClient, url: str) -> None:
    await signed_in(rig, client, Tier.PREMIUM)
    assert (await client.post(HOOKS, json={"url": url})).status_code == 400
    assert (await client.get(HOOKS)).json()["items"] == []


async def test_what_is_anothers_is_not_there(rig: Rig, client: httpx.AsyncClient) -> None:
    await signed_in(rig, client, Tier.PREMIUM)
    rule = (await client.post(RULES, json={})).json()["rule_id"]
    hook = (await client.post(HOOKS, json={"url": URL})).json()["endpoint_id"]
    delivery = (await client.post(f"{HOOKS}/{hook}/test")).json()["delivery_id"]
    async with asked(rig) as other:
        await signed_in(rig, other, Tier.PREMIUM, "max@example.com")
        told = []
        for names in ((rule, hook, delivery), ("none", "none", "none")):
            asks = [
                ("DELETE", f"{RULES}/{names[0]}"),
                ("DELETE", f"{HOOKS}/{names[1]}"),
                ("POST", f"{HOOKS}/{names[1]}/rotate"),
                ("POST", f"{HOOKS}/{names[1]}/test"),
                ("POST", f"{HOOKS}/deliveries/{names[2]}/replay"),
            ]
            answers = [await other.request(method, path) for method, path in asks]
            told.append([(each.status_code, each.text) for each in answers])
        assert told[0] == told[1]
        assert {status for status, _ in told[0]} == {404}
    assert len((await client.get(HOOKS)).json()["items"]) == 1


async def test_nothing_changes_without_the_token_of_the_session(rig: Rig, client: httpx.AsyncClient) -> None:
    await signed_in(rig, client, Tier.PREMIUM)
    del client.headers["X-CSRF-Token"]
    asks = [("POST", RULES), ("DELETE", f"{RULES}/r"), ("POST", "/api/v1/notifications/read"), ("POST", HOOKS)]
    asks += [("DELETE", f"{HOOKS}/e"), ("POST", f"{HOOKS}/e/rotate"), ("POST", f"{HOOKS}/e/test")]
    asks += [("POST", f"{HOOKS}/deliveries/d/replay")]
    pages = ["/account/notifications", "/account/notifications/r/remove", "/notifications/read", "/account/webhooks"]
    pages += [f"/account/webhooks/e/{act}" for act in ("test", "rotate", "remove")]
    pages += ["/account/webhooks/deliveries/d/replay"]
    answers = [await client.request(method, path, json={}) for method, path in asks]
    answers += [await client.post(path, data={"form_token": "x"}) for path in pages]
    assert {answer.status_code for answer in answers} == {403}


async def test_a_key_manages_webhooks_only_where_it_was_made_for_that(rig: Rig, client: httpx.AsyncClient) -> None:
    await add_account(rig, "firm@example.com", Tier.INSTITUTIONAL)
    account = await rig.accounts.by_email("firm@example.com")
    assert account is not None
    keys = [
        (await rig.services.api_keys.create(account, "k", scopes)).text
        for scopes in ((ApiScope.READ, ApiScope.WEBHOOKS), (ApiScope.READ,))
    ]
    told = []
    for key in keys:
        bearer = {"Authorization": f"Bearer {key}"}
        answers = [await client.post(HOOKS, json={"url": URL}, headers=bearer)]
        answers += [await client.get(path, headers=bearer) for path in (HOOKS, "/api/v1/notifications", RULES)]
        told.append([answer.status_code for answer in answers])
    assert told == [[201, 200, 200, 403], [403, 403, 200, 403]]


async def test_a_tier_without_webhooks_has_none(rig: Rig, client: httpx.AsyncClient) -> None:
    await signed_in(rig, client, Tier.BASIC)
    assert (await client.post(HOOKS, json={"url": URL})).status_code == 403
    assert "Your tier has no webhooks" in (await client.get("/account/webhooks", headers=HTML)).text
    assert "by webhook" not in (await client.get("/account/notifications", headers=HTML)).text


def form_token(text: str) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f]{64})"', text)
    assert found is not None
    return found[1]


async def test_people_do_all_of_it_by_forms(rig: Rig, client: httpx.AsyncClient) -> None:
    await signed_in(rig, client, Tier.PREMIUM)
    page = await client.get("/account/notifications", headers=HTML)
    token = {"form_token": form_token(page.text)}
    assert "No rule yet" in page.text
    sent = {"symbols": "aapl, msft", "action": "BUY", "min_confidence": "90", "signal": "yes", "in_app": "yes"}
    assert (await client.post("/account/notifications", data={**token, **sent, "webhook": "yes"})).status_code == 303
    assert "AAPL, MSFT" in (await client.get("/account/notifications", headers=HTML)).text
    refused = await client.post("/account/notifications", data={**token, "symbols": "aapl", "in_app": "yes"})
    assert (refused.status_code, "No rule was added" in refused.text) == (400, True)
    made = await client.post("/account/webhooks", data={**token, "url": URL})
    assert 'id="new-secret">whsec_' in made.text
    bad = await client.post("/account/webhooks", data={**token, "url": "https://10.0.0.1/"})
    assert (bad.status_code, "No webhook was added" in bad.text) == (400, True)
    (hook,) = (await client.get(HOOKS)).json()["items"]
    one = f"/account/webhooks/{hook['endpoint_id']}"
    assert 'id="new-secret">whsec_' in (await client.post(f"{one}/rotate", data=token)).text
    assert (await client.post(f"{one}/test", data=token)).status_code == 303
    assert await call(rig) == ["delivered"]
    (delivery,) = (await client.get(f"{HOOKS}/deliveries")).json()["items"]
    replay = f"/account/webhooks/deliveries/{delivery['delivery_id']}/replay"
    assert (await client.post(replay, data=token)).status_code == 303
    assert await call(rig) == ["delivered"]
    assert (await client.post(f"{one}/remove", data=token)).status_code == 303
    rule = (await client.get(RULES)).json()["items"][0]["rule_id"]
    assert (await client.post(f"/account/notifications/{rule}/remove", data=token)).status_code == 303
    assert (await client.get(RULES)).json()["items"] == []


async def test_the_inbox_and_its_bell(rig: Rig, client: httpx.AsyncClient) -> None:
    await signed_in(rig, client, Tier.PREMIUM)
    await client.post(RULES, json={})
    assert "Nothing here" in (await client.get("/notifications", headers=HTML)).text
    assert (await client.get("/notifications/bell")).text.strip() == ""
    await deliver(rig, client, *(recent(rig, f"s{number}", confidence=80.0) for number in range(3)))
    await fill_notices(rig.services)
    assert "3<span" in (await client.get("/notifications/bell")).text
    page = (await client.get("/notifications?limit=2", headers=HTML)).text
    assert "3 unread" in page
    assert page.count("new signal") == 2
    assert 'rel="next"' in page
    token = {"form_token": form_token(page)}
    assert (await client.post("/notifications/read", data={**token, "number": "3"})).status_code == 303
    assert "2<span" in (await client.get("/notifications/bell")).text
    assert (await client.post("/notifications/read", data=token)).status_code == 303
    assert "You have read everything" in (await client.get("/notifications?unread=true", headers=HTML)).text


class NotingInbox:
    """An empty inbox that notes who asked for its count."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def notices(self, *_given: object, **_named: object) -> tuple[Notice, ...]:
        return ()

    async def unread(self, account_id: str) -> int:
        self.asked.append(account_id)
        return 0

    async def mark_read(self, *_given: object) -> int:
        return 0


async def test_a_page_waits_for_no_count_and_a_visitors_page_has_no_bell(rig: Rig) -> None:
    inbox = NotingInbox()
    records = SeenRecords(rig.store, rig.services.feed.entitlements)
    notices = dataclasses.replace(rig.services.notices, inbox=Inbox(inbox, records, rig.clock))
    noting = dataclasses.replace(rig, services=dataclasses.replace(rig.services, notices=notices))
    async with asked(noting) as reader:
        assert "/notifications/bell" not in (await reader.get("/", headers=HTML)).text
        await signed_in(noting, reader, Tier.FREE)
        for path in ("/", "/pricing", "/dashboard"):
            assert 'hx-get="/notifications/bell"' in (await reader.get(path, headers=HTML)).text
        assert inbox.asked == []
        await reader.get("/notifications/bell")
        assert len(inbox.asked) == 1


async def test_the_jobs_of_a_running_server_do_it_all() -> None:
    rig = rig_of()
    await add_account(rig, "eva@example.com", Tier.PREMIUM)
    async with served(rig) as url, httpx.AsyncClient(base_url=url) as client:
        client.headers["X-CSRF-Token"] = await sign_in(client, "eva@example.com")
        await client.post(RULES, json={"channels": ["webhook", "email"]})
        await client.post(HOOKS, json={"url": URL})
        while await rig.services.notices.ledger.position(Tier.PREMIUM) is None:
            await client.get("/health")
        await deliver(rig, client, recent(rig, "s1", confidence=97.0))
        while not (rig.sender.sent and rig.mailer.sent):
            await client.get("/health")
        metrics = (await client.get("/metrics")).text
    assert 'alpine_webhooks_total{state="delivered"} 1.0' in metrics
    assert rig.mailer.sent[0].subject == "Alpine: BUY AAPL"
    assert "/signals/s1" in rig.mailer.sent[0].text
    assert "/account/notifications" in rig.mailer.sent[0].text


async def test_old_notices_and_calls_go(rig: Rig, client: httpx.AsyncClient) -> None:
    await signed_in(rig, client, Tier.PREMIUM)
    await client.post(RULES, json={})
    await deliver(rig, client, recent(rig, "s1", confidence=97.0))
    await fill_notices(rig.services)
    account = await rig.accounts.by_email("eva@example.com")
    assert account is not None
    left = []
    for days in (90, 1):
        rig.clock.advance(seconds=days * 86_400)
        await remove_old_notices(rig.services)
        left.append(await rig.services.notices.inbox.unread(account))
    assert left == [1, 0]


async def test_what_was_told_is_not_shown_to_a_lower_tier(rig: Rig, client: httpx.AsyncClient) -> None:
    await signed_in(rig, client, Tier.PREMIUM)
    await client.post(RULES, json={})
    await deliver(rig, client, recent(rig, "SECRET-1", confidence=97.0))
    await fill_notices(rig.services)
    account = await rig.accounts.by_email("eva@example.com")
    assert account is not None
    await rig.accounts.put(msgspec.structs.replace(account, tier=Tier.FREE))
    page = (await client.get("/notifications", headers=HTML)).text
    assert "Your tier does not show it now" in page
    assert "SECRET-1" not in page
    assert (await client.get("/api/v1/notifications")).json()["items"][0]["signal"] is None
