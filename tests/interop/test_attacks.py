"""Each attack on the record, performed for real on the running system: none ends in silence."""

from __future__ import annotations

import json
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.interop.evidence import LEDGER, Stranger, distributors_audit, producers_audit
from tests.interop.forger import Forger, moment, sample_signal
from tests.interop.system import ALPINE, EVERYONE, GENERATOR, LiveSystem, distributor_of_a_copy
from tests.interop.test_wire import post

pytestmark = pytest.mark.timeout(180)
ENDED = ("--max-age", "120")
"""Nobody signs any more in a system that has ended, however many tests ask before this one."""


@pytest.fixture(scope="module", name="honest")
def system_that_has_published(tmp_path_factory: pytest.TempPathFactory, replay_cache: Path) -> Iterator[LiveSystem]:
    """Signals, reveals and outcomes, all delivered; everybody has ended."""
    system = LiveSystem(tmp_path_factory.mktemp("honest"), replay_cache)
    try:
        system.start(*EVERYONE)
        resolved = "SELECT count(*) FROM outcome_log"
        system.wait_until(lambda: system.rows("signals_unified", resolved)[0][0] >= 3, GENERATOR)
        system.settle()
        system.end(*reversed(EVERYONE))
        yield system
    finally:
        system.close()


@pytest.fixture(name="live")
def copy_with_a_running_distributor(honest: LiveSystem, tmp_path: Path) -> Iterator[LiveSystem]:
    with distributor_of_a_copy(honest, tmp_path / "copy") as system:
        yield system


def forger_of(system: LiveSystem, size: int | None = None) -> Forger:
    """The producer's key in other hands, with the log as it is, or its first `size` entries."""
    entries = [bytes(row[0]) for row in system.rows("signals_unified", "SELECT entry FROM log_leaf ORDER BY idx")]
    return Forger(system.key_file, entries[:size])


def next_seq(forger: Forger) -> int:
    numbers = [entry["seq"] for entry in map(json.loads, forger.entries) if entry["kind"] == "signal"]
    return 1 + int(max(numbers))


def logged(system: LiveSystem, forger: Forger, old_size: int) -> None:
    """The forger's new entries reach the mirror, signed with the right key: the log itself accepts them.

    The witness may know the checkpoint already, from a signal that was refused.
    """
    status, answer = post(system, "/checkpoint", forger.checkpoint_body(old_size, old_size))
    if status == 409:
        status, answer = post(system, "/checkpoint", forger.checkpoint_body(answer["size"], answer["mirrored"]))
    assert (status, answer["mirrored"]) == (200, len(forger.entries)), answer


def require_found(system: LiveSystem, code: str) -> None:
    """The code is published, in the distributor's audit and in the offline verifier's verdict."""
    stranger = Stranger(system)
    system.wait_until(lambda: code in {one["code"] for one in stranger.findings()["findings"]}, ALPINE)
    status, said = stranger.record(stranger.download())
    assert status == 1 and code in said, said
    status, said = distributors_audit(system)
    assert status == 1 and code in said, said


def test_the_honest_record_is_verified_by_everybody(live: LiveSystem) -> None:
    stranger = Stranger(live)
    status, said = stranger.record(stranger.download())
    assert status == 0, said
    status, said = stranger.feed(*ENDED)
    assert status == 0, said
    assert distributors_audit(live)[0] == 0
    assert producers_audit(live)[0] == 0
    assert stranger.findings() == {"findings": [], "split_views": []}
    counts = live.get(ALPINE, f"{LEDGER}/completeness")["logs"][0]["counts"]
    assert counts["signals"] == live.published()


CHANGED_AT_THE_PRODUCER = (
    "UPDATE signal_log SET stop_price = stop_price - 0.5 WHERE id = 1",
    "UPDATE log_leaf SET entry = CAST(replace(entry, '\"v\":1', '\"v\":2') AS BLOB) WHERE idx = 1",
    "UPDATE log_hash SET h = zeroblob(32) WHERE pos = 2",
    "UPDATE outcome_log SET exit_price = exit_price + 1 WHERE id = 1",
    "UPDATE signal_seal SET salt = zeroblob(32) WHERE leaf_index = (SELECT min(leaf_index) FROM signal_seal)",
    "DELETE FROM log_checkpoint WHERE size = (SELECT max(size) FROM log_checkpoint)",
    "DELETE FROM log_leaf WHERE idx = (SELECT max(idx) FROM log_leaf)",
    "DELETE FROM outcome_log WHERE id = (SELECT max(id) FROM outcome_log)",
)


@pytest.mark.parametrize("statement", CHANGED_AT_THE_PRODUCER)
def test_what_was_changed_in_the_producers_database_is_found_by_its_audit(live: LiveSystem, statement: str) -> None:
    live.tamper("signals_unified", statement)
    status, said = producers_audit(live)
    assert status == 1, said


