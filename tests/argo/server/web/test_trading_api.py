"""An executor over HTTP: which body gets which answer, and what never gets in."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from argo_core.testing.sample_bodies import marks_body_of, signal_body_of
from argo_core.testing.sample_cycles import MOMENT, sample_signal
from argo_server.services import ExecutorServices
from tests.argo.server.executors import KEY, PROP_FIRM, REGULAR
from tests.argo.server.web.executor_parts import AUTH, EXECUTE, MARKS, RunningExecutor, running_executor

BODY = signal_body_of(sample_signal("SIG-1"))
Client = httpx.AsyncClient


@pytest.fixture(params=["regular"])
async def running(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RunningExecutor]:
    async with running_executor(tmp_path, {"regular": REGULAR, "prop_firm": PROP_FIRM}[request.param]) as opened:
        yield opened


@pytest.fixture
def services(running: RunningExecutor) -> ExecutorServices:
    return running.services


@pytest.fixture
def client(running: RunningExecutor) -> Client:
    return running.client


async def decided(services: ExecutorServices, count: int) -> dict[str, Any]:
    """The status once this many signals are decided and placed."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        counts = await services.reader.counts()
        if counts.allowed + counts.denied >= count and counts.filled >= counts.allowed:
            return {"allowed": counts.allowed, "denied_by": counts.denied_by, "filled": counts.filled}
        await asyncio.sleep(0.005)
    raise AssertionError("the executor did not decide in time")


async def test_a_signal_is_accepted_and_traded(client: Client, services: ExecutorServices) -> None:
    answer = await client.post(EXECUTE, content=BODY, headers=AUTH)
    assert (answer.status_code, answer.json()) == (202, {"status": "accepted", "signal_id": "SIG-1"})
    assert await decided(services, 1) == {"allowed": 1, "denied_by": {}, "filled": 1}
    status = (await client.get("/api/v1/trading/status")).json()
    assert [(held["symbol"], held["quantity"]) for held in status["account"]["positions"]] == [("AAPL", 65.0)]
    assert (status["executor_id"], status["type"], status["mode"]) == ("argo", "regular", "simulated")


async def test_the_same_signal_again_is_a_duplicate_and_orders_nothing(
    client: Client, services: ExecutorServices
) -> None:
    await client.post(EXECUTE, content=BODY, headers=AUTH)
    await decided(services, 1)
    again = await client.post(EXECUTE, content=BODY, headers=AUTH)
    assert (again.status_code, again.json()["code"]) == (409, "duplicate")
    assert again.headers["content-type"] == "application/problem+json"
    assert (await services.reader.counts()).filled == 1


async def test_the_same_id_with_another_content_is_a_conflict(client: Client) -> None:
    await client.post(EXECUTE, content=BODY, headers=AUTH)
    other = signal_body_of(sample_signal("SIG-1", confidence=99.0))
    answer = await client.post(EXECUTE, content=other, headers=AUTH)
    assert (answer.status_code, answer.json()["code"], answer.json()["signal_id"]) == (409, "conflict", "SIG-1")


@pytest.mark.parametrize(
    ("attack", "body", "headers", "status", "code"),
    [
        ("a flipped byte", BODY.replace(b"175.25", b"175.26"), AUTH, 400, "hash_mismatch"),
        ("not JSON", b"{", AUTH, 400, "bad_json"),
        ("an unknown field", signal_body_of(sample_signal("S"), leverage=9), AUTH, 400, "unknown_field"),
        ("another digest", BODY, {**AUTH, "Content-Digest": "sha-256=:AAAA:"}, 400, "digest_mismatch"),
        (
            "the older scheme",
            signal_body_of(sample_signal("S"), scheme="legacy-json-0"),
            AUTH,
            422,
            "legacy_not_allowed",
        ),
        ("no key", BODY, {}, 401, "wrong_key"),
        ("an empty key", BODY, {"X-API-Key": ""}, 401, "wrong_key"),
        ("a key almost right", BODY, {"X-API-Key": KEY[:-1]}, 401, "wrong_key"),
        ("a body too large", b" " * 262_145, AUTH, 413, None),
    ],
)
async def test_a_signal_is_refused_and_not_stored(
    client: Client, services: ExecutorServices, attack: str, body: bytes, headers: dict[str, str], status: int,
    code: str | None,
) -> None:  # fmt: skip
    answer = await client.post(EXECUTE, content=body, headers=headers)
    assert (answer.status_code, answer.json().get("code")) == (status, code), attack
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await services.reader.counts()).received == 0


async def test_a_body_with_its_digest_is_accepted(client: Client) -> None:
    digest = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
    headers = {**AUTH, "Content-Digest": f"sha-512=:AA==:, sha-256=:{digest}:"}
    assert (await client.post(EXECUTE, content=BODY, headers=headers)).status_code == 202


async def test_marks_move_the_simulated_exchange(client: Client, services: ExecutorServices) -> None:
    await client.post(EXECUTE, content=BODY, headers=AUTH)
    await decided(services, 1)
    body = marks_body_of("AAPL", [(MOMENT, 175.0, 181.0, 174.0, 180.0)])
    first, second = [await client.post(MARKS, content=body, headers=AUTH) for _ in range(2)]
    assert (first.status_code, first.json()) == (200, {"stored": 1, "duplicates": 0, "conflicts": 0})
    assert second.json() == {"stored": 0, "duplicates": 1, "conflicts": 0}
    status = (await client.get("/api/v1/trading/status")).json()
    assert (status["account"]["positions"], status["counts"]["filled"]) == ([], 2)


@pytest.mark.parametrize(
    ("body", "headers", "status"), [(b"{}", AUTH, 400), (b"{}", {}, 401), (b" " * 8_388_609, AUTH, 413)]
)
async def test_marks_are_refused(client: Client, body: bytes, headers: dict[str, str], status: int) -> None:
    assert (await client.post(MARKS, content=body, headers=headers)).status_code == status


@pytest.mark.parametrize("running", ["prop_firm"], indirect=True)
async def test_the_prop_firm_asks_for_82_where_the_regular_executor_asks_for_75(
    client: Client, services: ExecutorServices
) -> None:
    for name, confidence in (("S1", 81.9), ("S2", 82.0)):
        body = signal_body_of(sample_signal(name, confidence=confidence))
        assert (await client.post(EXECUTE, content=body, headers=AUTH)).status_code == 202
    assert await decided(services, 2) == {"allowed": 1, "denied_by": {"below_min_confidence": 1}, "filled": 1}


@pytest.mark.parametrize("path", ["/api/v1/signals", "/api/v1/executions", "/api/v1/verdicts", "/api/v1/overlap"])
async def test_an_executor_has_none_of_the_generators_routes(client: Client, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_the_page_shows_account_positions_and_why_a_signal_was_denied(
    client: Client, services: ExecutorServices
) -> None:
    await client.post(EXECUTE, content=BODY, headers=AUTH)
    denied = signal_body_of(sample_signal("SIG-2", symbol="BTC-USD", action="SELL"))
    await client.post(EXECUTE, content=denied, headers=AUTH)
    await decided(services, 2)
    page = (await client.get("/")).text
    for shown in ("Executor argo", "simulated account SIM-", "AAPL", "SIG-2", "short not available"):
        assert shown in page
    assert "REGULAR-1" not in page


async def test_liveness_needs_nothing(client: Client) -> None:
    assert (await client.get("/health")).json()["status"] == "alive"
