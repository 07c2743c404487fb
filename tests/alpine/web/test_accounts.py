"""Accounts over HTTP, by pages and by JSON: from sign-up to a second factor, and what strangers cannot learn."""

from __future__ import annotations

import re

import httpx
import pyotp
import pytest

from alpine_core.model import Tier
from alpine_web.jobs.running import remove_ended_sessions, send_mails
from tests.alpine.web.parts import EMAIL, PASSWORD, Rig, add_account, asked, rig_of, sign_in

NEW, GOOD = "bob@example.com", "several words of my own"
ME = "/api/v1/users/me"


def token_of(page: str) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def link_of(rig: Rig) -> str:
    """The path and query of the link in the newest mail."""
    text = rig.outbox.rows[max(rig.outbox.rows)].mail.text
    found = re.search(r"http://127\.0\.0\.1:9001(/\S+\?token=\S+)", text)
    assert found is not None, text
    return found[1]


def code(rig: Rig, secret: str) -> str:
    return pyotp.TOTP(secret).at(rig.clock.now())


async def post(client: httpx.AsyncClient, page: str, path: str, **fields: str) -> httpx.Response:
    """Open the page and send its form."""
    token = token_of((await client.get(page)).text)
    return await client.post(path, data={"form_token": token, **fields})


async def with_factor(rig: Rig, client: httpx.AsyncClient) -> tuple[str, list[str], str]:
    """Secret, recovery codes and token for changes of a client that has signed in and set one up."""
    headers = {"X-CSRF-Token": await sign_in(client)}
    setup = await client.post("/api/auth/2fa/enable", json={"password": PASSWORD}, headers=headers)
    secret = setup.json()["secret"]
    assert setup.json()["uri"].startswith("otpauth://totp/Alpine:ada%40example.com?secret=")
    done = await client.post("/api/v1/auth/2fa/verify", json={"code": code(rig, secret)}, headers=headers)
    assert done.status_code == 200, done.text
    rig.clock.advance(seconds=30)
    return secret, done.json()["recovery_codes"], headers["X-CSRF-Token"]


async def test_a_visitor_signs_up_confirms_and_signs_in_by_pages(rig: Rig, client: httpx.AsyncClient) -> None:
    sent = await post(client, "/signup", "/signup", email=NEW, password=GOOD)
    assert (sent.status_code, "mail is on its way" in sent.text) == (200, True)
    early = await post(client, "/login", "/login", email=NEW, password=GOOD)
    assert (early.status_code, "not confirmed yet" in early.text) == (401, True)
    link = link_of(rig)
    assert (await client.get(link)).status_code == 200  # a filter that follows links confirms nothing
    confirmed = await post(client, link, "/verify-email", token=link.partition("=")[2])
    assert "The address is confirmed" in confirmed.text
    again = await post(client, link, "/verify-email", token=link.partition("=")[2])
    assert (again.status_code, "used before" in again.text) == (422, True)
    entered = await post(client, "/login", "/login", email=NEW, password=GOOD)
    assert (entered.status_code, entered.headers["location"]) == (303, "/dashboard")
    who = (await client.get(ME)).json()
    assert (who["email"], who["tier"], who["email_verified"], who["second_factor"]) == (NEW, "free", True, False)


@pytest.mark.parametrize("act", ["signup", "password-reset"])
async def test_a_taken_and_a_free_address_answer_the_same_bytes(rig: Rig, client: httpx.AsyncClient, act: str) -> None:
    body = {"password": GOOD} if act == "signup" else {}
    answers = [await client.post(f"/api/auth/{act}", json={"email": email, **body}) for email in (EMAIL, NEW)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].content == answers[1].content
    assert answers[0].headers == answers[1].headers
    page, fields = ("/signup", body) if act == "signup" else ("/reset", {})
    pages = [await post(client, page, page, email=email, **fields) for email in (EMAIL, "eve@example.com")]
    assert (pages[0].status_code, pages[0].content) == (200, pages[1].content)
    assert [row.mail.recipient for row in rig.outbox.rows.values()].count(EMAIL) == 2