CHANGED_AT_THE_DISTRIBUTOR = (
    "UPDATE signals SET stop_price = stop_price - 0.5 WHERE cursor = 1",
    "UPDATE seals SET salt = replace(salt, substr(salt, 1, 1), 'f') || 'x' WHERE cursor = 1",
    "UPDATE outcomes SET exit_price = exit_price + 1 WHERE cursor = (SELECT min(cursor) FROM outcomes)",
    "DELETE FROM outcomes WHERE cursor = (SELECT max(cursor) FROM outcomes)",
    "DELETE FROM signals WHERE cursor = (SELECT max(cursor) FROM signals)",
)


@pytest.mark.parametrize("statement", CHANGED_AT_THE_DISTRIBUTOR)
def test_what_was_changed_in_the_distributors_rows_is_found_by_its_audit(live: LiveSystem, statement: str) -> None:
    live.tamper("alpine", statement)
    status, said = distributors_audit(live)
    assert status == 1, said


def test_a_mirror_that_lies_about_an_entry_is_found_by_export_feed_and_audit(live: LiveSystem) -> None:
    live.tamper(
        "alpine", "UPDATE log_entries SET entry = CAST(replace(entry, '\"v\":1', '\"v\":2') AS BLOB) WHERE place = 2"
    )
    stranger = Stranger(live)
    status, said = stranger.record(stranger.download())
    assert status == 1 and "content_changed" in said, said
    assert stranger.feed(*ENDED)[0] == 1
    assert distributors_audit(live)[0] == 1


def test_one_flipped_byte_and_a_dropped_last_record_are_each_one_plain_sentence(live: LiveSystem) -> None:
    stranger = Stranger(live)
    whole = stranger.download().read_bytes()
    flipped = live.folder / "flipped.jsonl"
    place = whole.index(b'"commit":"') + 12
    flipped.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    status, said = stranger.record(flipped)
    assert status == 1 and "content_changed" in said, said
    dropped = live.folder / "dropped.jsonl"
    dropped.write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
    status, said = stranger.record(dropped)
    assert status == 1 and "entries_missing" in said, said


def test_a_checkpoint_signed_with_another_key_is_refused(live: LiveSystem) -> None:
    forger, old = forger_of(live), len(forger_of(live).entries)
    forger.add("tally", streams={"main": next_seq(forger)})
    members = json.loads(forger.checkpoint_body(old, old))
    forged = {**members, "checkpoint": forger.note(key=Ed25519PrivateKey.generate())}
    status, answer = post(live, "/checkpoint", json.dumps(forged).encode())
    assert (status, answer["code"]) == (403, "bad_log_signature")
    stranger = Stranger(live)
    header, _, entries = stranger.download().read_bytes().partition(b"\n")
    other = {**json.loads(header), "checkpoint": forged["checkpoint"]}
    path = live.folder / "forged.jsonl"
    path.write_bytes(json.dumps(other).encode() + b"\n" + entries)
    status, said = stranger.record(path)
    assert status == 1 and "bad_log_signature" in said, said


def test_a_withheld_tail_is_seen_by_whoever_saw_more(live: LiveSystem) -> None:
    stranger = Stranger(live)
    status, said = stranger.feed(*ENDED)
    assert status == 0, said
    newer = stranger.download("newer.jsonl")
    sizes = live.rows("alpine", "SELECT size FROM witnessed_checkpoints ORDER BY size DESC LIMIT 2")
    last = sizes[1][0]
    for statement in (
        f"DELETE FROM cosignatures WHERE size > {last}",
        f"DELETE FROM witnessed_checkpoints WHERE size > {last}",
        f"DELETE FROM log_entries WHERE place >= {last}",
    ):
        live.tamper("alpine", statement)
    live.kill(ALPINE)
    live.start(ALPINE)
    status, said = stranger.record(stranger.download("older.jsonl"), "--since", str(newer))
    assert status == 1, said
    status, said = stranger.feed(*ENDED)
    assert status == 1, said


def test_a_back_dated_signal_is_refused_and_its_entry_found(live: LiveSystem) -> None:
    forger, salt = forger_of(live), secrets.token_bytes(32)
    old = len(forger.entries)
    before = moment(datetime.now(UTC) - timedelta(hours=1))
    signal = sample_signal("SIG-BACK-DATED", timestamp=before)
    index = forger.commit(signal, salt, next_seq(forger))
    status, answer = post(live, "/signal", forger.signal_body(signal, salt, index, old))
    assert (status, answer["code"]) == (422, "skew")
    forger.reveal(index, signal, salt)
    logged(live, forger, old)
    require_found(live, "backdated")


def test_whoever_commits_both_sides_and_shows_the_winner_is_found(live: LiveSystem) -> None:
    forger = forger_of(live)
    old, seq = len(forger.entries), next_seq(forger)
    soon = moment(datetime.now(UTC) + timedelta(seconds=2))
    salts = [secrets.token_bytes(32) for _ in range(2)]
    sides = [sample_signal("SIG-LONG", "BUY"), sample_signal("SIG-SHORT", "SELL")]
    places = [
        forger.commit(side, salt, seq + number, reveal_by=soon)
        for number, (side, salt) in enumerate(zip(sides, salts, strict=True))
    ]
    forger.reveal(places[0], sides[0], salts[0])
    logged(live, forger, old)
    require_found(live, "reveal_overdue")


