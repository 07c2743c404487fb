"""`alpine-verify` as a stranger runs it: each attack is one plain sentence and status 1, nothing is silent."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from alpine_core.offline import main
from alpine_core.verify.stored_hashes import consistency_plan
from tests.alpine.core.offline.signed_record import (
    LOG,
    OTHER_LOG,
    POLICY,
    STRANGE_LOG,
    WITNESS,
    WITNESSED_AT,
    bundle,
    export,
    part,
    signed,
    tree,
)
from tests.alpine.core.verify.small_log import SmallLog

DONE = SmallLog().signal("SIG-1", minute=30).reveal(1, minute=31).outcome(1, minute=32)
LONGER = DONE.signal("SIG-2", minute=33).reveal(4, minute=34).outcome(4, minute=35, result="target")
REWRITTEN = (
    SmallLog()
    .signal("SIG-1", minute=30)
    .reveal(1, minute=31)
    .outcome(1, minute=32, result="target")
    .signal("SIG-2", minute=33)
    .reveal(4, minute=34)
    .outcome(4, minute=35)
)

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command; status and everything it said."""

    def ran(*words: object) -> tuple[int, str]:
        status = main([str(word) for word in words])
        said = capsys.readouterr()
        return status, said.out + said.err

    return ran


def kept(folder: Path, content: bytes, name: str = "record.jsonl") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def policy_file(folder: Path) -> Path:
    return kept(folder, POLICY.encode(), "policy.txt")


def test_a_whole_record_is_verified_in_one_command(run: Run, tmp_path: Path) -> None:
    status, said = run("record", kept(tmp_path, export(LONGER)), "--policy", policy_file(tmp_path))
    assert status == 0
    assert said.splitlines()[:2] == [
        "VERIFIED. All 7 entries of provider.example/signals are the signed ones; none is missing"
        " as of 2026-01-02T14:46:00.000000Z.",
        "2 sealed, 2 revealed, 2 resolved, none missing (0 open, 0 overdue)",
    ]
    assert "witnessed by mirror.example/witness at 2026-01-02 14:45:00 UTC" in said
    assert "own word" not in said


def test_without_keys_of_the_readers_own_the_file_vouches_for_itself_and_that_is_said(run: Run, tmp_path: Path) -> None:
    status, said = run("record", kept(tmp_path, export(LONGER)))
    assert (status, "The keys are the file's own word" in said) == (0, True)


def without_last(content: bytes) -> bytes:
    return b"\n".join(content.split(b"\n")[:-2]) + b"\n"


def without_line(content: bytes, number: int) -> bytes:
    lines = content.split(b"\n")
    return b"\n".join(lines[:number] + lines[number + 1 :])


def head_changed(content: bytes, **changed: object) -> bytes:
    head, _, rest = content.partition(b"\n")
    return json.dumps({**json.loads(head), **changed}).encode() + b"\n" + rest


BROKEN: dict[str, tuple[bytes, str]] = {
    "one flipped byte": (
        export(LONGER).replace(b'"exit_price":171.5', b'"exit_price":171.6', 1),
        "The file was changed: its entries are not the ones that the provider signed",
    ),
    "one flipped bit that is no text": (
        export(LONGER).replace(b'"source":"replay"', b'"source":"\xf2eplay"', 1),
        "The file was changed: its entries are not the ones that the provider signed",
    ),
    "the last record dropped": (
        without_last(export(LONGER)),
        "The file is not complete: entries that the provider signed are missing",
    ),
    "a record between dropped": (
        without_line(export(LONGER), 3),
        "The file is not complete: entries that the provider signed are missing (entries_missing: 6 entries are there,"
        " 7 were signed: left out at its end, or in between)",
    ),
    "a record replaced by its neighbour": (
        export(LONGER).replace(LONGER.entries[2].encode(), LONGER.entries[3].encode()),
        "The file was changed: its entries are not the ones that the provider signed",
    ),
    "witnessed six minutes before the export": (
        export(LONGER, at=WITNESSED_AT - 300),
        "The newest signature is too old: new entries may be held back (stale: the newest witness's signature was"
        " 6.0 minutes old at 2026-01-02T14:46:00+00:00)",
    ),
    "exported in the future": (
        head_changed(export(LONGER), exported_at="2099-01-01T00:00:00.000000Z"),
        "The file says that it was exported in the future",
    ),
    "one record more": (
        export(LONGER) + DONE.entries[0].encode() + b"\n",
        "The file holds entries that the provider never signed",
    ),
    "signed by another key": (
        export(LONGER, OTHER_LOG),
        "The provider's signature does not hold, or it is of another key than the trusted one",
    ),
    "not witnessed": (export(LONGER, witnessed=False), "Too few of the trusted witnesses have signed"),
    "another size in its head": (head_changed(export(LONGER), size=6), "This is not a record file"),
    "another log's name in its head": (head_changed(export(LONGER), origin="x.example/y"), "This is not a record file"),
    "no record at all": (b"%PDF-1.7\n", "This is not a record file"),
    "an empty file": (b"", "This is not a record file"),
}


