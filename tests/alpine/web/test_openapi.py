"""The OpenAPI description: complete for every route, and what the server answers is what it says."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from alpine_core.model import Tier
from alpine_web.web.description import operations
from tests.alpine.web.parts import AUTHORISED, PASSWORD, Rig, add_account, asked, deliver, recent, rig_of, served

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
SHARE = 6 if os.environ.get("TEST_COUNTS", "slice") == "slice" else 200


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
            if status >= "400" and path != "/health":
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


@pytest.mark.parametrize("caller", ["stranger", *Tier])
async def test_no_request_breaks_the_server_or_is_answered_otherwise_than_described(caller: str) -> None:
    rig = rig_of()
    async with asked(rig) as provider:
        await deliver(rig, provider, recent(rig, "SIG-1"))
    async with served(rig) as url:
        await _try_everything(rig, url, caller)


async def _try_everything(rig: Rig, url: str, caller: str) -> None:
    if caller != "stranger":
        await add_account(rig, "any@example.com", Tier(caller))
    await asyncio.to_thread(_try_blocking, await description(rig), url, caller)


def _try_blocking(found: dict[str, Any], url: str, caller: str) -> None:
    with httpx.Client(base_url=url, headers=AUTHORISED) as client:
        if caller != "stranger":
            sent = {"email": "any@example.com", "password": PASSWORD}
            assert client.post("/api/auth/login", json=sent).status_code == 200
        session = dict(client.cookies)
    schema = schemathesis.openapi.from_dict(found)
    schema.config.update(base_url=url)
    for each in schema.get_all_operations():
        operation: Any = each.ok()  # type: ignore[union-attr]
        if operation.path.endswith("/logout"):
            continue  # it would end the session in the middle; test_sign_in has its refusals

        @seed(20260302)
        @settings(
            max_examples=SHARE,
            deadline=None,
            database=None,
            derandomize=False,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def attempt(case: Any) -> None:
            case.call_and_validate(headers=AUTHORISED, cookies=session, checks=CHECKS)

        attempt()
