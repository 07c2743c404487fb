"""`argo serve` and `argo sources check` against the six vendors, each played by a local peer."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.argo.peers import keys
from tests.argo.peers.program import RISING, Peers, running_peers
from tests.argo.server.processes import ArgoFolder, stop, wait_until

KEYS = {
    "ALPACA_DATA_API_KEY": keys.ALPACA_KEY,
    "ALPACA_DATA_SECRET_KEY": keys.ALPACA_SECRET,
    "MASSIVE_API_KEY": keys.MASSIVE_KEY,
    "ALPHA_VANTAGE_API_KEY": keys.ALPHA_VANTAGE_KEY,
    "XAI_API_KEY": keys.XAI_KEY,
    "PERPLEXITY_API_KEY": keys.PERPLEXITY_KEY,
}
SIX = {"alpaca_pro", "massive", "yfinance", "alpha_vantage", "x_sentiment", "sonar"}


@pytest.fixture(scope="module", name="peers")
def six_vendors() -> Iterator[Peers]:
    with running_peers("--symbols", "BTC-USD,ETH-USD", "--delay-ms", "5", "--history-days", "60", *RISING) as peers:
        yield peers


@pytest.fixture(name="live")
def live_folder(tmp_path: Path, cache: Path, peers: Peers) -> ArgoFolder:
    folder = ArgoFolder(tmp_path, cache, symbols=["BTC-USD", "ETH-USD"], price_change_threshold=0.0)
    document = json.loads(folder.config.read_text()) | {"market": {"history_days": 60}}
    folder.config.write_text(json.dumps(document))
    folder = folder.with_environment(**KEYS, **peers.environment())
    folder.upgraded()
    return folder


def named(decision: dict[str, Any]) -> dict[str, bool]:
    """Each source of a decision, and whether it voted."""
    voted = {vote["source"]: True for vote in decision["votes"]}
    return voted | {absence["source"]: False for absence in decision["absences"]}


@pytest.mark.timeout(120)
def test_decisions_name_all_six_sources_and_the_process_ends_at_once(live: ArgoFolder) -> None:
    process = live.serve()

    def all_vote() -> bool:
        try:
            decisions = live.get("/api/v1/decisions?limit=20")["items"]
        except OSError:
            return False
        return any(sum(named(one).values()) == 5 and named(one).keys() == SIX for one in decisions)

    try:
        wait_until(all_vote, process)
        report = live.get("/api/v1/health")
        sources = report["services"]["data_sources"]["sources"]
        assert sources.keys() == SIX
        assert {source["circuit_breaker"] for source in sources.values()} == {"closed"}
        assert sources["alpha_vantage"]["quota_left"] <= 22
        assert report["cache_hits"] > 0
    finally:
        assert stop(process) == 0
    told = (live.folder / "generator.log").read_text() + live.database.read_bytes().decode("latin-1")
    assert not [key for key in keys.ALL_KEYS if key in told]


@pytest.mark.timeout(120)
def test_with_streams_prices_are_pushed_between_two_questions(live: ArgoFolder, peers: Peers) -> None:
    document = json.loads(live.config.read_text())
    document["market"] |= {"streams": True}
    live.config.write_text(json.dumps(document))
    process = live.serve()

    def pushed() -> bool:
        return peers.counts()["alpaca"]["connections"] > 0 and len(live.stored_cycles()) > 2

    try:
        wait_until(pushed, process)
    finally:
        assert stop(process) == 0


@pytest.mark.timeout(120)
def test_a_symbol_a_weight_and_a_limit_are_taken_over_while_it_runs(live: ArgoFolder) -> None:
    document = json.loads(live.config.read_text())
    document["signal_generation"] |= {"symbols": ["BTC-USD"]}
    live.config.write_text(json.dumps(document))
    process = live.serve()

    def newest(symbol: str) -> dict[str, Any] | None:
        try:
            items = live.get(f"/api/v1/decisions?symbol={symbol}&limit=1")["items"]
        except OSError:
            return None
        return items[0] if items else None

    def weight() -> float | None:
        votes = (newest("ETH-USD") or {"votes": []})["votes"]
        return next((vote["weight"] for vote in votes if vote["source"] == "yfinance"), None)

    try:
        wait_until(lambda: newest("BTC-USD") is not None, process)
        document["signal_generation"]["symbols"] = ["BTC-USD", "ETH-USD"]
        document["data_sources"] = {"weights": {"yfinance": 0.27, "alpha_vantage": 0.27}}
        document["massive"] = {"calls_per_second": 3.0}
        live.config.write_text(json.dumps(document))
        wait_until(lambda: weight() == 0.27, process)
        assert live.get("/api/v1/health")["services"]["performance"]["errors"].get("alpaca_pro") is None
    finally:
        assert stop(process) == 0


def test_a_check_asks_every_vendor_and_needs_no_database(live: ArgoFolder) -> None:
    live.database.unlink()
    time.sleep(1.0)  # Alpha Vantage answers once a second, and the test before this one may have asked it just now
    done = live.run("sources", "check", "--json")
    checks = json.loads(done.stdout)
    assert {check["source"] for check in checks} == SIX
    assert [check["error"] for check in checks if check["reachable"] is not True] == []
    assert done.returncode == 0


def test_a_vendor_that_refuses_the_key_fails_the_check_and_a_missing_key_does_not(live: ArgoFolder) -> None:
    other = live.with_environment(MASSIVE_API_KEY="none-of-theirs", XAI_API_KEY="", PERPLEXITY_API_KEY="")
    done = other.run("sources", "check")
    lines = {line.split()[0]: line for line in done.stdout.splitlines() if line}
    assert done.returncode == 1
    assert "401" in lines["massive"]
    assert "missing" in lines["sonar"]
    assert "none-of-theirs" not in done.stdout + done.stderr


def test_a_database_that_holds_a_replay_is_not_gone_on_with_live(live: ArgoFolder) -> None:
    replayed = live.with_environment(**dict.fromkeys(KEYS, ""))
    assert replayed.run("cycle").returncode == 0
    refused: subprocess.CompletedProcess[str] = live.run("cycle")
    assert refused.returncode == 1
    assert "database.path" in refused.stderr