@pytest.mark.parametrize(("content", "sentence"), BROKEN.values(), ids=list(BROKEN))
def test_what_was_done_to_a_record_is_said_in_one_plain_sentence(
    run: Run, tmp_path: Path, content: bytes, sentence: str
) -> None:
    status, said = run("record", kept(tmp_path, content), "--policy", policy_file(tmp_path))
    assert status == 1
    assert said.startswith(f"NOT VERIFIED. {sentence}")
    assert len(said.splitlines()) == 1


def test_an_old_export_stays_verified_if_it_was_fresh_when_it_was_exported(run: Run, tmp_path: Path) -> None:
    trusted = ("--policy", policy_file(tmp_path))
    late = kept(tmp_path, export(LONGER, at=WITNESSED_AT - 300), "late.jsonl")
    status, said = run("record", kept(tmp_path, export(LONGER)), *trusted)
    assert (status, "the newest witness's signature was 1.0 minutes old at that time" in said) == (0, True)
    assert run("record", late, "--max-age", "6.5", *trusted)[0] == 0
    assert run("record", late, *trusted)[0] == 1


def test_without_a_witness_it_is_said_that_nothing_shows_how_new_the_record_is(run: Run, tmp_path: Path) -> None:
    record = kept(tmp_path, export(LONGER, witnessed=False))
    status, said = run("record", record, "--vkey", LOG.key.vkey)
    assert (status, "nothing shows whether newer entries were held back" in said) == (0, True)


@pytest.mark.parametrize("minutes", ["nan", "inf", "-inf", "-5", "0"])
@pytest.mark.parametrize("words", [["record", "record.jsonl"], ["feed", "http://127.0.0.1:9"]])
def test_an_age_that_would_ask_for_nothing_is_refused(run: Run, words: list[str], minutes: str) -> None:
    status, said = run(*words, f"--max-age={minutes}")
    assert (status, said) == (2, "alpine-verify: --max-age: give a number of minutes above 0\n")


def test_a_signed_log_that_breaks_its_rules_is_not_verified_and_says_which(run: Run, tmp_path: Path) -> None:
    gap = SmallLog().signal("SIG-1", minute=30).signal("SIG-3", minute=31, seq=2)
    status, said = run("record", kept(tmp_path, export(gap)), "--policy", policy_file(tmp_path))
    assert status == 1
    assert "entry 2: a signal is missing: its number in the stream was left out (seq_gap)" in said
    assert "2 sealed, 0 revealed, 0 resolved, 1 MISSING" in said


def test_an_older_export_must_be_the_beginning_of_this_one(run: Run, tmp_path: Path) -> None:
    older = kept(tmp_path, export(DONE), "older.jsonl")
    assert run("record", kept(tmp_path, export(LONGER)), "--since", older)[0] == 0
    status, said = run("record", kept(tmp_path, export(REWRITTEN)), "--since", older)
    assert (status, "The history was rewritten" in said) == (1, True)
    status, said = run("record", older, "--since", kept(tmp_path, export(LONGER)))
    assert (status, "Entries that the older file holds are gone" in said) == (1, True)


