"""Receipts of live readers over HTTP and the WebSocket, and who sees what they tell."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import httpx
import msgspec
import pytest

from alpine_core.model import Role, Tier
from tests.alpine.web.parts import EMAIL, Rig, add_account, asked, deliver, recent, rig_of, served, sign_in
from tests.alpine.web.test_live import said, socket_of, streamed

REPORT = {"listening_ms": 60_000, "receipts": [{"alpine_signal_id": 1, "held_ms": 0}]}
PATH = "/api/v1/receipts"


async def staff(rig: Rig, role: Role) -> None:
    known = await rig.accounts.by_email(EMAIL)
    assert known is not None
    await rig.accounts.put(msgspec.structs.replace(known, role=role))


async def test_what_a_reader_acknowledges_becomes_latency_of_its_tier(rig: Rig, client: httpx.AsyncClient) -> None:
    await staff(rig, Role.SUPPORT)
    token = await sign_in(client)
    await deliver(rig, client, recent(rig, "SIG-1"))
    rig.clock.advance(seconds=0.25)
    for _ in range(2):
        answer = await client.post(PATH, json=REPORT, headers={"X-CSRF-Token": token})
        assert (answer.status_code, answer.json()) == (202, {"status": "taken"})
    assert (await client.get("/api/v1/admin/latency")).json() == {"hours": 24.0, "latencies": []}
    await rig.services.receipts.flush()
    told = (await client.get("/api/v1/admin/latency?hours=1")).json()
    ms = {"p50_ms": 250.0, "p95_ms": 250.0, "p99_ms": 250.0}
    generated = {"p50_ms": 1250.0, "p95_ms": 1250.0, "p99_ms": 1250.0}
    assert told["latencies"] == [
        {"tier": "premium", "start": "generation", "count": 1, **generated},
        {"tier": "premium", "start": "ingest", "count": 1, **ms},
    ]
    metrics = (await client.get("/metrics")).text
    assert 'alpine_delivery_latency_milliseconds{quantile="0.99",start="ingest",tier="premium"} 250.0' in metrics
    assert 'alpine_delivery_receipts{start="generation",tier="premium"} 1.0' in metrics


async def test_receipts_need_an_account_and_its_token(rig: Rig, client: httpx.AsyncClient) -> None:
    assert (await client.post(PATH, json=REPORT)).status_code == 401
    token = await sign_in(client)
    for given in ({}, {"X-CSRF-Token": "0" * 64}):
        refused = await client.post(PATH, json=REPORT, headers=given)
        assert (refused.status_code, refused.json()["code"]) == (403, "foreign_form")
    refused = await client.post(PATH, content=b"{}", headers={"X-CSRF-Token": token})
    assert refused.status_code == 400
    large = await client.post(PATH, content=b" " * 16_385, headers={"X-CSRF-Token": token})
    assert large.status_code == 413


async def test_an_acknowledgement_of_what_is_not_seen_is_answered_like_any_other(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    token = await sign_in(client)
    unknown = await client.post(PATH, json=REPORT, headers={"X-CSRF-Token": token})
    assert (unknown.status_code, unknown.json()) == (202, {"status": "taken"})
    assert await rig.services.receipts.flush() == 0


@pytest.mark.parametrize("query", ["hours=0", "hours=nan", "hours=9000", "since=1"])
async def test_latency_is_asked_for_in_hours(rig: Rig, client: httpx.AsyncClient, query: str) -> None:
    await staff(rig, Role.ADMIN)
    await sign_in(client)
    assert (await client.get(f"/api/v1/admin/latency?{query}")).status_code == 400


async def test_latency_is_for_staff_and_is_not_there_for_others(rig: Rig, client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/admin/latency")).status_code == 401
    await sign_in(client)
    hidden, none = await client.get("/api/v1/admin/latency"), await client.get("/api/v1/signals/none")
    assert (hidden.status_code, hidden.content) == (404, none.content)


async def test_receipts_in_a_flood_are_refused_for_a_while() -> None:
    rig = rig_of()
    await add_account(rig)
    async with asked(rig) as client:
        token = await sign_in(client)
        answers = [await client.post(PATH, json=REPORT, headers={"X-CSRF-Token": token}) for _ in range(200)]
    assert {answer.status_code for answer in answers} <= {202, 429}


async def test_a_socket_acknowledges_what_it_got_and_nonsense_ends_nothing() -> None:
    rig = rig_of()
    await add_account(rig, tier=Tier.FREE)
    async with asyncio.timeout(30), served(rig) as address, httpx.AsyncClient(base_url=address) as client:
        await sign_in(client)
        socket = await socket_of(client)
        await deliver(rig, client, recent(rig, "SIG-1"))
        (text,) = await said(socket, 1)
        for nonsense in ("", "x", "[]", '{"listening_ms": "x"}'):
            await socket.send(nonsense)
        await socket.send(b"\x00")
        receipts = [{"alpine_signal_id": text["sealed"]["alpine_signal_id"]}]
        await socket.send(json.dumps({"listening_ms": 60_000, "receipts": receipts}))
        # The job keeps it: the socket is still open, and gets what comes next.
        await deliver(rig, client, recent(rig, "SIG-2"))
        assert (await said(socket, 1))[0]["kind"] == "sealed"
        await socket.close()
    # The jobs have ended, and kept what waited.
    latencies = await rig.services.receipts.latencies(timedelta(days=1))
    assert [(one.tier, one.start.value, one.count) for one in latencies] == [
        (Tier.FREE, "generation", 1),
        (Tier.FREE, "ingest", 1),
    ]


async def test_the_dashboard_says_where_receipts_go() -> None:
    rig = rig_of()
    await add_account(rig, tier=Tier.FREE)
    async with asyncio.timeout(30), served(rig) as address, httpx.AsyncClient(base_url=address) as client:
        await sign_in(client)
        await deliver(rig, client, recent(rig, "SIG-1"))
        page = (await client.get("/dashboard")).text
        assert 'data-receipts="/api/v1/receipts"' in page
        assert 'class="row sealed "' in page
        async with streamed(client, "/stream/rows"):
            pass
