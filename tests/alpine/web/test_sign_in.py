"""Sessions: new at each sign-in, unreadable to scripts, ended at sign-out; forms only from our own pages."""

from __future__ import annotations

import hashlib
import re

import httpx
import pytest

from tests.alpine.web.parts import EMAIL, PASSWORD, Rig, add_account, asked, rig_of, sign_in

FORM = {"email": EMAIL, "password": PASSWORD}


def form_token_of(page: str) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


async def sign_in_by_form(client: httpx.AsyncClient, **changed: str) -> httpx.Response:
    token = form_token_of((await client.get("/login")).text)
    return await client.post("/login", data={**FORM, "form_token": token, **changed})


async def test_the_form_signs_in_and_leads_to_where_the_reader_was_going(client: httpx.AsyncClient) -> None:
    wanted = await client.get("/signals?symbol=AAPL", headers={"Accept": "text/html"})
    assert (wanted.status_code, wanted.headers["location"]) == (303, "/login?next=%2Fsignals%3Fsymbol%3DAAPL")
    page = await client.get(wanted.headers["location"])
    assert 'name="next" value="/signals?symbol=AAPL"' in page.text
    answer = await sign_in_by_form(client, next="/signals?symbol=AAPL")
    assert (answer.status_code, answer.headers["location"]) == (303, "/signals?symbol=AAPL")
    assert (await client.get("/signals?symbol=AAPL")).status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"],
)
async def test_signing_in_never_leads_to_another_site(client: httpx.AsyncClient, elsewhere: str) -> None:
    answer = await sign_in_by_form(client, next=elsewhere)
    assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard")


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: httpx.AsyncClient) -> None:
    answer = await sign_in_by_form(client)
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("alpine_session=")
    assert all(part in cookie for part in ("httponly", "samesite=lax", "path=/", "max-age=43200"))
    assert "secure" not in cookie  # loopback over plain http


async def test_beyond_loopback_cookies_travel_over_https_only_and_browsers_are_told_to_stay_there() -> None:
    rig = rig_of(public_url="https://alpine.example")
    await add_account(rig)
    async with asked(rig) as client:
        answer = await client.post("/api/auth/login", json=FORM)
    assert "secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


async def test_over_https_cookies_have_names_that_no_neighbouring_host_can_set() -> None:
    rig = rig_of(public_url="https://127.0.0.1:9001", host="192.0.2.1")
    await add_account(rig)
    async with asked(rig, "https://127.0.0.1:9001") as client:
        page = await client.get("/login")
        form = page.headers["set-cookie"]
        assert form.startswith("__Host-alpine_form=")
        sent = {**FORM, "form_token": form_token_of(page.text)}
        session = (await client.post("/login", data=sent)).headers["set-cookie"]
        assert session.startswith("__Host-alpine_session=")
        # What the prefix asks of both (RFC 6265bis, section 4.1.3.2): secure, for every path, for this host alone.
        for cookie in (form.lower(), session.lower()):
            assert ("; secure" in cookie, "; path=/;" in f"{cookie};", "domain" in cookie) == (True, True, False)
        assert (await client.get("/api/v1/signals/subscribed")).status_code == 200
        token = client.cookies["__Host-alpine_session"]
    async with asked(rig, "https://127.0.0.1:9001") as neighbour:
        # A host below the same domain can set names without the prefix for ours: they count for nothing.
        for planted in ("alpine_session", "__Secure-alpine_session"):
            neighbour.cookies.set(planted, token)
        assert (await neighbour.get("/api/v1/signals/subscribed")).status_code == 401


async def test_a_session_is_not_fixed_by_who_planted_a_cookie(rig: Rig, client: httpx.AsyncClient) -> None:
    client.cookies.set("alpine_session", "attacker-chosen")
    await sign_in(client)
    issued = [cookie.value for cookie in client.cookies.jar if cookie.name == "alpine_session"]
    assert "attacker-chosen" not in issued[-1:]
    async with asked(rig) as attacker:
        attacker.cookies.set("alpine_session", "attacker-chosen")
        assert (await attacker.get("/api/v1/signals/subscribed")).status_code == 401


async def test_every_sign_in_makes_a_new_session_and_ends_the_one_before(rig: Rig, client: httpx.AsyncClient) -> None:
    await sign_in(client)
    first = client.cookies["alpine_session"]
    await sign_in(client)
    second = client.cookies["alpine_session"]
    assert first != second
    async with asked(rig) as other:
        other.cookies.set("alpine_session", first)
        assert (await other.get("/api/v1/signals/subscribed")).status_code == 401


async def test_only_a_hash_of_the_token_is_kept(rig: Rig, client: httpx.AsyncClient) -> None:
    await sign_in(client)
    token = client.cookies["alpine_session"]
    assert len(token) >= 43  # 256 random bits
    assert await rig.sessions.find(token) is None
    assert await rig.sessions.find(hashlib.sha256(token.encode()).hexdigest()) is not None


async def test_signing_out_needs_the_token_and_ends_the_session(client: httpx.AsyncClient) -> None:
    token = await sign_in(client)
    assert (await client.post("/api/auth/logout")).status_code == 403
    assert (await client.post("/api/v1/auth/logout", headers={"X-CSRF-Token": "0" * 64})).status_code == 403
    assert (await client.get("/api/v1/signals/subscribed")).status_code == 200
    kept = client.cookies["alpine_session"]
    ended = await client.post("/api/auth/logout", headers={"X-CSRF-Token": token})
    assert (ended.status_code, ended.headers["clear-site-data"]) == (204, '"cache"')
    client.cookies.set("alpine_session", kept)
    assert (await client.get("/api/v1/signals/subscribed")).status_code == 401