@pytest.mark.parametrize(
    "words",
    [["record", "nowhere.jsonl"], ["signal", "nowhere.json"], ["feed", "ftp://x"], ["feed", "http://127.0.0.1:9"]]
    + [["feed", f"http://{host}"] for host in ("[::1", "x:abc", "a b", "", "127.0.0.1:9\u0000")],
)
def test_what_cannot_be_read_is_status_2_and_one_line(run: Run, tmp_path: Path, words: list[str]) -> None:
    state = ("--state", tmp_path / "seen.jsonl") if words[0] == "feed" else ()
    status, said = run(*words, *state, "--policy", policy_file(tmp_path))
    assert (status, said.count("\n"), said[:14]) == (2, 1, "alpine-verify:")


NONSENSE = {
    "no status line": b"\x1b[31mhello\r\n\r\n",
    "a body cut short": b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
    "a chunk of no size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a header without end": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
    "nothing": b"",
}


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=list(NONSENSE))
def test_a_server_that_talks_nonsense_is_status_2_and_one_line(
    run: Run, tmp_path: Path, mirror: Served, answer: bytes
) -> None:
    handler, url = mirror
    handler.raw = answer
    status, said = run("feed", url, "--state", tmp_path / "seen.jsonl", "--policy", policy_file(tmp_path))
    assert (status, said.count("\n"), said[:14], "\x1b" in said) == (2, 1, "alpine-verify:", False)


def test_a_state_that_cannot_be_written_is_status_2_and_names_it(run: Run, tmp_path: Path, mirror: Served) -> None:
    state = tmp_path / "nowhere" / "seen.jsonl"
    status, said = run("feed", mirror[1], "--state", state, "--policy", policy_file(tmp_path))
    assert (status, said.count("\n"), str(state) in said) == (2, 1, True)


def test_keys_are_taken_one_by_one_too(run: Run, tmp_path: Path) -> None:
    record = kept(tmp_path, export(DONE))
    assert run("record", record, "--vkey", LOG.key.vkey, "--vkey", WITNESS.key.vkey)[0] == 0
    assert run("record", record, "--vkey", OTHER_LOG.key.vkey)[0] == 1
    assert run("record", record, "--vkey", WITNESS.key.vkey)[0] == 2
    assert run("record", record, "--vkey", "nonsense")[0] == 2
    status, said = run("record", record, "--vkey", OTHER_LOG.key.vkey, "--policy", policy_file(tmp_path))
    assert (status, said.count("\n"), "give one of them" in said) == (2, 1, True)


def test_the_answer_for_programs_says_the_same(run: Run, tmp_path: Path) -> None:
    status, said = run("record", kept(tmp_path, export(LONGER)), "--json", "--policy", policy_file(tmp_path))
    told = json.loads(said)
    assert (status, told["verified"], told["size"], told["findings"]) == (0, True, 7, [])
    assert told["counts"]["results"] == {"stop": 1, "target": 1}
    broken = without_last(export(LONGER))
    status, said = run("record", kept(tmp_path, broken), "--json", "--policy", policy_file(tmp_path))
    assert (status, json.loads(said)["code"]) == (1, "entries_missing")


def evidence() -> dict[str, Any]:
    return {**bundle(LONGER, 1), "reveal": part(LONGER, 2), "outcome": part(LONGER, 3)}


def test_one_signal_is_verified_from_its_bundle(run: Run, tmp_path: Path) -> None:
    file = kept(tmp_path, json.dumps(evidence()).encode())
    status, said = run("signal", file, "--policy", policy_file(tmp_path))
    assert status == 0
    assert said.startswith("VERIFIED. AAPL BUY (SIG-1) is entry 1 of provider.example/signals")
    assert "ended: stop at 171.5" in said


def test_a_delivered_body_is_understood_too(run: Run, tmp_path: Path) -> None:
    flat = bundle(LONGER, 1)
    body = {**flat.pop("signal"), **flat}
    assert run("signal", kept(tmp_path, json.dumps(body).encode()))[0] == 0


