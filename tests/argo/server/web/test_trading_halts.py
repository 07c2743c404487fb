"""The kill switch of an executor over HTTP: who may pull it, what it does, and what ends it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.argo.server.executors import PROP_FIRM
from tests.argo.server.web.executor_parts import (
    AUTH,
    EXECUTE,
    HALT,
    MARKS,
    RESUME,
    STATUS,
    TEST,
    RunningExecutor,
    running_executor,
)

WORDS = {"reason": "checked by hand", "by": "ada"}


@pytest.fixture
async def executor(tmp_path: Path) -> AsyncIterator[RunningExecutor]:
    async with running_executor(tmp_path) as opened:
        yield opened


async def test_nothing_changes_without_the_key(executor: RunningExecutor) -> None:
    for path in (EXECUTE, MARKS, HALT, RESUME, TEST):
        for headers in ({}, {"X-API-Key": "another"}, {"X-API-Key": ""}):
            answer = await executor.client.post(path, json=WORDS, headers=headers)
            assert (path, answer.status_code, answer.json()["code"]) == (path, 401, "wrong_key")
    assert (await executor.status())["halt"] is None


async def test_a_wrong_key_reads_nothing_either(executor: RunningExecutor) -> None:
    assert (await executor.client.get(STATUS, headers={"X-API-Key": "another"})).status_code == 401
    assert (await executor.client.get(STATUS, headers=AUTH)).status_code == 200


async def test_the_status_tells_account_protection_limits_and_orders(executor: RunningExecutor) -> None:
    await executor.trade("SIG-1")
    status = await executor.status()
    assert (status["state"], status["mode"], status["rules"]) == ("TRADING", "simulated", "its own rules")
    held = status["positions"][0]
    assert (held["symbol"], held["quantity"], held["stop_price"] is None) == ("AAPL", 65.0, False)
    assert held["stop_price"] < held["average_price"] < held["target_price"]
    assert {meter["name"] for meter in status["risk"]["meters"]} >= {"daily_loss", "drawdown"}
    assert status["risk"]["level"] == "NORMAL"
    assert status["risk"]["equity_after_flatten"] < status["account"]["equity"]
    assert [order["state"] for order in status["orders"] if not order["intent"]["reduce_only"]] == ["filled"]
    assert status["account_number"] == status["account"]["account_number"]
    assert status["verdicts"][0]["signal_id"] == "SIG-1"


async def test_a_halt_leaves_nothing_and_lets_nothing_in(executor: RunningExecutor) -> None:
    await executor.trade("SIG-1")
    done = await executor.halt(**WORDS)
    assert (done["halt"]["code"], done["halt"]["by"], done["halt"]["reason"]) == ("operator", "ada", "checked by hand")
    assert done["flattening"]["flat_at"] is not None
    status = await executor.status()
    assert (status["state"], status["positions"], status["account"]["open_orders"]) == ("HALTED", [], [])
    assert [trade["signal_id"] for trade in status["trades"]] == ["SIG-1"]
    await executor.trade("SIG-2", "MSFT")
    assert (await executor.status())["counts"]["denied_by"] == {"halted": 1}


async def test_a_halt_needs_no_body_and_pulling_again_changes_nothing(executor: RunningExecutor) -> None:
    answer = await executor.client.post(HALT, headers=AUTH)
    assert (answer.status_code, answer.json()["halt"]["by"]) == (200, "operator")
    again = await executor.halt(**WORDS)
    assert again["halt"]["halt_id"] == answer.json()["halt"]["halt_id"]
    assert len((await executor.status())["halts"]) == 1


async def test_a_resume_names_who_and_why_and_trading_goes_on(executor: RunningExecutor) -> None:
    halt = (await executor.halt())["halt"]
    answer = await executor.client.post(RESUME, json=WORDS, headers=AUTH)
    assert answer.status_code == 200
    assert [(one["halt_id"], one["by"]) for one in answer.json()["resumed"]] == [(halt["halt_id"], "ada")]
    await executor.trade("SIG-1")
    status = await executor.status()
    assert (status["state"], status["counts"]["allowed"], len(status["halts"])) == ("TRADING", 1, 2)


async def test_nothing_to_resume_is_a_conflict(executor: RunningExecutor) -> None:
    answer = await executor.client.post(RESUME, json=WORDS, headers=AUTH)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_halted")


NO_ORDERS = (
    (HALT, b"{"),
    (HALT, b"\xff"),
    (HALT, b'{"reason": ""}'),
    (HALT, b'{"by": 7}'),
    (HALT, b'{"executor": "argo"}'),
    (HALT, b"[" * 5000),
    (RESUME, b""),
    (RESUME, b'{"reason": "checked"}'),
    (RESUME, b'{"reason": "   ", "by": "ada"}'),
    (TEST, b""),
    (TEST, b'{"symbol": 1}'),
    (TEST, b'{"symbol": "../etc"}'),
)


async def test_a_body_that_is_no_order_of_a_person_changes_nothing(executor: RunningExecutor) -> None:
    for halted in (False, True):
        if halted:
            await executor.halt()
        before = (await executor.status())["halts"]
        for path, body in NO_ORDERS:
            answer = await executor.client.post(path, content=body, headers=AUTH)
            assert answer.status_code in (400, 422), (path, body)
            detail = answer.json()["detail"]
            assert "\n" not in detail
            assert 10 < len(detail) < 400
        assert (await executor.status())["halts"] == before


async def test_a_restart_lifts_no_halt(tmp_path: Path) -> None:
    async with running_executor(tmp_path) as executor:
        await executor.trade("SIG-1")
        halt = (await executor.halt(**WORDS))["halt"]
    async with running_executor(tmp_path) as executor:
        status = await executor.status()
        assert (status["state"], status["halt"]["halt_id"], status["positions"]) == ("HALTED", halt["halt_id"], [])
        await executor.trade("SIG-2", "MSFT")
        assert (await executor.status())["counts"]["denied_by"] == {"halted": 1}


async def test_a_trade_test_goes_through_every_layer_and_leaves_nothing(executor: RunningExecutor) -> None:
    unknown = await executor.client.post(TEST, json={"symbol": "TSLA"}, headers=AUTH)
    assert (unknown.status_code, unknown.json()["code"]) == (400, "no_price")
    await executor.price("TSLA", 300.0)
    tried = (await executor.client.post(TEST, json={"symbol": "TSLA"}, headers=AUTH)).json()
    assert (tried["works"], [order["state"] for order in tried["orders"]]) == (True, ["filled", "filled"])
    assert [order["intent"]["quantity"] for order in tried["orders"]] == [1.0, 1.0]
    assert tried["accept_ms"] >= 0
    assert {verdict["layer"] for verdict in tried["verdicts"]} >= {"account_status", "position_size", "buying_power"}
    assert (await executor.status())["positions"] == []


async def test_a_symbol_that_is_held_is_not_tried(executor: RunningExecutor) -> None:
    await executor.trade("SIG-1")
    await executor.price("AAPL", 175.0)
    held = await executor.client.post(TEST, json={"symbol": "AAPL"}, headers=AUTH)
    assert (held.status_code, held.json()["code"]) == (400, "held")


async def test_a_halted_executor_tries_no_order(executor: RunningExecutor) -> None:
    await executor.price("TSLA", 300.0)
    await executor.halt()
    tried = (await executor.client.post(TEST, json={"symbol": "TSLA"}, headers=AUTH)).json()
    assert (tried["works"], tried["orders"]) == (False, [])
    assert "halted" in [verdict.get("code") for verdict in tried["verdicts"]]


async def test_health_is_503_until_the_past_is_finished(tmp_path: Path) -> None:
    async with running_executor(tmp_path, recovered=False) as executor:
        answer = await executor.client.get("/api/v1/health")
        assert (answer.status_code, answer.json()["status"], answer.json()["state"]) == (503, "unhealthy", "RECOVERING")
        assert (await executor.client.get("/health")).json() == {"status": "alive", "trading": "RECOVERING"}
        await executor.services.minder.recover()
        answer = await executor.client.get("/api/v1/health")
        assert (answer.status_code, answer.json()["status"], answer.json()["reason"]) == (200, "healthy", None)


async def test_a_halted_executor_is_degraded_and_says_why(executor: RunningExecutor) -> None:
    await executor.halt(reason="news at 14:00", by="ada")
    answer = await executor.client.get("/api/v1/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["reason"] == "halted (operator): news at 14:00"


async def test_monitoring_reads_equity_floors_limits_and_the_halt(tmp_path: Path) -> None:
    async with running_executor(tmp_path, PROP_FIRM) as executor:
        await executor.trade("SIG-1", confidence=80.0)
        await executor.halt()
        text = (await executor.client.get("/metrics")).text
    assert 'argo_executor_halted{executor="prop_firm"} 1.0' in text
    assert 'argo_equity{executor="prop_firm"} 100000.0' in text
    assert 'argo_open_positions{executor="prop_firm"} 0.0' in text
    assert 'argo_risk_level{executor="prop_firm"} 0.0' in text
    assert 'argo_risk_denials_total{executor="prop_firm",rule="below_min_confidence"} 1.0' in text
    assert 'argo_risk_used_percent{executor="prop_firm",meter="daily_loss"} 0.0' in text
    assert "argo_floor_equity{" in text
    assert "argo_floor_distance{" in text
