"""Other sites' scripts reach the API only if an operator names them, and never with cookies."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from alpine_core.errors import OperatorError
from tests.alpine.web.parts import add_account, asked, rig_of, settings_of, sign_in

APP = "https://app.example.com"
LIST = "/api/v1/signals/subscribed"


@pytest.fixture
async def open_to_app() -> AsyncIterator[httpx.AsyncClient]:
    rig = rig_of(cors_origins=(APP,))
    await add_account(rig)
    async with asked(rig) as client:
        yield client


async def test_by_default_no_site_is_let_in(client: httpx.AsyncClient) -> None:
    for method in ("GET", "OPTIONS"):
        answer = await client.request(method, LIST, headers={"Origin": APP, "Access-Control-Request-Method": "GET"})
        assert [name for name in answer.headers if name.startswith("access-control")] == []


async def test_a_named_site_may_ask_the_api_and_nothing_else(open_to_app: httpx.AsyncClient) -> None:
    asking = {"Origin": APP, "Access-Control-Request-Method": "GET"}
    before = await open_to_app.options(LIST, headers=asking)
    assert (before.status_code, before.headers["access-control-allow-origin"]) == (204, APP)
    assert before.headers["access-control-allow-headers"] == "authorization, content-type"
    for path in ("/", "/dashboard", "/login"):
        answer = await open_to_app.get(path, headers={"Origin": APP})
        assert "access-control-allow-origin" not in answer.headers, path
    for origin in ("https://evil.example.com", "null", f"{APP}.evil.example"):
        answer = await open_to_app.get(LIST, headers={"Origin": origin})
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers["vary"] == "Origin"


async def test_cookies_of_a_named_site_do_not_count(open_to_app: httpx.AsyncClient) -> None:
    token = await sign_in(open_to_app)
    assert (await open_to_app.get(LIST)).status_code == 200
    answer = await open_to_app.get(LIST, headers={"Origin": APP})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (401, APP)
    assert "access-control-allow-credentials" not in answer.headers
    made = await open_to_app.post("/api/v1/api-keys", json={"name": "k"}, headers={"X-CSRF-Token": token})
    text = made.json()["text"]
    by_key = await open_to_app.get(LIST, headers={"Origin": APP, "Authorization": f"Bearer {text}"})
    assert by_key.status_code == 200


async def test_posts_of_other_sites_are_still_refused(open_to_app: httpx.AsyncClient) -> None:
    for origin, path, status in (("https://evil.example.com", "/api/auth/login", 403), (APP, "/login", 403)):
        answer = await open_to_app.post(path, json={}, headers={"Origin": origin})
        assert answer.status_code == status


@pytest.mark.parametrize("origin", ["*", "app.example.com", "https://app.example.com/", "ftp://a", "https://", "null"])
def test_an_origin_that_is_none_is_refused_at_the_start(origin: str) -> None:
    with pytest.raises(OperatorError, match="ALPINE_CORS_ORIGINS"):
        settings_of(cors_origins=(origin,))
