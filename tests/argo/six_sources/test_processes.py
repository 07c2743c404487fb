"""`argo serve` and `argo sources check` as processes, with all six vendors on loopback."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.argo.peers.program import Peers
from tests.argo.server.processes import ArgoFolder, stop, wait_until
from tests.argo.six_sources.rig import SOURCES

pytestmark = pytest.mark.timeout(150)
DIRECTIONS = {"LONG", "SHORT", "NEUTRAL"}


def decisions(live: ArgoFolder) -> list[dict[str, Any]]:
    """The newest ones; none while the process is not there yet."""
    try:
        found: list[dict[str, Any]] = live.get("/api/v1/decisions?limit=100")["items"]
    except OSError:
        return []
    return found


def voters(found: list[dict[str, Any]]) -> set[str]:
    """Who has voted in any of them."""
    return {vote["source"] for decision in found for vote in decision["votes"]}


def test_serve_publishes_signals_whose_decisions_name_all_six(live: ArgoFolder, peers: Peers) -> None:
    process, found = live.serve(), list[dict[str, Any]]()

    def complete() -> bool:
        found.extend(decisions(live))
        published = any(decision["status"] == "published" for decision in found)
        return published and voters(found) >= set(SOURCES) - {"massive"}

    try:
        wait_until(complete, process)
        assert peers.counts()["massive"]["limited"] == 0
        peers.fail("alpaca", "500")
        wait_until(lambda: "massive" in voters(decisions(live)), process)
        signals = live.get("/api/v1/signals?limit=10")["items"]
    finally:
        assert stop(process) == 0
    for decision in found:
        votes = {vote["source"]: vote for vote in decision["votes"]}
        absences = {absence["source"]: absence["reason"] for absence in decision["absences"]}
        assert votes.keys() | absences.keys() == SOURCES.keys()
        assert not votes.keys() & absences.keys()
        assert all(vote["direction"] in DIRECTIONS and vote["age_seconds"] >= 0 for vote in votes.values())
        assert all(absences.values())
        assert {source for source, reason in absences.items() if reason == "call saved"} == set(decision["saved_calls"])
    assert signals
    assert not [name for name, counted in peers.counts().items() if counted["limited"]]


def test_a_stream_that_is_dropped_comes_back_and_no_cycle_fails(live: ArgoFolder, peers: Peers) -> None:
    process = live.serve()
    try:
        wait_until(lambda: peers.counts()["alpaca"]["connections"] > 0, process)
        connected = peers.counts()["alpaca"]["connections"]
        wait_until(lambda: bool(decisions(live)), process)
        peers.cut("alpaca")
        wait_until(lambda: peers.counts()["alpaca"]["connections"] > connected, process)
        cycles = len(live.stored_cycles())
        wait_until(lambda: len(live.stored_cycles()) > cycles + 2, process)
        sources = live.get("/api/v1/health")["services"]["data_sources"]["sources"]
        assert {name for name, source in sources.items() if source["errors"]} == set()
        assert "alpaca_pro" in voters(decisions(live)[:2])
    finally:
        assert stop(process) == 0


def test_a_check_tells_the_vendor_that_fails_from_those_that_answer(live: ArgoFolder, peers: Peers) -> None:
    well = live.run("sources", "check", "--json")
    checks = {check["source"]: check for check in json.loads(well.stdout)}
    assert (well.returncode, set(checks)) == (0, set(SOURCES))
    assert all(check["reachable"] and check["latency_ms"] >= 120.0 for check in checks.values())
    assert {name: check["key"] for name, check in checks.items() if check["key"] != "present"} == {
        "yfinance": "not needed"
    }
    assert 0 < checks["alpha_vantage"]["quota_left"] < 25
    again = {check["source"]: check for check in json.loads(live.run("sources", "check", "--json").stdout)}
    assert again["alpha_vantage"]["quota_left"] == checks["alpha_vantage"]["quota_left"] - 1
    assert again["alpha_vantage"]["rate_limit_left"] is None, "it says nothing"
    assert 0 < again["alpaca_pro"]["rate_limit_left"] < 200
    for vendor in SOURCES.values():
        peers.fail(vendor, "500" if vendor in ("massive", "xai") else None)
    ill = live.run("sources", "check")
    assert ill.returncode == 1
    lines = {line.split()[0]: line for line in ill.stdout.splitlines() if line.split() and line.split()[0] in SOURCES}
    assert {source for source, line in lines.items() if " no " in line} == {"massive", "x_sentiment"}
    assert "500" in lines["massive"]
