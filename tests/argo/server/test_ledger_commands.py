"""The provable log through the real `argo`: kept, checked, exported, rotated, recovered; every attack is named."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from argo_core.ledger.checkpoint import open_checkpoint
from argo_core.ledger.frontier import Frontier
from argo_core.ledger.merkle import leaf_hash, verify_inclusion
from argo_core.ledger.note_key import parse_vkey
from argo_core.ledger.tlog_proof import verify_tlog_proof
from argo_core.testing.sample_ledger import KEY
from argo_core.testing.sample_ledger import ORIGIN as SAMPLE_ORIGIN
from tests.argo.adapters.anchor.authority import create_authority, serving
from tests.argo.adapters.http.ledger_receiver import LedgerReceiver
from tests.argo.adapters.http.receiver import Answer
from tests.argo.server.processes import ArgoFolder, stop, wait_until

ORIGIN = "argo.localhost/signals"


@pytest.fixture(scope="session", name="template")
def folder_with_three_cycles(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """Made once, to be copied."""
    folder = ArgoFolder(tmp_path_factory.mktemp("logged"), cache).upgraded()
    for _ in range(3):
        assert folder.run("cycle").returncode == 0
    return folder.folder


@pytest.fixture(name="logged")
def copy_of_three_cycles(template: Path, tmp_path: Path, cache: Path) -> ArgoFolder:
    shutil.copytree(template, tmp_path / "logged")
    return ArgoFolder(tmp_path / "logged", cache)


def answer(argo: ArgoFolder, *words: str) -> Any:
    done = argo.run(*words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def change(argo: ArgoFolder, statement: str) -> None:
    """What somebody does who owns the database."""
    with closing(sqlite3.connect(argo.database)) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement)
        connection.commit()


def test_every_signal_of_a_run_is_proven_and_the_whole_log_holds(logged: ArgoFolder) -> None:
    items = answer(logged, "signals", "--json")["items"]
    assert items
    assert all(item["logged"] for item in items)
    signal_id = items[0]["sealed"]["signal"]["signal_id"]
    steps = {step["step"]: step["state"] for step in answer(logged, "verify", signal_id, "--json")["steps"]}
    assert {name for name, state in steps.items() if state == "ok"} >= {"hash", "commitment", "inclusion", "checkpoint"}
    report = answer(logged, "ledger", "verify", "--json")
    assert (report["signals"], report["findings"]) == (len(items), [])
    assert answer(logged, "integrity", "--json") == {
        "success": True, "checked": len(items), "failed": 0, "findings": [],
    }  # fmt: skip
    assert answer(logged, "integrity", "--sample", "2", "--json")["checked"] == 2


def test_proofs_and_export_verify_under_the_printed_key(logged: ArgoFolder) -> None:
    found = answer(logged, "ledger", "checkpoint", "--json")
    keys = [parse_vkey(vkey) for vkey in found["vkeys"]]
    opened = open_checkpoint(found["checkpoint"].encode(), ORIGIN, keys).checkpoint
    target = logged.folder / "record.jsonl"
    assert logged.run("ledger", "export", str(target)).returncode == 0
    header, *entries = target.read_bytes().split(b"\n")[:-1]
    assert json.loads(header)["format"] == "ledger-export/1"
    assert json.loads(header)["policy"] == f"log {found['vkeys'][0]}\nquorum none\n"
    assert Frontier().grow([leaf_hash(entry) for entry in entries]).after.root == opened.root
    proof = logged.run("ledger", "proof", "3").stdout
    assert verify_tlog_proof(proof, leaf_hash(entries[3]), ORIGIN, keys).checkpoint == opened
    bare = answer(logged, "ledger", "proof", "0", "--size", "2", "--json")
    steps = [bytes.fromhex(step) for step in bare["proof"]]
    verify_inclusion(0, 2, leaf_hash(entries[0]), steps, bytes.fromhex(bare["root"]))
    grown = answer(logged, "ledger", "consistency", "2", str(opened.size))
    assert (grown["from"], grown["root_to"]) == (2, opened.root.hex())


def test_the_log_file_beside_the_database_holds_every_entry(logged: ArgoFolder) -> None:
    size = answer(logged, "ledger", "checkpoint", "--json")["size"]
    (file,) = (logged.folder / "logs").glob("*.jsonl")
    assert file.read_bytes().count(b"\n") == size


ATTACKS = {
    "a changed price": "UPDATE signal_log SET target_price = target_price + 1 WHERE id = 1",
    "a changed entry": "UPDATE log_leaf SET entry = CAST(entry || ' ' AS BLOB) WHERE idx = 3",
    "a deleted signal": "DELETE FROM signal_seal WHERE seq = 0",
    "a changed salt": "UPDATE signal_seal SET salt = zeroblob(32) WHERE seq = 0",
    "a changed hash": "UPDATE log_hash SET h = zeroblob(32) WHERE pos = 1",
    "a changed note": "UPDATE log_checkpoint SET root = zeroblob(32) WHERE size > 3",
}


@pytest.mark.parametrize("statement", ATTACKS.values(), ids=ATTACKS)
def test_whoever_owns_the_database_cannot_change_it_unseen(logged: ArgoFolder, statement: str) -> None:
    change(logged, statement)
    done = logged.run("ledger", "verify", "--json")
    assert (done.returncode, bool(json.loads(done.stdout)["findings"])) == (1, True)
    assert logged.run("integrity").returncode == 1


def test_a_rotated_key_signs_from_its_entry_on_and_the_old_one_ends(logged: ArgoFolder) -> None:
    (old,) = logged.run("ledger", "key").stdout.split()
    new = logged.run("ledger", "key", "add").stdout.split()[0]
    assert logged.run("ledger", "key").stdout.split() == [old, new]
    both = answer(logged, "ledger", "checkpoint", "--json")["checkpoint"].encode()
    for vkey in (old, new):
        open_checkpoint(both, ORIGIN, [parse_vkey(vkey)])
    assert logged.run("ledger", "key", "retire", old).returncode == 0
    assert logged.run("cycle").returncode == 0
    assert logged.run("ledger", "key").stdout.split() == [new]
    newest = answer(logged, "ledger", "checkpoint", "--json")["checkpoint"]
    assert newest.count("\u2014 ") == 1
    open_checkpoint(newest.encode(), ORIGIN, [parse_vkey(new)])
    assert answer(logged, "ledger", "verify", "--json")["findings"] == []


def test_the_only_key_cannot_be_retired(logged: ArgoFolder) -> None:
    (vkey,) = logged.run("ledger", "key").stdout.split()
    done = logged.run("ledger", "key", "retire", vkey)
    assert (done.returncode, "run argo ledger key add first" in done.stderr) == (1, True)


def test_a_correction_stands_beside_what_it_corrects(logged: ArgoFolder) -> None:
    before = answer(logged, "ledger", "checkpoint", "--json")["size"]
    done = logged.run("ledger", "correct", "2", "--reason", "wrong text", "--replaces", '{"name": "fees"}')
    assert done.stdout == f"entry {before} corrects entry 2\n"
    assert answer(logged, "ledger", "verify", "--json")["findings"] == []


def test_the_newest_checkpoint_is_stamped_once_and_its_receipt_is_kept(logged: ArgoFolder, tmp_path: Path) -> None:
    folder = tmp_path / "authority"
    folder.mkdir()
    authority = create_authority(folder)
    with serving(authority) as url:
        document = json.loads(logged.config.read_text())
        document["ledger"] = {"anchor": {"url": url, "certificate_file": str(folder / "root.pem")}}
        logged.config.write_text(json.dumps(document))
        first, again = logged.run("ledger", "anchor"), logged.run("ledger", "anchor")
    assert (first.returncode, "says Local TSA" in first.stdout) == (0, True), first.stderr
    assert "stamped already" in again.stdout
    with closing(sqlite3.connect(logged.database)) as connection:
        ((size, receipt),) = connection.execute("SELECT size, receipt FROM log_anchor").fetchall()
        (note,) = connection.execute("SELECT note FROM log_checkpoint WHERE size = ?", (size,)).fetchone()
    assert authority.openssl_verifies(note, receipt)


def test_without_its_key_a_log_that_has_begun_is_not_signed(logged: ArgoFolder) -> None:
    (logged.folder / "keys" / "log.key").unlink()
    done = logged.run("cycle")
    assert (done.returncode, "restore the key from its backup" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


def test_entries_lost_with_a_database_come_back_from_the_log_files(logged: ArgoFolder) -> None:
    shutil.copy(logged.database, logged.folder / "older.db")
    for _ in range(3):
        logged.run("cycle")
    newest = answer(logged, "ledger", "checkpoint", "--json")
    for tail in ("-wal", "-shm"):
        Path(f"{logged.database}{tail}").unlink(missing_ok=True)
    shutil.copy(logged.folder / "older.db", logged.database)
    done = logged.run("ledger", "recover", "--from", str(logged.folder / "logs"))
    assert done.returncode == 0, done.stderr
    again = answer(logged, "ledger", "checkpoint", "--json")
    assert (again["size"], again["root"]) == (newest["size"], newest["root"])


class Distributor(LedgerReceiver):
    """Takes bars as well."""

    async def _sync(self, path: str, document: dict[str, Any]) -> Answer:
        if path.endswith("/marks"):
            return Answer(200, {"stored": 1, "duplicates": 0, "conflicts": 0})
        return await super()._sync(path, document)


@pytest.fixture(name="receiver")
async def distributor_that_follows_the_log() -> AsyncIterator[LedgerReceiver]:
    app = Distributor()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app.port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        task = asyncio.create_task(server.serve([listener]))
        yield app
        server.should_exit = True
        await task


def witnessed(argo: ArgoFolder, url: str, **more: str) -> ArgoFolder:
    """The folder under the key and name that the receiver has pinned."""
    document = json.loads(argo.config.read_text())
    document["ledger"] = {"origin": SAMPLE_ORIGIN, "heartbeat_seconds": 1}
    document["signal_generation"]["distribute_to"] = []
    argo.config.write_text(json.dumps(document))
    keys = argo.folder / "keys"
    keys.mkdir(exist_ok=True)
    (keys / "log.key").write_text(f"{KEY.skey}\n")
    (keys / "log.key").chmod(0o600)
    return argo.with_environment(ALPINE_API_URL=url, ARGO_API_KEY="k" * 64, **more)


async def test_a_running_generator_is_cosigned_and_says_so(argo: ArgoFolder, receiver: LedgerReceiver) -> None:
    folder = await asyncio.to_thread(witnessed, argo, receiver.url)
    process = await asyncio.to_thread(folder.serve)

    def ledger() -> Any:
        try:
            return folder.get("/api/v1/health")["services"]["ledger"]
        except OSError:
            return None

    def cosigned() -> bool:
        standing = ledger()
        return bool(standing and standing["cosigners"] and receiver.signals)

    try:
        await asyncio.to_thread(wait_until, cosigned, process)
        standing = await asyncio.to_thread(ledger)
        assert (standing["state"], standing["cosigners"][0]["verified"]) == ("signing", False)
        checkpoint = await asyncio.to_thread(folder.get, "/api/v1/ledger/checkpoint")
        assert checkpoint["origin"] == SAMPLE_ORIGIN
    finally:
        assert await asyncio.to_thread(stop, process) == 0


async def test_while_the_witness_is_away_the_process_serves_and_signs_nothing(argo: ArgoFolder) -> None:
    folder = await asyncio.to_thread(witnessed, argo, "http://127.0.0.1:9")
    done = await asyncio.to_thread(folder.run, "cycle")
    assert (done.returncode, "does not answer: nothing is signed" in done.stderr) == (1, True)
    process = await asyncio.to_thread(folder.serve)

    def waits() -> bool:
        try:
            return bool(folder.get("/api/v1/health")["services"]["ledger"]["state"] == "waiting for the witness")
        except OSError:
            return False

    try:
        await asyncio.to_thread(wait_until, waits, process)
    finally:
        assert await asyncio.to_thread(stop, process) == 0
    assert folder.stored_cycles() == []


async def test_an_older_backup_is_refused_and_recovered_from_the_mirror(
    argo: ArgoFolder, receiver: LedgerReceiver
) -> None:
    def run(*words: str) -> Any:
        return folder.run(*words)

    folder = await asyncio.to_thread(witnessed, argo, receiver.url)
    await asyncio.to_thread(shutil.copy, folder.database, folder.folder / "older.db")
    process = await asyncio.to_thread(folder.serve)
    try:
        await asyncio.to_thread(wait_until, lambda: len(receiver.mirror) > 12, process)
    finally:
        await asyncio.to_thread(stop, process)
    await asyncio.to_thread(shutil.rmtree, folder.folder / "logs")
    for tail in ("-wal", "-shm"):
        await asyncio.to_thread(Path(f"{folder.database}{tail}").unlink, missing_ok=True)
    await asyncio.to_thread(shutil.copy, folder.folder / "older.db", folder.database)
    refused = await asyncio.to_thread(run, "cycle")
    assert (refused.returncode, "run: argo ledger recover" in refused.stderr) == (1, True)
    recovered = await asyncio.to_thread(run, "ledger", "recover")
    assert (recovered.returncode, "entries taken back" in recovered.stdout) == (0, True), recovered.stderr
    again = await asyncio.to_thread(run, "cycle")
    assert again.returncode == 0, again.stderr
