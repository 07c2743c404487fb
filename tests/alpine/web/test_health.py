"""Health, metrics and the description of the API."""

from __future__ import annotations

from typing import Any

import httpx

from alpine_core.errors import StoreError
from alpine_core.testing.memory_store import MemoryStore
from tests.alpine.web.parts import AUTHORISED, SYNC, Rig, asked, deliver, recent, rig_of


async def test_a_working_server_is_healthy(rig: Rig, client: httpx.AsyncClient) -> None:
    rig.clock.advance(seconds=12.5)
    told = (await client.get("/health")).json()
    assert told == {
        "status": "healthy",
        "service": "alpine",
        "version": "0.1.0",
        "uptime_seconds": 12.5,
        "database": "memory",
        "records": 0,
        "taking_deliveries": True,
    }


class LostStore(MemoryStore):
    """Its reading fails."""

    async def newest_cursor(self) -> int:
        raise StoreError("gone")


async def test_without_its_database_it_is_degraded_and_503() -> None:
    async with asked(rig_of(store=LostStore())) as client:
        answer = await client.get("/health")
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, told["status"], told["records"], told["taking_deliveries"]) == (
        503,
        "degraded",
        None,
        False,
    )


async def test_metrics_count_what_was_delivered(rig: Rig, client: httpx.AsyncClient) -> None:
    await deliver(client, recent(rig, "SIG-1"), recent(rig, "SIG-2"))
    await client.post(f"{SYNC}/signal", json=recent(rig, "SIG-1"), headers=AUTHORISED)
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert 'alpine_deliveries_total{kind="signal",status="accepted"} 2.0' in lines
    assert 'alpine_deliveries_total{kind="signal",status="duplicate"} 1.0' in lines
    assert "alpine_records 2.0" in lines


async def test_the_description_names_every_fixed_route(client: httpx.AsyncClient) -> None:
    told = (await client.get("/schema")).json()
    assert told["openapi"].startswith("3.1")
    assert {
        "/api/v1/external-signals/sync/signal",
        "/api/v1/external-signals/sync/signals",
        "/api/v1/external-signals/sync/outcomes",
        "/api/v1/external-signals/sync/marks",
        "/api/v1/external-signals/sync/health",
        "/api/v1/argo/sync/signal",
        "/api/v1/argo/sync/health",
        "/api/signals/subscribed",
        "/api/signals/history",
        "/api/v1/signals/{signal_id}",
        "/api/auth/login",
        "/api/auth/logout",
        "/health",
    } <= told["paths"].keys()
    secured = told["paths"]["/api/v1/external-signals/sync/signal"]["post"]["security"]
    assert secured == [{"ProviderKey": []}]
    assert (await client.get("/schema/elements")).status_code == 404
