"""What executors made of signals: in the log, at the distributor, provable by a stranger, and unchanged in both."""

from __future__ import annotations

import hashlib
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.interop.evidence import Stranger, distributors_audit, producers_audit
from tests.interop.stranger_proof import require_in_log
from tests.interop.system import ALPINE, EVERYONE, LiveSystem, distributor_of_a_copy

pytestmark = pytest.mark.timeout(300)
PRODUCERS = "SELECT trade_id, executor_id, mode, net_pct FROM trade_report ORDER BY trade_id"
DISTRIBUTORS = "SELECT trade_id, executor_id, mode, net_pct FROM realised ORDER BY trade_id"


@pytest.fixture(scope="module", name="traded")
def system_in_which_a_trade_was_finished(
    tmp_path_factory: pytest.TempPathFactory, replay_cache: Path
) -> Iterator[LiveSystem]:
    """At least one realised outcome has arrived; everybody has ended."""
    system = LiveSystem(tmp_path_factory.mktemp("traded"), replay_cache)
    try:
        system.start(*EVERYONE)
        system.wait_until(lambda: bool(system.rows("alpine", DISTRIBUTORS)), *EVERYONE, seconds=200)
        system.settle()
        system.end(*reversed(EVERYONE))
        yield system
    finally:
        system.close()


@pytest.fixture(name="live")
def copy_with_a_running_distributor(traded: LiveSystem, tmp_path: Path) -> Iterator[LiveSystem]:
    with distributor_of_a_copy(traded, tmp_path / "copy") as system:
        yield system


def download(system: LiveSystem, path: str) -> bytes:
    """As a reader who has signed in."""
    address = f"http://127.0.0.1:{system.ports[ALPINE]}"
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    body = json.dumps({"email": "reader@example.test", "password": "a password for tests"}).encode()
    asked = urllib.request.Request(f"{address}/api/auth/login", body, {"Content-Type": "application/json"})
    opener.open(asked, timeout=20).close()
    with opener.open(address + path, timeout=20) as answer:
        content: bytes = answer.read()
    return content


def evidence_of(system: LiveSystem, trade_id: str) -> dict[str, Any]:
    ((signal_id,),) = system.rows("alpine", f"SELECT signal_id FROM realised WHERE trade_id = '{trade_id}'")
    found: dict[str, Any] = json.loads(download(system, f"/api/v1/signals/{signal_id}/evidence"))
    return found


def test_what_arrived_is_what_was_reported_and_a_stranger_can_prove_it(live: LiveSystem) -> None:
    arrived = live.rows("alpine", DISTRIBUTORS)
    assert arrived
    assert set(arrived) <= set(live.rows("signals_unified", PRODUCERS))
    trade_id, executor_id, mode, net_pct = arrived[0]
    assert mode == "simulated"
    bundle = evidence_of(live, trade_id)
    (part,) = [one for one in bundle["realised"] if json.loads(one["statement"])["trade_id"] == trade_id]
    statement, entry = json.loads(part["statement"]), json.loads(part["entry"])
    assert require_in_log(part["entry"], part["tlog_proof"], live.vkey) == part["leaf_index"]
    assert entry["sha256"] == hashlib.sha256(part["statement"].encode()).hexdigest()
    assert entry["name"] == f"realised-outcome/{executor_id}/{bundle['leaf_index']}/{trade_id}"
    assert (statement["of"], statement["signal_id"]) == (bundle["leaf_index"], bundle["signal"]["signal_id"])
    assert (statement["net_pct"], statement["executor_id"]) == (net_pct, executor_id)
    assert hashlib.sha256(download(live, entry["text_url"])).hexdigest() == entry["sha256"]
    reveal = bundle["reveal"]
    assert reveal["leaf_index"] < part["leaf_index"], "nothing is told of a signal that is still secret"


def test_the_offline_verifier_finds_no_fault_in_record_and_bundle_with_a_trade(live: LiveSystem) -> None:
    stranger = Stranger(live)
    ((trade_id, *_), *_) = live.rows("alpine", DISTRIBUTORS)
    bundle = evidence_of(live, trade_id)
    status, words = stranger.bundle(bundle)
    assert (status, "realised by" in words) == (0, True), words
    assert stranger.record(stranger.download())[0] == 0
    assert stranger.findings()["findings"] == []
    spoilt = bundle["realised"][0]
    spoilt["statement"] = spoilt["statement"].replace('"simulated"', '"live"')
    status, words = stranger.bundle(bundle)
    assert (status, "commitment_mismatch" in words) == (1, True), words


def test_both_audits_find_a_statement_that_was_changed(live: LiveSystem) -> None:
    assert distributors_audit(live)[0] == 0
    assert producers_audit(live)[0] == 0
    ((trade_id, *_), *_) = live.rows("alpine", DISTRIBUTORS)
    live.tamper("signals_unified", f"UPDATE trade_report SET net_pct = net_pct + 1 WHERE trade_id = '{trade_id}'")
    status, words = producers_audit(live)
    assert (status, trade_id in words) == (1, True), words
    live.tamper("alpine", f"UPDATE realised SET statement = replace(statement, 'simulated', 'live') "
                f"WHERE trade_id = '{trade_id}'")  # fmt: skip
    status, words = distributors_audit(live)
    assert (status, trade_id in words) == (1, True), words


def test_every_trade_of_a_sealed_signal_is_logged_once(live: LiveSystem) -> None:
    live.end(ALPINE)
    entries = [json.loads(row[0]) for row in live.rows("signals_unified", "SELECT entry FROM log_leaf ORDER BY idx")]
    named = [entry["name"].split("/")[3] for entry in entries if entry.get("name", "").startswith("realised-outcome/")]
    assert len(named) == len(set(named))
    told = {row[0] for row in live.rows("signals_unified", "SELECT trade_id FROM realised_seal")}
    assert set(named) <= told
    refused = "SELECT code FROM outbox_refusal JOIN outbox USING (position) WHERE key LIKE 'realised:%'"
    assert live.rows("signals_unified", refused) == []
