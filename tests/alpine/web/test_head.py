"""HEAD (RFC 9110, section 9.3.2): what GET answers, without the body."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.alpine.web.parts import Rig, add_account, deliver, recent, rig_of, served, sign_in

PATHS = [
    "/",
    "/login",
    "/dashboard",
    "/signals",
    "/signals/SIG-1",
    "/signals/none",
    "/health",
    "/metrics",
    "/static/app.css",
    "/schema",
    "/schema/sync/signal.json",
    "/api/v1/signals/subscribed",
    "/api/v1/signals/SIG-1/marks",
    "/api/v1/external-signals/sync/health",
]
VARYING = {"date", "set-cookie", "content-length"}


@pytest.mark.parametrize("path", PATHS)
async def test_head_answers_as_get_without_a_body(rig: Rig, client: httpx.AsyncClient, path: str) -> None:
    await sign_in(client)
    await deliver(rig, client, recent(rig, "SIG-1"))
    await client.get(path), await client.head(path)  # the first of each makes metrics that /metrics tells
    got, head = await client.get(path), await client.head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    kept = [{name: value for name, value in each.headers.items() if name not in VARYING} for each in (got, head)]
    assert kept[0] == kept[1]
    assert abs(int(head.headers["content-length"]) - int(got.headers["content-length"])) < 16


@pytest.mark.parametrize("path", ["/stream/signals", "/stream/rows"])
async def test_head_of_a_stream_ends_at_once(path: str) -> None:
    rig = rig_of()
    await add_account(rig)
    async with asyncio.timeout(20), served(rig) as address, httpx.AsyncClient(base_url=address) as client:
        await sign_in(client)
        answer = await client.head(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert (await client.head("/health")).status_code == 200
