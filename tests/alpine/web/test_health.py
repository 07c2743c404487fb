"""Health, metrics and the description of the API."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec

from alpine_core.errors import StoreError
from alpine_core.testing.memory_store import MemoryStore
from alpine_core.testing.samples import sample_outcome
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
        "alarms": 0,
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
    await deliver(rig, client, recent(rig, "SIG-1"), recent(rig, "SIG-2"))
    await client.post(f"{SYNC}/signal", json=recent(rig, "SIG-1"), headers=AUTHORISED)
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert 'alpine_deliveries_total{kind="signal",status="accepted"} 2.0' in lines
    assert 'alpine_deliveries_total{kind="signal",status="duplicate"} 1.0' in lines
    assert "alpine_records 2.0" in lines


def counted(text: str, name: str) -> dict[str, float]:
    """The metric's values by their labels."""
    lines = [line.removeprefix(name) for line in text.splitlines() if line.startswith(name + "{")]
    return {labels: float(value) for labels, _, value in (line.rpartition(" ") for line in lines)}


async def test_metrics_cover_every_kind_of_delivery_and_no_refused_key(rig: Rig, client: httpx.AsyncClient) -> None:
    first = recent(rig, "SIG-1")
    other = recent(rig, "SIG-1", confidence=1.0)
    outcome = msgspec.to_builtins(sample_outcome("SIG-1"))
    bar = ["2026-01-02T00:00:00Z", 1.0, 2.0, 0.5, 1.5, 10.0]
    series = {"symbol": "AAPL", "timeframe": "1d", "bars": [bar, bar, [*bar[:5], 11.0]]}
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("signal", {**first, "symbol": "MSFT"}),
        ("signal", other),
        ("signals", {"signals": [first, other, {}]}),
        ("outcomes", {"outcomes": [outcome, outcome, {**outcome, "outcome": "loss"}]}),
        ("marks", {"origin": "o", "as_of": "2026-01-02T00:00:00Z", "series": [series]}),
        ("marks", {}),
    ]
    assert (await client.post(f"{SYNC}/signal", json=first, headers=AUTHORISED)).status_code == 201
    for path, body in bodies:
        await client.post(f"{SYNC}/{path}", json=body, headers=AUTHORISED)
        assert (await client.post(f"{SYNC}/{path}", json=body, headers={"X-API-Key": "x"})).status_code == 401
    text = (await client.get("/metrics")).text
    assert counted(text, "alpine_deliveries_total") == {
        '{kind="signal",status="accepted"}': 1.0,
        '{kind="signal",status="refused"}': 1.0,
        '{kind="signal",status="conflict"}': 1.0,
        '{kind="signals",status="duplicate"}': 1.0,
        '{kind="signals",status="conflict"}': 1.0,
        '{kind="signals",status="refused"}': 1.0,
        '{kind="outcomes",status="accepted"}': 1.0,
        '{kind="outcomes",status="duplicate"}': 1.0,
        '{kind="outcomes",status="conflict"}': 1.0,
        '{kind="marks",status="accepted"}': 1.0,
        '{kind="marks",status="duplicate"}': 1.0,
        '{kind="marks",status="conflict"}': 1.0,
        '{kind="marks",status="refused"}': 1.0,
    }
    assert counted(text, "alpine_delivery_seconds_count") == {
        '{kind="signal"}': 3.0,
        '{kind="signals"}': 1.0,
        '{kind="outcomes"}': 1.0,
        '{kind="marks"}': 2.0,
    }
    assert counted(text, "alpine_alarms_total") == {
        '{kind="signal_conflict"}': 2.0,
        '{kind="outcome_conflict"}': 1.0,
        '{kind="mark_conflict"}': 1.0,
    }
    # The same contradiction again is the same alarm.
    assert (await client.get("/health")).json()["alarms"] == 3


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