def test_an_outcome_that_is_written_again_is_found(live: LiveSystem) -> None:
    forger = forger_of(live)
    old = len(forger.entries)
    first = next(entry for entry in map(json.loads, forger.entries) if entry["kind"] == "outcome")
    first.pop("at")
    forger.add(**{**first, "exit_price": 1.0, "exit_at": moment()})
    logged(live, forger, old)
    require_found(live, "duplicate_outcome")


def test_a_signal_left_out_of_the_numbering_is_found(live: LiveSystem) -> None:
    forger, salt = forger_of(live), secrets.token_bytes(32)
    old = len(forger.entries)
    signal = sample_signal("SIG-AFTER-A-GAP")
    index = forger.commit(signal, salt, next_seq(forger) + 1)
    status, answer = post(live, "/signal", forger.signal_body(signal, salt, index, old))
    assert answer["code"] == "seq_gap", (status, answer)
    logged(live, forger, old)
    require_found(live, "seq_gap")


def test_two_histories_of_one_key_stop_publication_until_an_operator_decides(live: LiveSystem) -> None:
    whole = forger_of(live)
    old = len(whole.entries)
    fork = forger_of(live, old - 2)
    while len(fork.entries) <= old:
        fork.add("tally", streams={"main": next_seq(fork)})
    status, answer = post(live, "/checkpoint", fork.checkpoint_body(old, old))
    assert (status, answer["code"]) == (422, "split_view")
    stranger = Stranger(live)
    (view,) = stranger.findings()["split_views"]
    assert view["kept"].startswith(f"{whole.origin}\n{old}\n")
    assert fork.note() in view["offered"]
    assert live.get(ALPINE, f"{LEDGER}/completeness")["logs"][0]["halted"] is True
    signal, salt = sample_signal("SIG-AFTER-THE-SPLIT"), secrets.token_bytes(32)
    index = whole.commit(signal, salt, next_seq(whole))
    status, answer = post(live, "/signal", whole.signal_body(signal, salt, index, old))
    assert status >= 400, answer
    repinned = live.command(ALPINE, "ledger", "repin", whole.origin, "--reason", "a test forked the log")
    assert repinned.returncode == 0, repinned.stderr
    status, answer = post(live, "/signal", whole.signal_body(signal, salt, index, old))
    assert status == 201, answer
    assert len(stranger.findings()["split_views"]) == 1, "what was shown once goes on being shown"


def test_an_old_backup_that_is_restored_signs_nothing_until_it_has_recovered(
    honest: LiveSystem, tmp_path: Path
) -> None:
    live = LiveSystem.copy_of(honest, tmp_path / "copy")
    try:
        backup = live.folder / "backup.db"
        with (
            closing(sqlite3.connect(live.folder / "signals_unified.db")) as source,
            closing(sqlite3.connect(backup)) as target,
        ):
            source.backup(target)
        before = log_size(live)
        produce(live, True)
        live.start(*EVERYONE)
        live.wait_until(lambda: log_size(live) > before + 5, GENERATOR)
        live.settle()
        live.end(GENERATOR)
        after = log_size(live)
        for leftover in live.folder.glob("signals_unified.db*"):
            leftover.unlink()
        shutil.copy(backup, live.folder / "signals_unified.db")
        produce(live, True)
        live.start(GENERATOR)
        live.wait_until(lambda: "recover" in json.dumps(live.get(GENERATOR, "/api/v1/health") or {}), GENERATOR)
        time.sleep(1.5)  # three cycles' worth: what must not happen has no moment that could be awaited
        assert log_size(live) == before
        live.end(GENERATOR)
        recovered = live.command(GENERATOR, "ledger", "recover")
        assert recovered.returncode == 0, recovered.stderr
        assert log_size(live) == after
        live.start(GENERATOR)
        live.wait_until(lambda: log_size(live) > after, GENERATOR)
        live.settle()
        assert live.get(ALPINE, f"{LEDGER}/findings")["split_views"] == []
        status, said = Stranger(live).feed()
        assert status == 0, said
    finally:
        live.close()


def test_a_request_that_is_sent_again_changes_nothing(live: LiveSystem) -> None:
    forger, salt = forger_of(live), secrets.token_bytes(32)
    old, signal = len(forger.entries), sample_signal("SIG-SENT-TWICE")
    body = forger.signal_body(signal, salt, forger.commit(signal, salt, next_seq(forger)), old)
    assert post(live, "/signal", body)[0] == 201
    status, answer = post(live, "/signal", body)
    assert (status, answer["code"]) == (409, "duplicate")
    assert live.rows("alpine", "SELECT count(*) FROM signals WHERE signal_id = 'SIG-SENT-TWICE'") == [(1,)]


def log_size(system: LiveSystem) -> int:
    found: int = system.rows("signals_unified", "SELECT count(*) FROM log_leaf")[0][0]
    return found


def produce(system: LiveSystem, enabled: bool) -> None:
    """Cycles on or off, for the generator's next start."""
    path = system.folder / "generator.json"
    document: dict[str, Any] = json.loads(path.read_text())
    document["signal_generation"]["enabled"] = enabled
    path.write_text(json.dumps(document))
