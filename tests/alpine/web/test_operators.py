"""Live counts are for who runs the server: a stranger could tell from them when something was issued."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from alpine_core.model import Tier
from alpine_web.settings import DemoAccount
from alpine_web.web.app import create_app
from tests.alpine.web.parts import BASE, Rig, asked, deliver, recent, rig_of

STRANGER = ("203.0.113.9", 4711)
TOKEN = "3c" * 32


@asynccontextmanager
async def asked_from(rig: Rig, client: tuple[str, int], base: str = BASE) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(rig.services), client=client)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=base) as opened:
        yield opened


async def told(client: httpx.AsyncClient, **headers: str) -> tuple[int | None, int | None, int]:
    """Records and alarms of /health, and the status of /metrics."""
    health = (await client.get("/health", headers=headers)).json()
    assert health["status"] == "healthy"
    return health["records"], health["alarms"], (await client.get("/metrics", headers=headers)).status_code


async def test_this_machine_is_told_and_a_stranger_is_not() -> None:
    rig = rig_of()
    async with asked(rig) as client:
        await deliver(rig, client, recent(rig, "SIG-1"))
        assert await told(client) == (1, 0, 200)
    async with asked_from(rig, STRANGER) as client:
        assert await told(client) == (None, None, 403)
    async with asked_from(rig, ("::1", 1)) as client:
        assert await told(client) == (1, 0, 200)


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
async def test_a_proxy_on_this_machine_speaks_for_strangers(name: str) -> None:
    async with asked(rig_of()) as client:
        assert await told(client, **{name: "203.0.113.9"}) == (None, None, 403)


async def test_behind_a_public_address_only_the_token_tells() -> None:
    rig = rig_of(public_url="https://alpine.example", metrics_token=TOKEN)
    async with asked(rig) as client:
        assert await told(client) == (None, None, 403)
        assert await told(client, Authorization="Bearer " + "0" * 64) == (None, None, 403)
        assert await told(client, Authorization=f"Bearer {TOKEN}") == (0, 0, 200)
    async with asked_from(rig, STRANGER, "https://alpine.example") as client:
        assert await told(client, Authorization=f"Bearer {TOKEN}") == (0, 0, 200)


async def test_the_demonstrations_account_is_for_this_machine() -> None:
    demo = DemoAccount("demo@alpine.localhost", "demonstration")
    rig = rig_of(demo_account=demo, demo_token="hush")
    await rig.services.enrolment.create(demo.email, demo.password + " of ours", Tier.PREMIUM)
    known = await rig.accounts.by_email(demo.email)
    assert known is not None
    given = {"email": f" {demo.email.upper()} ", "password": demo.password + " of ours"}
    async with asked(rig) as client:
        assert (await client.post("/api/auth/login", json=given)).status_code == 200
        client.cookies.clear()
        bearer = {"Authorization": "Bearer hush"}
        assert (await client.get("/api/v1/signals/subscribed", headers=bearer)).status_code == 200
        through = {"X-Forwarded-For": "203.0.113.9"}
        assert (await client.post("/api/auth/login", json=given, headers=through)).status_code == 401
    async with asked_from(rig, STRANGER) as client:
        assert (await client.post("/api/auth/login", json=given)).status_code == 401
        assert (await client.get("/api/v1/signals/subscribed", headers=bearer)).status_code == 401


@pytest.mark.parametrize(
    ("base", "secure"),
    [("http://127.0.0.1:9001", False), ("http://localhost:9001", False), ("https://localhost:9001", True)],
)
async def test_cookies_travel_in_the_open_on_this_machine_only(base: str, secure: bool) -> None:
    async with asked_from(rig_of(), ("127.0.0.1", 1), base) as client:
        cookie = (await client.get("/login")).headers["set-cookie"]
    assert ("Secure" in cookie) is secure