async def test_the_sign_out_button_works_and_a_foreign_one_does_not(client: httpx.AsyncClient) -> None:
    await sign_in(client)
    page = (await client.get("/dashboard")).text
    assert (await client.post("/logout", data={"form_token": "0" * 64})).status_code == 403
    answer = await client.post("/logout", data={"form_token": form_token_of(page)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert answer.headers["clear-site-data"] == '"cache"'  # no way back to a page by the browser's button
    assert (await client.get("/dashboard", headers={"Accept": "text/html"})).status_code == 303


async def test_a_form_of_another_site_signs_nobody_in(client: httpx.AsyncClient) -> None:
    await client.get("/login")
    assert (await client.post("/login", data={**FORM, "form_token": "0" * 64})).status_code == 403
    assert (await client.post("/login", data=FORM)).status_code == 403
    other = form_token_of((await client.get("/login")).text)
    client.cookies.delete("alpine_form")
    assert (await client.post("/login", data={**FORM, "form_token": other})).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_what_a_browser_posts_from_elsewhere_is_refused(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await client.post("/api/auth/login", json=FORM, headers=headers)
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


async def test_a_simple_request_cannot_pose_as_json(client: httpx.AsyncClient) -> None:
    body = '{"email": "ada@example.com", "password": "correct horse"}'
    answer = await client.post("/api/auth/login", content=body, headers={"Content-Type": "text/plain"})
    assert (answer.status_code, "set-cookie" in answer.headers) == (400, False)


async def test_a_wrong_password_and_an_unknown_name_are_answered_alike(client: httpx.AsyncClient) -> None:
    wrong = await client.post("/api/auth/login", json={**FORM, "password": "wrong horse"})
    unknown = await client.post("/api/auth/login", json={**FORM, "email": "eve@example.com"})
    assert (wrong.status_code, wrong.content) == (401, unknown.content)
    by_form = await sign_in_by_form(client, password="wrong horse")
    assert by_form.status_code == 401
    assert "do not match" in by_form.text
    assert 'value="ada@example.com"' in by_form.text
    assert "wrong horse" not in by_form.text


async def test_a_session_ends_after_its_hours(rig: Rig, client: httpx.AsyncClient) -> None:
    await sign_in(client)
    for _ in range(12):
        rig.clock.advance(seconds=3599)
        assert (await client.get("/api/v1/signals/subscribed")).status_code == 200
    rig.clock.advance(seconds=11)
    assert (await client.get("/api/v1/signals/subscribed")).status_code == 200
    rig.clock.advance(seconds=1)
    assert (await client.get("/api/v1/signals/subscribed")).status_code == 401


async def test_a_session_that_nobody_used_for_an_hour_has_ended(rig: Rig, client: httpx.AsyncClient) -> None:
    await sign_in(client)
    rig.clock.advance(seconds=3600)
    assert (await client.get("/api/v1/signals/subscribed")).status_code == 401


async def test_the_operator_says_how_long_a_session_may_be_idle() -> None:
    rig = rig_of(session_idle_minutes=4)
    await add_account(rig)
    async with asked(rig) as client:
        await sign_in(client)
        for seconds, status in ((100, 200), (239, 200), (240, 401)):
            rig.clock.advance(seconds=seconds)
            assert (await client.get("/api/v1/signals/subscribed")).status_code == status


async def test_attempts_from_one_address_are_limited() -> None:
    rig = rig_of(sign_in_per_minute=1)
    async with asked(rig) as client:
        answers = [await client.post("/api/auth/login", json=FORM) for _ in range(30)]
    assert {answer.status_code for answer in answers} == {401, 429}
    assert answers[-1].headers["retry-after"].isdecimal()


async def test_the_demonstrations_token_stands_in_for_its_account() -> None:
    settings = {"demo_token": "demo-token-of-this-run"}
    from alpine_web.demo_account import seed_demo_account
    from alpine_web.settings import DemoAccount

    rig = rig_of(demo_account=DemoAccount("Demo@example.com", "demo"), **settings)
    await seed_demo_account(rig.services)
    async with asked(rig) as client:
        for token, status in (("demo-token-of-this-run", 200), ("demo-token-of-this-ruN", 401), ("", 401)):
            answer = await client.get("/api/v1/signals/subscribed", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == status
        await client.post("/api/auth/login", json={"email": "demo@example.com", "password": "demo"})
        assert (await client.get("/dashboard")).status_code == 200
    seeded = await rig.accounts.accounts()
    await seed_demo_account(rig.services)
    assert await rig.accounts.accounts() == seeded


@pytest.mark.parametrize(
    ("asked_for", "after"),
    [
        ("/simulator?symbols=" + "A%2C" * 160, "/simulator"),
        ("/signals/" + "x" * 600, "/dashboard"),
        ("/signals?search=" + "x" * 60, "/signals?search=" + "x" * 60),
    ],
)
async def test_a_long_address_leads_to_the_form_all_the_same(asked_for: str, after: str) -> None:
    async with asked(rig_of()) as client:
        asked_to = await client.get(asked_for, headers={"Accept": "text/html"})
        assert asked_to.status_code == 303
        form = await client.get(asked_to.headers["location"], headers={"Accept": "text/html"})
        assert form.status_code == 200
        assert f'name="next" value="{after}"' in form.text
