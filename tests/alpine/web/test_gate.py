"""What every answer carries, and which names the server answers to."""

from __future__ import annotations

import httpx
import pytest

from tests.alpine.web.parts import SYNC, asked, rig_of, sign_in

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@pytest.mark.parametrize("path", ["/", "/login", "/health", "/nowhere", "/static/app.css", f"{SYNC}/health", "/schema"])
async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "server" not in headers


async def test_no_page_holds_a_script_or_a_style_of_its_own(client: httpx.AsyncClient) -> None:
    await sign_in(client)
    for path in ("/", "/login", "/dashboard", "/signals"):
        page = (await client.get(path)).text.lower()
        assert page.count("<script") == page.count("<script src=") + page.count('<script type="module" src=')
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil:9001", "10.0.0.1"])
async def test_another_host_name_is_misdirected(client: httpx.AsyncClient, host: str) -> None:
    answer = await client.get("/health", headers={"Host": host})
    assert (answer.status_code, answer.headers["content-type"]) == (421, "application/problem+json")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:9001", "[::1]:9001", "ALPINE.example", "alpine.example:443"])
async def test_our_own_names_are_answered(host: str) -> None:
    async with asked(rig_of(public_url="https://alpine.example")) as client:
        assert (await client.get("/health", headers={"Host": host})).status_code == 200


async def test_pages_are_not_kept_and_files_are_for_as_long_as_their_version(client: httpx.AsyncClient) -> None:
    page = await client.get("/")
    assert page.headers["cache-control"] == "no-store"
    address = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
    kept = await client.get(address)
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    plain = await client.get(address.split("?")[0])
    assert plain.headers["cache-control"] == "no-cache"
    again = await client.get(address.split("?")[0], headers={"If-None-Match": plain.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/vendor", "/static/", "/static/x"]
)
async def test_nothing_but_static_files_is_served_from_there(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(client: httpx.AsyncClient) -> None:
    page = await client.get("/nowhere", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Not Found" in page.text
    problem = await client.get("/nowhere")
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["type"] == "about:blank"
    assert problem.json()["status"] == 404


@pytest.mark.parametrize("origin", ["http://[", "//[", "https://a]b", "null", "http://[::1", "\x80"])
async def test_an_origin_that_is_none_is_a_foreign_one(client: httpx.AsyncClient, origin: str) -> None:
    answer = await client.post("/login", headers=[(b"origin", origin.encode("latin-1"))], content=b"")
    assert (answer.status_code, answer.headers["x-frame-options"]) == (403, "DENY")


@pytest.mark.parametrize("path", ["/", "/login", "/api/auth/login", "/static/app.css", "/stream/signals"])
async def test_nothing_is_echoed_by_trace(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.request("TRACE", path, headers={"X-Echo": "seen"})
    assert (answer.status_code, "seen" in answer.text) == (405, False)