async def test_unknown_wrong_and_unconfirmed_answer_the_same_bytes(rig: Rig, client: httpx.AsyncClient) -> None:
    await client.post("/api/auth/signup", json={"email": NEW, "password": GOOD})
    given = [(EMAIL, "a wrong password"), ("eve@example.com", GOOD), (NEW, GOOD)]
    answers = [await client.post("/api/auth/login", json={"email": who, "password": word}) for who, word in given]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert len({answer.content for answer in answers}) == 1


async def test_a_reset_by_pages_ends_sessions_and_a_weak_password_leaves_the_link_good(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await sign_in(client)
    async with asked(rig) as other:
        await post(other, "/reset", "/reset", email=EMAIL)
        link = link_of(rig)
        token = link.partition("=")[2]
        weak = await post(other, link, "/reset/password", token=token, password="password1234")
        assert (weak.status_code, f'value="{token}"' in weak.text) == (422, True)
        assert (
            "every session has ended" in (await post(other, link, "/reset/password", token=token, password=GOOD)).text
        )
    assert (await client.get(ME)).status_code == 401
    answer = await client.post("/api/auth/login", json={"email": EMAIL, "password": GOOD})
    assert answer.status_code == 200


async def test_a_second_factor_by_json_stands_before_every_session(rig: Rig, client: httpx.AsyncClient) -> None:
    secret, codes, _ = await with_factor(rig, client)
    assert (await client.get(ME)).json()["second_factor"] is True
    async with asked(rig) as other:
        first = await other.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD})
        assert (first.status_code, "set-cookie" in first.headers) == (200, False)
        ticket = first.json()["ticket"]
        wrong = await other.post("/api/auth/2fa/verify", json={"ticket": ticket, "code": "000000"})
        assert (wrong.status_code, "set-cookie" in wrong.headers) == (401, False)
        other.cookies.set("alpine_session", ticket)
        assert (await other.get(ME)).status_code == 401
        other.cookies.clear()
        right = await other.post("/api/auth/2fa/verify", json={"ticket": ticket, "code": code(rig, secret)})
        assert (right.status_code, right.json()["email"]) == (200, EMAIL)
        assert (await other.get(ME)).status_code == 200
    async with asked(rig) as third:
        ticket = (await third.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD})).json()["ticket"]
        answer = await third.post("/api/v1/auth/2fa/verify", json={"ticket": ticket, "code": codes[0]})
        assert answer.status_code == 200


