"""The generator's eye on its executors over HTTP: how each stands, what two share, one switch for all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from argo_core.adapters.http import Receiver
from argo_core.adapters.http.executor_client import ExecutorClient
from argo_core.pipeline.executor_watch import ExecutorWatch
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.memory_notifier import MemoryNotifier
from argo_server.settings import load_settings
from argo_server.web.app import create_app
from tests.argo.server.executors import KEY, PROP_FIRM, REGULAR
from tests.argo.server.web.executor_parts import AUTH, HALT, TOKEN, RunningExecutor, running_executor, same_loop_client
from tests.argo.server.web.parts import FixedClock, assemble

DOWN = "http://127.0.0.1:9"
ORIGIN = {"Origin": "http://127.0.0.1:7999", "accept": "text/html"}


@dataclass(frozen=True, slots=True)
class Floor:
    """A generator with two executors that answer and one that does not."""

    client: httpx.AsyncClient
    watch: ExecutorWatch
    argo: RunningExecutor
    prop_firm: RunningExecutor

    async def token(self) -> str:
        """The one that this process's forms hold."""
        found = TOKEN.search((await self.client.get("/executors")).text)
        assert found is not None
        return found.group(1)


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with AsyncExitStack() as stack:
        running = {}
        for name, document in (("argo", REGULAR), ("prop_firm", PROP_FIRM)):
            (tmp_path / name).mkdir()
            running[name] = await stack.enter_async_context(running_executor(tmp_path / name, document))
        silent = await stack.enter_async_context(httpx.AsyncClient())
        addresses = {"argo": "http://127.0.0.1:8000", "prop_firm": "http://127.0.0.1:8000", "third": DOWN}
        lines = {name: ExecutorClient(one.client, Receiver(addresses[name], KEY)) for name, one in running.items()}
        lines["third"] = ExecutorClient(silent, Receiver(DOWN, KEY))
        watch = ExecutorWatch(lines, addresses, FixedClock(), MemoryNotifier())
        settings = load_settings({"ARGO_DISTRIBUTION_KEY": KEY})
        services = assemble(MemoryLog(), executors=watch, settings=settings)
        client = await stack.enter_async_context(same_loop_client(create_app(services), 7999))
        yield Floor(client, watch, running["argo"], running["prop_firm"])


async def test_before_the_first_question_nobody_is_called_up_or_down(floor: Floor) -> None:
    items = (await floor.client.get("/api/v1/executors")).json()["items"]
    assert [(one["executor_id"], one["up"], one["status"]) for one in items] == [
        ("argo", None, None), ("prop_firm", None, None), ("third", None, None),
    ]  # fmt: skip
    assert (await floor.client.get("/executors")).text.count("not asked yet") == 3


async def test_each_executor_is_told_as_it_stands_and_a_silent_one_as_silent(floor: Floor) -> None:
    await floor.prop_firm.halt(reason="news at 14:00", by="ada")
    await floor.watch.look()
    items = (await floor.client.get("/api/v1/executors")).json()["items"]
    assert [(one["up"], one["misses"]) for one in items] == [(True, 0), (True, 0), (False, 1)]
    assert [one["status"] and one["status"]["state"] for one in items] == ["TRADING", "HALTED", None]
    page = (await floor.client.get("/executors")).text
    for shown in ("TRADING", "HALTED", "no answer", "news at 14:00", "100,000.00"):
        assert shown in page
    assert KEY not in page


async def test_what_two_accounts_hold_at_once_is_told(floor: Floor) -> None:
    for executor in (floor.argo, floor.prop_firm):
        await executor.trade("SIG-1", confidence=95.0)
    await floor.watch.look()
    found = (await floor.client.get("/api/v1/overlap")).json()
    assert [(one["symbol"], one["executors"], one["until"]) for one in found["items"]] == [
        ("AAPL", ["argo", "prop_firm"], None)
    ]
    assert "argo and prop_firm" in (await floor.client.get("/executors")).text


async def test_one_switch_halts_all_and_names_the_one_that_it_could_not_reach(floor: Floor) -> None:
    answer = await floor.client.post(HALT, json={"executor": "all", "by": "ada"}, headers=AUTH)
    assert answer.status_code == 502
    items = answer.json()["items"]
    assert [(one["executor_id"], one["halted"], one["flat"]) for one in items] == [
        ("argo", True, True), ("prop_firm", True, True), ("third", False, None),
    ]  # fmt: skip
    assert "running" in items[2]["error"]
    for executor in (floor.argo, floor.prop_firm):
        status = await executor.status()
        assert (status["state"], status["halt"]["by"]) == ("HALTED", "ada")


async def test_one_executor_is_halted_alone(floor: Floor) -> None:
    answer = await floor.client.post(HALT, json={"executor": "prop_firm"}, headers=AUTH)
    assert (answer.status_code, len(answer.json()["items"])) == (200, 1)
    assert [(await one.status())["state"] for one in (floor.argo, floor.prop_firm)] == ["TRADING", "HALTED"]


REFUSED: tuple[tuple[str, object, dict[str, str], int, str], ...] = (
    ("no key", {"executor": "all"}, {}, 401, "wrong_key"),
    ("another key", {"executor": "all"}, {"X-API-Key": "x"}, 401, "wrong_key"),
    ("nobody named", {}, AUTH, 400, "bad_body"),
    ("an executor that there is not", {"executor": "nobody"}, AUTH, 400, "unknown_executor"),
    ("a field more", {"executor": "all", "flat": False}, AUTH, 400, "bad_body"),
)


async def test_a_switch_that_nobody_may_pull_halts_nobody(floor: Floor) -> None:
    for attack, body, headers, status, code in REFUSED:
        answer = await floor.client.post(HALT, json=body, headers=headers)
        assert (attack, answer.status_code, answer.json()["code"]) == (attack, status, code)
    assert (await floor.argo.status())["state"] == "TRADING"


async def test_the_pages_switch_works_without_scripts_and_tells_what_became_of_it(floor: Floor) -> None:
    form = {"executor": "all", "by": "ada", "reason": "", "token": await floor.token()}
    page = await floor.client.post("/executors/halt", data=form, headers=ORIGIN)
    assert page.status_code == 200
    for shown in ("The switch was pulled", "nothing is left", "not halted"):
        assert shown in page.text
    assert (await floor.argo.status())["halt"]["by"] == "ada"


async def test_a_form_of_another_site_halts_nobody(floor: Floor) -> None:
    form = {"executor": "all", "by": "ada", "token": await floor.token()}
    foreign = {**ORIGIN, "Origin": "https://evil.example"}
    forged = {**form, "token": "guessed"}
    answers = await asyncio.gather(
        floor.client.post("/executors/halt", data=form, headers=foreign),
        floor.client.post("/executors/halt", data=forged, headers=ORIGIN),
    )
    assert [answer.status_code for answer in answers] == [403, 403]
    assert (await floor.argo.status())["state"] == "TRADING"
