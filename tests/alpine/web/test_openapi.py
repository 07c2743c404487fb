"""The OpenAPI description: complete for every route, and what the server answers is what it says."""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import os
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, note, seed, settings
from hypothesis.errors import Unsatisfiable
from requests import Session
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from alpine_core.adapters.memory_buckets import MemoryBuckets
from alpine_web.web.description import operations
from tests.alpine.web.openapi_callers import CALLERS, TIERS, Caller
from tests.alpine.web.parts import Rig, asked, deliver, recent, rig_of, served

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SLICE = 1
MANY = 5 if os.environ.get("TEST_COUNTS", "slice") == "slice" else 100


async def description(rig: Rig) -> dict[str, Any]:
    async with asked(rig) as client:
        found: dict[str, Any] = (await client.get("/schema")).json()
        return found


async def test_every_operation_says_what_it_is_who_may_call_it_and_how_it_refuses(rig: Rig) -> None:
    found = await description(rig)
    seen = list(operations(found))
    assert len(seen) >= 32
    names = [operation["operationId"] for _, _, operation in seen]
    assert len(set(names)) == len(names)
    for path, method, operation in seen:
        told = (path, method)
        assert " " in operation["summary"], told
        assert len(operation["summary"]) <= 160, told
        assert {"400", "421", "503"} <= operation["responses"].keys(), told
        assert isinstance(operation["security"], list), told
        for status, answer in operation["responses"].items():
            if status >= "400" and not path.endswith("/health"):
                assert answer["content"].keys() == {"application/problem+json"}, told


async def test_what_is_asked_behind_the_question_mark_and_sent_is_described(rig: Rig) -> None:
    found = {(path, method): operation for path, method, operation in operations(await description(rig))}
    listed = found["/api/v1/signals/subscribed", "get"]
    assert [each["name"] for each in listed["parameters"]][:3] == ["symbol", "action", "regime"]
    plan = {each["name"] for each in found["/api/v1/simulator", "get"]["parameters"]}
    assert {"delay_seconds", "capital", "sizing", "since"} <= plan
    sent = found["/api/v1/external-signals/sync/signal", "post"]["requestBody"]["content"]["application/json"]
    assert "verification_hash" in str(sent["schema"])
    assert found["/api/v1/signals/{signal_id}", "get"]["security"] == [{"Session": []}, {"Bearer": []}]
    assert found["/api/v1/ledger/checkpoint", "get"]["security"] == []


async def test_no_request_breaks_the_server_or_is_answered_otherwise_than_described() -> None:
    await check_every_operation(CALLERS, SLICE)


@pytest.mark.slow
@pytest.mark.timeout(0)
async def test_many_requests_break_nothing_and_are_answered_as_described() -> None:
    await check_every_operation({**CALLERS, **TIERS}, MANY)


async def check_every_operation(callers: Mapping[str, Caller], count: int) -> None:
    """On a real server: for each operation `count` requests of data that fits, and as many of data that does not; each
    is sent by every caller."""
    rig = rig_of()
    async with asked(rig) as client:
        await deliver(rig, client, recent(rig, "SIG-1"))
    for caller in callers.values():
        await caller.join(rig)
    async with served(with_fast_ticks(rig)) as url:
        failed = await asyncio.to_thread(_try_all, await description(rig), url, callers, count)
    assert failed == [], "\n\n".join(failed)


def with_fast_ticks(rig: Rig) -> Rig:
    """Between two requests pass 30 s, as far as limits are concerned: an answer that says to wait hides the other."""
    counted = itertools.count(step=30)
    buckets = MemoryBuckets(lambda: float(next(counted)))
    return dataclasses.replace(rig, services=dataclasses.replace(rig.services, buckets=buckets))


def _try_all(found: dict[str, Any], url: str, callers: Mapping[str, Caller], count: int) -> list[str]:
    """What is wrong with the answers, a text for each operation and mode."""
    schema = schemathesis.openapi.from_dict(found)
    schema.config.update(base_url=url)
    schema.config.generation.update(modes=list(GenerationMode))
    failed = []
    with ExitStack() as opened:
        sessions = {name: opened.enter_context(caller.session(url)) for name, caller in callers.items()}
        for each in schema.get_all_operations():
            operation: Any = each.ok()  # type: ignore[union-attr]
            if operation.path.endswith("/logout"):
                continue  # it would end the session in the middle; test_sign_in has its refusals
            # A proof can be wrong everywhere; a slice sends wrong ones only where more can be wrong.
            for mode in GenerationMode if count > SLICE or _takes_data(operation) else [GenerationMode.POSITIVE]:
                failed += _try_one(operation, mode, sessions, count)
    return failed


def _takes_data(operation: Any) -> bool:
    """Whether it takes more than parts of its address, which are texts."""
    return bool(operation.body) or any(each.location == "query" for each in operation.iter_parameters())


def _try_one(operation: Any, mode: GenerationMode, sessions: Mapping[str, Session], count: int) -> list[str]:
    @seed(20260302)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def attempt(case: Any) -> None:
        for name, session in sessions.items():
            note(f"sent by {name}")
            case.call_and_validate(session=session, checks=CHECKS)

    try:
        attempt()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, operation.label  # it takes nothing at all
    except FailureGroup as error:
        told = [*getattr(error, "__notes__", []), *(str(each) for each in error.exceptions)]
        return ["\n".join([f"{operation.label}, {mode.value}", *told])]
    return []