async def test_disabling_by_json_needs_token_password_and_code(rig: Rig, client: httpx.AsyncClient) -> None:
    secret, _, token = await with_factor(rig, client)
    path, good = "/api/auth/2fa/disable", {"password": PASSWORD, "code": code(rig, secret)}
    assert (await client.post(path, json=good)).status_code == 403
    headers = {"X-CSRF-Token": token}
    refused = await client.post(path, json={**good, "password": "wrong"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_password")
    refused = await client.post(path, json={**good, "code": "000000"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_code")
    assert (await client.post(path, json=good, headers=headers)).json() == {"status": "done"}
    await sign_in(client)


async def test_a_second_factor_by_pages(rig: Rig, client: httpx.AsyncClient) -> None:
    await sign_in(client)
    begun = await post(client, "/account", "/account/second-factor", password=PASSWORD)
    assert (begun.status_code, begun.headers["location"]) == (303, "/account/second-factor")
    page = (await client.get("/account/second-factor")).text
    assert '<svg role="img" aria-label="The secret as a QR code' in page
    assert "style=" not in page
    found = re.search(r"Secret: <code>([A-Z2-7 ]+)</code>", page)
    assert found is not None
    secret = found[1].replace(" ", "")
    confirm = "/account/second-factor/confirm"
    wrong = await post(client, "/account/second-factor", confirm, code="000000")
    assert (wrong.status_code, "does not fit" in wrong.text) == (403, True)
    shown = await post(client, "/account/second-factor", confirm, code=code(rig, secret))
    codes = re.findall(r"<li>((?:[a-z2-7]{4}-){5}[a-z2-7]{4})</li>", shown.text)
    assert len(codes) == 10
    assert (await client.get("/account/second-factor")).headers[
        "location"
    ] == "/account"  # the secret is not shown again
    assert codes[0] not in (await client.get("/account")).text
    rig.clock.advance(seconds=30)
    async with asked(rig) as other:
        step = await post(other, "/login", "/login", email=EMAIL, password=PASSWORD, next="/signals")
        found = re.search(r'name="ticket" value="([\w-]{43})"', step.text)
        assert (step.status_code, found is not None) == (200, True)
        assert found is not None
        fields = {"form_token": token_of(step.text), "ticket": found[1], "next": "/signals"}
        wrong = await other.post("/login/code", data={**fields, "code": "000000"})
        assert (wrong.status_code, "alpine_session" in wrong.headers["set-cookie"]) == (401, False)
        entered = await other.post("/login/code", data={**fields, "code": codes[1]})
        assert (entered.status_code, entered.headers["location"]) == (303, "/signals")
        late = await other.post("/login/code", data={**fields, "code": codes[2]})
        assert (late.status_code, "begin again" in late.text) == (401, True)
        renewed = await post(
            other, "/account", "/account/second-factor/codes", password=PASSWORD, code=code(rig, secret)
        )
        assert len(re.findall(r"<li>[a-z2-7-]{29}</li>", renewed.text)) == 10
        rig.clock.advance(seconds=30)
        disable = "/account/second-factor/disable"
        gone = await post(other, "/account", disable, password=PASSWORD, code=code(rig, secret))
        assert gone.headers["location"] == "/account?done=second-factor"


async def test_password_address_and_name_are_changed_by_pages(rig: Rig, client: httpx.AsyncClient) -> None:
    await sign_in(client)
    wrong = await post(client, "/account", "/account/password", password="wrong", new_password=GOOD)
    assert (wrong.status_code, "does not match" in wrong.text) == (403, True)
    done = await post(client, "/account", "/account/password", password=PASSWORD, new_password=GOOD)
    assert done.headers["location"] == "/account?done=password"
    assert "other sessions have ended" in (await client.get(done.headers["location"])).text
    await post(client, "/account", "/account/profile", display_name=" Ada <b> ")
    assert "Ada &lt;b&gt;" in (await client.get("/account")).text
    asked_for = await post(client, "/account", "/account/email", password=GOOD, email=NEW)
    assert asked_for.headers["location"] == "/account?done=email"
    link = link_of(rig)
    async with asked(rig) as other:
        await post(other, link, "/verify-email", token=link.partition("=")[2])
    assert (await client.get(ME)).json()["email"] == NEW


async def test_sessions_are_shown_and_ended(rig: Rig, client: httpx.AsyncClient) -> None:
    await sign_in(client)
    async with asked(rig) as other:
        await other.post(
            "/api/auth/login", json={"email": EMAIL, "password": PASSWORD}, headers={"User-Agent": "<i>other</i>"}
        )
        page = (await client.get("/account")).text
        assert ("&lt;i&gt;other&lt;/i&gt;" in page, page.count("this one")) == (True, 1)
        (handle,) = re.findall(r'name="handle" value="([0-9a-f]{16})"', page)
        await add_account(rig, "eve@example.com", Tier.FREE)
        async with asked(rig) as eve:
            await sign_in(eve, "eve@example.com")
            await post(eve, "/account", "/account/sessions/revoke", handle=handle)
        assert (await other.get(ME)).status_code == 200
        done = await post(client, "/account", "/account/sessions/revoke", handle=handle)
        assert done.headers["location"] == "/account?done=sessions"
        assert (await other.get(ME)).status_code == 401
        await sign_in(other)
        await post(client, "/account", "/account/sessions/revoke-others")
        assert (await other.get(ME)).status_code == 401
    assert (await client.get(ME)).status_code == 200


async def test_everyone_sees_their_own_log_page_by_page(rig: Rig, client: httpx.AsyncClient) -> None:
    await add_account(rig, "eve@example.com", Tier.FREE)
    async with asked(rig) as eve:
        await eve.post(
            "/api/auth/login", json={"email": "eve@example.com", "password": "wrong"}, headers={"User-Agent": "E"}
        )
    for _ in range(27):
        await sign_in(client)
        rig.clock.advance(seconds=60)
    page = (await client.get("/account/security")).text
    assert (page.count("<td>Signed in</td>") + page.count("<td>Signed out</td>"), "Sign-in refused" in page) == (
        50,
        False,
    )
    older = re.search(r'href="(/account/security\?before=\d+)"', page)
    assert older is not None
    assert (await client.get(older[1])).text.count("<td>Signed in</td>") == 2
    assert (await client.get("/account/security?before=x")).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/account/profile",
        "/account/password",
        "/account/email",
        "/account/second-factor",
        "/account/second-factor/confirm",
        "/account/second-factor/codes",
        "/account/second-factor/disable",
        "/account/sessions/revoke",
        "/account/sessions/revoke-others",
    ],
)
async def test_every_act_needs_a_session_and_the_pages_own_token(client: httpx.AsyncClient, path: str) -> None:
    fields = {"password": PASSWORD, "new_password": GOOD, "email": NEW, "code": "000000", "handle": "0" * 16}
    wanted = {
        "profile": [],
        "password": ["password", "new_password"],
        "email": ["password", "email"],
        "second-factor": ["password"],
        "confirm": ["code"],
        "codes": ["password", "code"],
        "disable": ["password", "code"],
        "revoke": ["handle"],
        "revoke-others": [],
    }[path.rpartition("/")[2]]
    given = {name: fields[name] for name in wanted}
    assert (await client.post(path, data={**given, "form_token": "0" * 64})).status_code == 401
    await sign_in(client)
    assert (await client.post(path, data=given)).status_code == 403
    assert (await client.post(path, data={**given, "form_token": "0" * 64})).status_code == 403


@pytest.mark.parametrize("path", ["/signup", "/reset", "/verify-email", "/reset/password", "/login/code"])
async def test_forms_of_visitors_need_their_token_too(client: httpx.AsyncClient, path: str) -> None:
    fields = {
        "/signup": {"email": NEW, "password": GOOD},
        "/reset": {"email": NEW},
        "/verify-email": {"token": "x"},
        "/reset/password": {"token": "x", "password": GOOD},
        "/login/code": {"ticket": "x", "code": "1"},
    }[path]
    assert (await client.post(path, data={**fields, "form_token": "0" * 64})).status_code == 403


async def test_an_address_can_be_made_to_get_five_mails_and_then_one_a_minute_known_or_not() -> None:
    rig = rig_of()
    await add_account(rig)
    async with asked(rig) as client:
        for email in (EMAIL, "nobody@example.com"):
            answers = [await client.post("/api/auth/password-reset", json={"email": email}) for _ in range(7)]
            assert [answer.status_code for answer in answers][:6] == [202] * 5 + [429]


async def test_names_are_changed_by_json(client: httpx.AsyncClient) -> None:
    headers = {"X-CSRF-Token": await sign_in(client)}
    assert (await client.patch(ME, json={"display_name": "Ada"})).status_code == 403
    changed = await client.patch(ME, json={"display_name": " Ada "}, headers=headers)
    assert (changed.status_code, changed.json()["display_name"]) == (200, "Ada")
    assert (await client.patch(ME, json={"tier": "premium"}, headers=headers)).status_code == 400
    bad = await client.patch(ME, json={"display_name": "a\nb"}, headers=headers)
    assert (bad.status_code, bad.json()["code"]) == (422, "bad_name")
    assert (await client.get(ME)).json()["display_name"] == "Ada"


async def test_the_job_sends_what_waits_and_cleans_up(rig: Rig, client: httpx.AsyncClient) -> None:
    await client.post("/api/auth/password-reset", json={"email": EMAIL})
    await send_mails(rig.services)
    (mail,) = rig.mailer.sent
    assert (mail.recipient, mail.subject) == (EMAIL, "Alpine: Set a new password")
    assert "http://127.0.0.1:9001/reset?token=" in mail.text
    assert '<a href="http://127.0.0.1:9001/reset?token=' in mail.html
    assert re.fullmatch(r"<[0-9a-f]{32}@alpine\.localhost>", mail.message_id)
    assert rig.outbox.rows[1].mail.text == ""
    rig.clock.advance(seconds=31 * 86_400)
    await remove_ended_sessions(rig.services)
    assert (rig.acts.tokens, rig.outbox.rows) == ({}, {})


async def test_links_lead_to_the_public_address() -> None:
    rig = rig_of(public_url="https://alpine.example/")
    await add_account(rig)
    async with asked(rig) as client:
        await client.post("/api/auth/password-reset", json={"email": EMAIL})
    assert "\nhttps://alpine.example/reset?token=" in rig.outbox.rows[1].mail.text
    assert rig.outbox.rows[1].mail.message_id.endswith("@alpine.example>")
