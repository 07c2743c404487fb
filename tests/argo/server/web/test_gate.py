"""Who may ask, under which name, and what a browser may do with the answer."""

from __future__ import annotations

import asyncio
import base64
from typing import Any, cast

import httpx
import pytest

from argo_core.errors import ConfigError
from argo_server.settings.shape import Server
from argo_server.web.app import create_app
from argo_server.web.gate import Gate
from tests.argo.server.web.conftest import Client
from tests.argo.server.web.parts import client_of, services_after

BEYOND = Server(host="192.0.2.7", console_password="correct horse")


def basic(password: str, user: str = "operator") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


@pytest.mark.parametrize("host", ["127.0.0.1:7999", "localhost", "LOCALHOST:1", "[::1]:7999", "[::1]"])
async def test_loopback_names_are_answered(client: Client, host: str) -> None:
    assert (await client.get("/health", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "attacker.example",
        "127.0.0.1.attacker.example",
        "localhost.attacker.example:7999",
        "192.0.2.7",
        "127.0.0.1@attacker.example",
        "127.0.0.1:7999.attacker.example",
        "[::2]",
        "a:b:c",
    ],
)
async def test_a_rebound_name_is_refused(client: Client, host: str) -> None:
    answer = await client.get("/api/v1/signals", headers={"Host": host})
    assert (answer.status_code, answer.headers["content-type"]) == (421, "application/problem+json")


async def test_the_configured_host_is_answered_and_others_are_not() -> None:
    async with client_of(await services_after([], BEYOND)) as client:
        known = await client.get("/health", headers={"Host": "192.0.2.7:7999"})
        other = await client.get("/health", headers={"Host": "198.51.100.1:7999"})
    assert (known.status_code, other.status_code) == (200, 421)


async def test_on_every_interface_addresses_are_answered_and_names_are_not() -> None:
    async with client_of(await services_after([], Server(host="0.0.0.0", console_password="x"))) as client:
        address = await client.get("/health", headers={"Host": "192.0.2.7:7999"})
        name = await client.get("/health", headers={"Host": "attacker.example"})
    assert (address.status_code, name.status_code) == (200, 421)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "argo.example"])
async def test_an_address_beyond_loopback_without_a_password_does_not_start(host: str) -> None:
    services = await services_after([], Server(host=host))
    with pytest.raises(ConfigError, match=r"server\.console_password"):
        create_app(services)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
async def test_loopback_needs_no_password(host: str) -> None:
    assert create_app(await services_after([], Server(host=host))) is not None


@pytest.mark.parametrize(
    "path", ["/", "/api/v1/signals", "/metrics", "/api/v1/health", "/static/brand.css", "/schema", "/no"]
)
async def test_beyond_loopback_everything_but_liveness_asks_for_the_password(path: str) -> None:
    async with client_of(await services_after([], BEYOND)) as client:
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
        assert answer.headers["www-authenticate"].startswith("Basic realm=")
        assert (await client.get("/health")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        basic("wrong"),
        basic(""),
        basic("correct horse "),
        {"Authorization": basic("correct horse")["Authorization"].replace("Basic", "Digest")},
        {"Authorization": "Bearer correct horse"},
        {"Authorization": "Basic correct horse"},
        {"Authorization": "Basic ////"},
        {"Authorization": "Basic \u00e4"},
        {"Authorization": "Basic"},
    ],
)
async def test_a_wrong_credential_is_refused(headers: dict[str, str]) -> None:
    async with client_of(await services_after([], BEYOND)) as client:
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        assert (await client.get("/", headers=encoded)).status_code == 401


async def test_the_password_opens_every_page() -> None:
    async with client_of(await services_after([], BEYOND)) as client:
        assert (await client.get("/", headers=basic("correct horse"))).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/health", "/api/v1/signals", "/static/console.css", "/nowhere", "/api/v1/signals?x=1"]
)
async def test_every_answer_carries_the_security_headers(client: Client, path: str) -> None:
    headers = (await client.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"


async def test_answers_are_not_stored_but_static_files_are_revalidated(client: Client) -> None:
    assert (await client.get("/api/v1/signals")).headers["cache-control"] == "no-store"
    first = await client.get("/static/brand.css")
    again = await client.get("/static/brand.css", headers={"If-None-Match": first.headers["etag"]})
    assert (first.headers["cache-control"], again.status_code, again.content) == ("no-cache", 304, b"")


class Ticks:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_after_ten_wrong_passwords_a_client_waits_even_with_the_right_one() -> None:
    ticks = Ticks()
    app = create_app(await services_after([], BEYOND))
    app.asgi_handler = Gate(app.asgi_handler, BEYOND, ticks)
    transport = httpx.ASGITransport(app=cast(Any, app), client=("192.0.2.9", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://192.0.2.7") as client:
        wrong = [(await client.get("/signals", headers=basic(f"guess {n}"))).status_code for n in range(10)]
        held = await client.get("/signals", headers=basic("correct horse"))
        ticks.now = 61.0
        late = await client.get("/signals", headers=basic("correct horse"))
    assert (set(wrong), held.status_code, held.headers["retry-after"], late.status_code) == ({401}, 429, "60", 200)


async def test_asking_without_a_password_is_no_guess() -> None:
    async with client_of(await services_after([], BEYOND)) as client:
        answers = [(await client.get("/signals", headers={"Host": "192.0.2.7"})).status_code for _ in range(12)]
        right = await client.get("/signals", headers={"Host": "192.0.2.7", **basic("correct horse")})
    assert (set(answers), right.status_code) == ({401}, 200)


@pytest.mark.parametrize("path", ["/", "/signals", "/api/v1/signals", "/health", "/static/brand.css"])
async def test_head_answers_as_get_does_without_a_body(client: Client, path: str) -> None:
    head, get = await client.request("HEAD", path), await client.get(path)
    assert (head.status_code, head.headers["content-type"], head.content) == (200, get.headers["content-type"], b"")
    assert head.headers["content-length"] == str(len(get.content))


async def test_head_of_the_live_stream_ends(client: Client) -> None:
    head = await asyncio.wait_for(client.request("HEAD", "/console/stream"), 5)
    assert (head.status_code, head.content) == (200, b"")
