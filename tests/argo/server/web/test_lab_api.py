"""Backtests over HTTP: who may ask, what is answered, how it is followed."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar

from argo_core.model.lab_run import RunState
from argo_core.testing.contracts.lab_runs import claim, end, progress
from argo_core.testing.memory_lab import MemoryLabRuns
from argo_core.testing.memory_log import MemoryLog
from argo_server.services import Services
from argo_server.settings import load_settings
from argo_server.settings.shape import Server
from argo_server.web.app import create_app
from tests.argo.server.web.conftest import Client
from tests.argo.server.web.parts import assemble, client_of, lab_services
from tests.argo.server.web.test_malformed_requests import AWKWARD

KEY = "s" * 40
WITH_KEY = {"X-API-Key": KEY}
PATH = "/api/v1/backtest"
RUN = f"{PATH}/run-1"


def keyed(lab: MemoryLabRuns, password: str = "", key: str = KEY) -> Services:
    """Services with the key that machines share."""
    settings = load_settings({})
    distribution = msgspec.structs.replace(settings.file.distribution, api_key=key)
    file = msgspec.structs.replace(settings.file, distribution=distribution, server=Server(console_password=password))
    return assemble(MemoryLog(), settings=dataclasses.replace(settings, file=file), lab=lab_services(lab))


@pytest.fixture
def lab() -> MemoryLabRuns:
    return MemoryLabRuns()


@pytest.fixture
async def client(lab: MemoryLabRuns) -> AsyncIterator[Client]:
    async with client_of(keyed(lab)) as opened:
        yield opened


async def asked(client: Client, **body: object) -> Any:
    return await client.post(PATH, json=body, headers=WITH_KEY)


async def test_a_request_is_taken_and_the_answer_says_where_to_follow_it(client: Client) -> None:
    answer = await asked(client)
    assert (answer.status_code, answer.headers["location"]) == (202, RUN)
    told = answer.json()
    assert (told["run_id"], told["state"], told["earlier"], told["result"]) == ("run-1", "requested", False, None)
    assert told["request"] == {
        "kind": "profit",
        "bars": "recorded",
        "timeframe": None,
        "adjustment": None,
        "symbols": ["AAPL", "TSLA"],
        "begin": None,
        "end": None,
        "executor": "regular",
        "initial_capital": 100000.0,
        "commission_pct": 0.1,
        "slippage_pct": 0.05,
        "spread_pct": 0.0,
        "seed": 0,
    }


async def test_an_equal_request_is_answered_by_the_run_that_is_there(client: Client, lab: MemoryLabRuns) -> None:
    await asked(client, seed=5)
    again = await asked(client, seed=5)
    assert (again.status_code, again.json()["run_id"], again.json()["earlier"]) == (202, "run-1", True)
    await lab.note(claim("run-1"))
    await lab.note(end(run_id="run-1", summary=SUMMARY))
    done = await asked(client, seed=5)
    assert (done.status_code, done.json()["state"]) == (200, "done")


SUMMARY = b'{"return_pct":1.5,"signals":3,"trades":2,"hit_rate_pct":50.0}'


async def test_a_run_is_followed_to_its_result(client: Client, lab: MemoryLabRuns) -> None:
    await asked(client)
    await lab.note(claim("run-1"))
    await lab.note(progress(40, "run-1"))
    told = (await client.get(RUN)).json()
    assert (told["state"], told["progress"], told["attempts"]) == ("running", {"done": 40, "total": 100}, 1)
    await lab.note(end(run_id="run-1", summary=SUMMARY, result=b'{"moments":7}'))
    told = (await client.get(RUN, headers=WITH_KEY)).json()
    assert (told["state"], told["result"], told["summary"]["trades"]) == ("done", {"moments": 7}, 2)


async def test_a_failure_is_told_in_its_sentence(client: Client, lab: MemoryLabRuns) -> None:
    await asked(client)
    await lab.note(claim("run-1"))
    await lab.note(end(RunState.FAILED, "run-1", error="no bar ends in the period"))
    assert (await client.get(RUN)).json()["error"] == "no bar ends in the period"


async def test_what_waits_is_cancelled_by_its_address(client: Client) -> None:
    await asked(client)
    answer = await client.delete(RUN, headers=WITH_KEY)
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert (await client.delete(RUN, headers=WITH_KEY)).json()["state"] == "cancelled"


async def test_lists_are_newest_first_in_pages_and_without_results(client: Client) -> None:
    for seed in range(3):
        await asked(client, seed=seed)
    first = (await client.get("/api/v1/backtests?limit=2")).json()
    assert ([one["run_id"] for one in first["items"]], first["next"]) == (["run-3", "run-2"], 2)
    second = (await client.get(f"/api/v1/backtests?before={first['next']}")).json()
    assert ([one["run_id"] for one in second["items"]], second["next"]) == (["run-1"], None)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_an_unknown_run_is_not_found(client: Client, method: str) -> None:
    answer = await client.request(method, f"{PATH}/nobody", headers=WITH_KEY)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"not json", "bad_body"),
        (b'{"symbol": "AAPL"}', "bad_body"),
        (b'{"symbols": "AAPL"}', "bad_body"),
        (b'{"symbols": []}', "bad_body"),
        (b'{"commission_pct": 11}', "bad_body"),
        (b'{"initial_capital": -1}', "bad_body"),
        (b'{"begin": "yesterday"}', "bad_body"),
        (b'{"symbols": ["aapl"]}', "bad_symbol"),
        (b'{"bars": "mine"}', "bad_body"),
        (b'{"adjustment": "raw"}', "bad_bars"),
        (b'{"timeframe": "1Min"}', "bad_bars"),
        (b'{"symbols": ["AAPL", "AAPL"]}', "duplicate_symbol"),
        (b'{"begin": "2019-01-02", "end": "2018-01-02"}', "bad_period"),
        (b"[" * 20_000, "bad_body"),
    ],
)
async def test_a_body_that_cannot_be_meant_is_refused_by_name(client: Client, body: bytes, code: str) -> None:
    answer = await client.post(PATH, content=body, headers=WITH_KEY)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize(("method", "path"), [("POST", PATH), ("DELETE", RUN)])
@pytest.mark.parametrize("given", [{}, {"X-API-Key": "wrong"}])
async def test_without_the_key_nothing_is_changed(
    client: Client, method: str, path: str, given: dict[str, str]
) -> None:
    await asked(client)
    assert (await client.request(method, path, headers=given)).status_code == 401
    assert (await client.get(RUN)).json()["state"] == "requested"


async def test_where_no_key_is_configured_nobody_may_ask(lab: MemoryLabRuns) -> None:
    async with client_of(keyed(lab, key="")) as client:
        assert (await client.post(PATH, json={}, headers={"X-API-Key": ""})).status_code == 401


async def test_with_a_console_password_the_key_is_enough_and_nothing_is_not(lab: MemoryLabRuns) -> None:
    async with client_of(keyed(lab, password="p" * 20)) as client:
        assert (await asked(client)).status_code == 202
        statuses = [
            (await client.request(method, path, headers=given)).status_code
            for method, path in (("GET", RUN), ("DELETE", RUN))
            for given in (WITH_KEY, {}, {"X-API-Key": "wrong"})
        ]
        assert statuses == [200, 401, 401, 200, 401, 401]
        assert (await client.get("/api/v1/backtests", headers=WITH_KEY)).status_code == 401


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as opened:
        yield opened


@pytest.fixture(scope="module")
def app() -> Litestar:
    return create_app(keyed(MemoryLabRuns()))


async def send(app: Litestar, method: str, path: str, body: bytes) -> tuple[int, bytes]:
    """Status and content type of one request with the key, put to the application as a server would."""
    started: list[dict[str, Any]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def answer(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            started.append(message)

    headers = [(b"host", b"127.0.0.1"), (b"x-api-key", KEY.encode()), (b"content-length", str(len(body)).encode())]
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": path, "raw_path": path.encode("utf-8", "surrogatepass"), "query_string": b"",
        "root_path": "", "headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 7999), "state": {},
    }  # fmt: skip
    await app(scope, receive, answer)  # type: ignore[arg-type]
    return int(started[0]["status"]), dict(started[0]["headers"])[b"content-type"]


NAMES = "kind symbols begin end executor initial_capital commission_pct slippage_pct spread_pct seed token x".split()
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(AWKWARD) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
documents = st.dictionaries(st.sampled_from(NAMES), values, max_size=6).map(lambda one: json.dumps(one).encode())


@given(body=documents | st.binary(max_size=60))
def test_no_body_makes_the_server_fail(runner: asyncio.Runner, app: Litestar, body: bytes) -> None:
    status, kind = runner.run(send(app, "POST", PATH, body))
    assert status in (200, 202) or (status == 400 and kind == b"application/problem+json")


@given(name=st.text(max_size=30), method=st.sampled_from(["GET", "DELETE", "POST"]))
def test_no_run_id_makes_the_server_fail(runner: asyncio.Runner, app: Litestar, name: str, method: str) -> None:
    for path in (f"{PATH}/{name}", f"/lab/{name}", f"/lab/{name}/cancel"):
        status, _ = runner.run(send(app, method, path, b"token=x"))
        assert status < 500


@given(body=st.binary(max_size=60) | st.text("=&+%abcdefgs", max_size=40).map(str.encode))
def test_no_form_makes_the_server_fail(runner: asyncio.Runner, app: Litestar, body: bytes) -> None:
    for path in ("/lab", "/lab/compare", "/lab/run-1/cancel"):
        status, _ = runner.run(send(app, "POST", path, body))
        assert status < 500