FIELDS: dict[str, Any] = {
    "signal_id": "SIG-9",
    "symbol": "AAPM",
    "action": "SELL",
    "entry_price": 175.26,
    "target_price": None,
    "stop_price": 171.51,
    "confidence": 97.4,
    "strategy": "other",
    "timestamp": "2026-01-02T14:30:00.100001Z",
}
SWAPPED: dict[str, tuple[dict[str, Any], str]] = {
    **{
        name: ({"signal": {**bundle(LONGER, 1)["signal"], name: value}}, "hash_mismatch")
        for name, value in FIELDS.items()
    },
    "hash": ({"verification_hash": "0" * 64}, "hash_mismatch"),
    "salt": ({"salt": "0" * 64}, "commitment_mismatch"),
    "entry": ({"entry": LONGER.entries[4]}, "commitment_mismatch"),
    "entry of another kind": ({"entry": LONGER.entries[2]}, "bad_entry"),
    "deadline in the entry": (
        {"entry": LONGER.entries[1].replace("2026-01-03", "2026-02-03")},
        "root_mismatch",
    ),
    "index": ({"leaf_index": 2}, "bad_proof"),
    "proof of another": ({"tlog_proof": part(LONGER, 4)["tlog_proof"]}, "root_mismatch"),
    "checkpoint": ({"tlog_proof": bundle(LONGER, 1)["tlog_proof"].replace("\n7\n", "\n8\n")}, "bad_log_signature"),
    "no proof": ({"tlog_proof": None}, "no_proof"),
    "an outcome of another": ({"outcome": part(LONGER, 6)}, "bad_entry"),
    "an outcome rewritten": (
        {"outcome": {**part(LONGER, 3), "entry": REWRITTEN.entries[3]}},
        "root_mismatch",
    ),
    "a reveal of another": ({"reveal": part(LONGER, 5)}, "bad_entry"),
}


@pytest.mark.parametrize(("changed", "code"), SWAPPED.values(), ids=list(SWAPPED))
def test_each_part_of_a_bundle_that_was_swapped_is_red_by_its_name(
    run: Run, tmp_path: Path, changed: dict[str, Any], code: str
) -> None:
    file = kept(tmp_path, json.dumps({**evidence(), **changed}).encode())
    status, said = run("signal", file, "--policy", policy_file(tmp_path))
    assert (status, said[:13], f"({code}: " in said) == (1, "NOT VERIFIED.", True)


def test_an_outcome_or_reveal_of_another_trusted_log_is_not_of_this_signal(run: Run, tmp_path: Path) -> None:
    both = kept(tmp_path, f"log {STRANGE_LOG.key.vkey}\n{POLICY}".encode(), "both.txt")
    own = kept(tmp_path, json.dumps(evidence()).encode())
    assert run("signal", own, "--policy", both)[0] == 0
    for name, index in (("outcome", 3), ("reveal", 2)):
        strange = {**evidence(), name: part(LONGER, index, STRANGE_LOG)}
        status, said = run("signal", kept(tmp_path, json.dumps(strange).encode()), "--policy", both)
        assert (status, f"(bad_entry: the {name} is of another log)" in said) == (1, True)


@pytest.mark.parametrize("content", ["{}", '{"policy":"","entry":"x"}', "[]", ""])
def test_what_holds_no_signal_is_no_evidence_bundle(run: Run, tmp_path: Path, content: str) -> None:
    status, said = run("signal", kept(tmp_path, content.encode()), "--policy", policy_file(tmp_path))
    assert (status, said.count("\n"), "this is no evidence bundle" in said) == (2, 1, True)


class Mirror(http.server.BaseHTTPRequestHandler):
    """Serves a log as a mirror does; `shown` is what it says at the moment, `entries` what it sends."""

    shown = DONE
    entries: tuple[str, ...] | None = None
    signed_ago = 0
    raw: bytes | None = None

    def do_GET(self) -> None:
        if (raw := type(self).raw) is not None:
            self.wfile.write(raw)
            return
        asked, log = urlsplit(self.path), type(self).shown
        query = {name: int(values[0]) for name, values in parse_qs(asked.query).items()}
        told: object
        match asked.path.removeprefix("/api/v1/ledger/"):
            case "policy":
                told = POLICY
            case "checkpoint":
                told = {"checkpoint": signed(log, at=int(time.time()) - type(self).signed_ago)}
            case "entries":
                sent = type(self).entries or log.entries
                told = {"entries": sent[query["start"] : query["start"] + query["limit"]]}
            case _:
                plan = consistency_plan(query["from"], query["to"])
                told = {"proof": [each.hex() for each in plan.build(tree(log)[1])]}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(told.encode() if isinstance(told, str) else json.dumps(told).encode())

    def log_request(self, code: object = "-", size: object = "-") -> None:
        return


