"""What the producer really sends, and what the distributor really answers when somebody meddles with it."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.interop.system import ALPINE, GENERATOR, SYNC_KEY, LiveSystem

SYNC = "/api/v1/external-signals/sync"
LOGGED = ("salt", "leaf_index", "entry", "tlog_proof")
HASHED = ("symbol", "action", "entry_price", "target_price", "stop_price", "confidence", "strategy", "timestamp")


@pytest.fixture(scope="module", name="shared")
def system_of_all_tests_but_one(tmp_path_factory: pytest.TempPathFactory, replay_cache: Path) -> Iterator[LiveSystem]:
    """A producer that has published, and a distributor that runs and has nothing yet."""
    system = LiveSystem(tmp_path_factory.mktemp("wire"), replay_cache)
    system.start(ALPINE)
    publish(system)
    try:
        yield system
    finally:
        system.close()


@pytest.fixture(scope="module", name="body")
def body_of_a_real_signal(shared: LiveSystem) -> bytes:
    return first_body(shared)


def publish(system: LiveSystem) -> None:
    """Cycles until there is a signal."""
    for _ in range(30):
        done = system.command(GENERATOR, "cycle")
        assert done.returncode == 0, done.stderr
        if system.published():
            return
    raise AssertionError("no signal in thirty cycles")


def first_body(system: LiveSystem) -> bytes:
    """The bytes that wait for the distributor."""
    query = "SELECT payload FROM outbox WHERE topic = 'distributor' AND key LIKE 'signal:%' ORDER BY position LIMIT 1"
    payload: bytes = system.rows("signals_unified", query)[0][0]
    return payload


def post(live: LiveSystem, path: str, body: bytes, key: str = SYNC_KEY, **headers: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", live.ports[ALPINE], timeout=20)
    wire = {"Content-Type": "application/json", "X-API-Key": key}
    wire |= {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request("POST", f"{SYNC}{path}", body, wire)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    finally:
        connection.close()


def digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def untouched(system: LiveSystem, body: bytes) -> bool:
    """True if nothing of this signal is stored."""
    signal_id = json.loads(body)["signal_id"]
    return system.rows("alpine", f"SELECT count(*) FROM signals WHERE signal_id = '{signal_id}'") == [(0,)]


def test_a_signal_is_taken_once_and_what_follows_it_is_told_apart(shared: LiveSystem, body: bytes) -> None:
    body = renamed(body, "SIG-TAKEN-ONCE")
    status, answer = post(shared, "/signal", body, Content_Digest=digest(body))
    assert (status, answer["external_signal_id"]) == (201, json.loads(body)["signal_id"])
    number = answer["alpine_signal_id"]
    status, answer = post(shared, "/signal", body)
    assert (status, answer["code"], answer["alpine_signal_id"]) == (409, "duplicate", number)
    other = rehashed({**json.loads(body), "confidence": 99.5})
    status, answer = post(shared, "/signal", other)
    assert (status, answer["code"], answer["alpine_signal_id"]) == (409, "conflict", number)
    assert shared.rows("alpine", "SELECT subject FROM alarms") == [("SIG-TAKEN-ONCE",)]
    taken = "SELECT count(*) FROM signals WHERE signal_id = 'SIG-TAKEN-ONCE'"
    assert shared.rows("alpine", taken) == [(1,)]


def renamed(body: bytes, signal_id: str) -> bytes:
    """The same signal under a name of this test's own."""
    return rehashed({**json.loads(body), "signal_id": signal_id})


def rehashed(signal: dict[str, Any]) -> bytes:
    """The signal with a hash that holds and without a place in the log, as somebody with the key could send it."""
    signal = {name: value for name, value in signal.items() if name not in LOGGED}
    nine = {name: signal[name] for name in sorted((*HASHED, "signal_id"))}
    text = json.dumps(
        {
            name: int(value) if isinstance(value, float) and value.is_integer() else value
            for name, value in nine.items()
        },
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return json.dumps({**signal, "verification_hash": hashlib.sha256(text.encode()).hexdigest()}).encode()


def test_a_byte_flipped_on_the_way_is_seen_wherever_it_is(shared: LiveSystem, body: bytes) -> None:
    dice = random.Random(20261121)
    for place in dice.sample(range(len(body)), 120):
        flipped = bytearray(body)
        flipped[place] ^= 1 << dice.randrange(8)
        status, answer = post(shared, "/signal", bytes(flipped), Content_Digest=digest(body))
        assert (status, answer["code"]) == (400, "digest_mismatch"), (place, bytes(flipped))
    assert untouched(shared, body)


@pytest.mark.parametrize("name", HASHED)
def test_a_hashed_field_that_was_changed_is_seen_without_a_digest_too(
    shared: LiveSystem, body: bytes, name: str
) -> None:
    signal = json.loads(body)
    value = signal[name]
    other = {"BUY": "SELL", "SELL": "BUY"}.get(value, str(value)[:-1])
    signal[name] = value + 0.01 if isinstance(value, float) else other
    status, answer = post(shared, "/signal", json.dumps(signal).encode())
    assert status == 400, answer
    assert untouched(shared, body)


def test_a_wrong_key_and_a_body_that_is_too_large_are_refused(shared: LiveSystem, body: bytes) -> None:
    status, _ = post(shared, "/signal", body, key="0" * 64)
    assert status == 401
    large = body[:-1] + b',"reasoning":"' + b"x" * 10_000_000 + b'"}'
    status, _ = post(shared, "/signal", large)
    assert status == 413
    assert untouched(shared, body)


def test_both_audits_find_a_field_that_was_changed_in_a_database(live: LiveSystem) -> None:
    live.start(ALPINE)
    publish(live)
    body = first_body(live)
    assert post(live, "/signal", body)[0] == 201
    signal_id = json.loads(body)["signal_id"]
    assert live.command(ALPINE, "ledger", "audit").returncode == 0
    assert live.command(GENERATOR, "verify", signal_id).returncode == 0
    live.tamper("alpine", "UPDATE signals SET target_price = target_price + 1")
    live.tamper("signals_unified", f"UPDATE signal_log SET confidence = 99.9 WHERE signal_id = '{signal_id}'")
    found = live.command(ALPINE, "ledger", "audit")
    assert (found.returncode, signal_id in found.stdout) == (1, True)
    assert live.command(GENERATOR, "verify", signal_id).returncode == 1