@pytest.fixture
def mirror() -> Iterator[tuple[type[Mirror], str]]:
    handler = type("OneMirror", (Mirror,), {})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield handler, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


Served = tuple[type[Mirror], str]


def test_a_feed_is_read_on_from_where_the_last_visit_ended(run: Run, tmp_path: Path, mirror: Served) -> None:
    handler, url = mirror
    words = ("feed", url, "--state", tmp_path / "seen.jsonl", "--policy", policy_file(tmp_path))
    assert run(*words)[0] == 0
    handler.shown = LONGER
    status, said = run(*words)
    assert (status, "All 7 entries" in said) == (0, True)
    assert run("record", tmp_path / "seen.jsonl", "--policy", policy_file(tmp_path))[0] == 0


def test_a_history_rewritten_between_two_visits_is_found_and_kept(run: Run, tmp_path: Path, mirror: Served) -> None:
    handler, url = mirror
    words = ("feed", url, "--state", tmp_path / "seen.jsonl", "--policy", policy_file(tmp_path))
    run(*words)
    before = (tmp_path / "seen.jsonl").read_bytes()
    handler.shown = REWRITTEN
    status, said = run(*words)
    assert (status, "the provider signed two different pasts" in said) == (1, True)
    evidence_kept = json.loads((tmp_path / "seen.jsonl.evidence.json").read_text())
    assert "provider.example/signals\n4\n" in evidence_kept["kept"]
    assert "provider.example/signals\n7\n" in evidence_kept["offered"]
    assert (tmp_path / "seen.jsonl").read_bytes() == before


def test_a_mirror_that_sends_other_entries_than_were_signed_is_named(run: Run, tmp_path: Path, mirror: Served) -> None:
    handler, url = mirror
    words = ("feed", url, "--state", tmp_path / "seen.jsonl", "--policy", policy_file(tmp_path))
    run(*words)
    handler.shown, handler.entries = LONGER, REWRITTEN.entries[:6] + LONGER.entries[:1]
    status, said = run(*words)
    assert (status, "The server sent entries that are not in the signed log" in said) == (1, True)
    assert not (tmp_path / "seen.jsonl.new").exists()


def test_a_mirror_that_holds_entries_back_is_stale(run: Run, tmp_path: Path, mirror: Served) -> None:
    handler, url = mirror
    words = ("feed", url, "--state", tmp_path / "seen.jsonl", "--policy", policy_file(tmp_path))
    handler.shown = LONGER
    run(*words)
    handler.shown = DONE
    status, said = run(*words)
    assert (status, "(stale: the mirror shows 4 entries, 7 were seen before)" in said) == (1, True)
    handler.signed_ago = 310
    status, said = run(*words[:2], "--state", tmp_path / "new.jsonl")
    assert (status, "The newest signature is too old" in said) == (1, True)


def test_it_runs_as_a_program_without_anything_but_alpine_core(tmp_path: Path) -> None:
    file = kept(tmp_path, export(LONGER))
    barred = "sqlalchemy httpx litestar alpine_web argon2 numpy click structlog".split()
    program = (
        f"import sys\nfor name in {barred!r}: sys.modules[name] = None\n"
        "from alpine_core.offline import main\nsys.exit(main(sys.argv[1:]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, "record", file], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stdout[:9]) == (0, "VERIFIED.")


def test_the_moment_of_the_check_decides_what_is_overdue(run: Run, tmp_path: Path) -> None:
    sealed = SmallLog().signal("SIG-1", minute=30)
    assert datetime.now(UTC).year >= 2026
    status, said = run("record", kept(tmp_path, export(sealed)), "--policy", policy_file(tmp_path))
    assert (status, "a signal was not disclosed although its deadline has passed" in said) == (1, True)
