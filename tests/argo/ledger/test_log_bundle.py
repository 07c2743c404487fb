"""The shared log of twelve entries, rebuilt from its content and compared byte for byte; and its proofs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from argo_core.errors import DataError
from argo_core.ledger import entries
from argo_core.ledger.batch import draft
from argo_core.ledger.canonical import signal_hash
from argo_core.ledger.checkpoint import open_checkpoint
from argo_core.ledger.commitment import commitment
from argo_core.ledger.hashed_fields import HASHED_FIELDS
from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.merkle import leaf_hash, verify_consistency
from argo_core.ledger.note_key import SigningKey, parse_vkey
from argo_core.ledger.tlog_proof import parse_tlog_proof, verify_tlog_proof
from argo_core.model.instant import from_text
from argo_core.model.ledger import LogHead
from tests.argo.ledger.ledger_vectors import hashes, load

BUNDLE = load("log_bundle.json")
NEGATIVE = load("negative_merkle.json")
ORIGIN: str = BUNDLE["origin"]
LOG = [parse_vkey(BUNDLE["log_vkey"])]
WITNESSES = [parse_vkey(vkey) for vkey in BUNDLE["witness_vkeys"]]
TEXTS: list[str] = [case["entry"] for case in BUNDLE["entries"]]


def rebuilt(text: str) -> bytes:
    """The entry that our builder makes of another's members."""
    said: dict[str, Any] = json.loads(text)
    kind, at = said.pop("kind"), said.pop("at")
    said.pop("v")
    if kind == "signal":
        assert said.pop("scheme") == "jcs-1"
        return entries.signal_entry(at, **said)
    if kind == "reveal":
        assert set(said["signal"]) == set(HASHED_FIELDS)
        return entries.reveal_entry(at, said["of"], bytes.fromhex(said["salt"]), said["signal"])
    builders: dict[str, Any] = {
        "genesis": entries.genesis_entry,
        "legacy": entries.legacy_entry,
        "outcome": entries.outcome_entry,
        "correction": entries.correction_entry,
    }
    built: bytes = builders[kind](at, **said)
    return built


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: json.loads(text)["kind"])
def test_our_builders_write_the_shared_entries(text: str) -> None:
    assert rebuilt(text) == text.encode()
    assert entries.read_entry(text.encode())["kind"] == json.loads(text)["kind"]


def test_the_commitments_of_the_shared_log() -> None:
    for case in BUNDLE["commitment"]["cases"]:
        digest = signal_hash(case["signal"])
        assert (digest, commitment(bytes.fromhex(case["salt"]), digest)) == (case["signal_sha256"], case["commit"])


def test_each_batch_of_the_shared_log_is_signed_and_proven_byte_for_byte() -> None:
    seed = next(key for key in load("notes.json")["keys"] if key["id"] == "log")["seed_hex"]
    keys = [SigningKey(ORIGIN, bytes.fromhex(seed))]
    at = from_text("2026-01-02T15:00:00.000000Z")
    roots = [bytes.fromhex(case["root"]) for case in BUNDLE["checkpoints"]]
    for first in range(12):
        start = draft(LogHead(), [text.encode() for text in TEXTS[:first]], ORIGIN, keys, at).batch.head
        for size in range(first, 13):
            made = draft(start, [text.encode() for text in TEXTS[first:size]], ORIGIN, keys, at)
            assert (made.batch.root, made.batch.start) == (roots[size], first)
            assert BUNDLE["checkpoints"][size]["note"].encode().startswith(made.batch.note)
            verify_consistency(first, size, roots[first], roots[size], made.growth.consistency())
            for index in range(first, size):
                verify_tlog_proof(made.tlog_proof(index), leaf_hash(TEXTS[index].encode()), ORIGIN, LOG)


@pytest.mark.parametrize("case", BUNDLE["checkpoints"], ids=lambda case: str(case["size"]))
def test_the_cosigned_checkpoints_open(case: dict[str, Any]) -> None:
    opened = open_checkpoint(case["note"].encode(), ORIGIN, LOG, WITNESSES, BUNDLE["quorum"])
    assert (opened.checkpoint.size, opened.checkpoint.root.hex()) == (case["size"], case["root"])
    assert opened.cosignatures == case["cosignature_times"]


@pytest.mark.parametrize("case", BUNDLE["proofs"], ids=lambda case: f"{case['index']}-of-{case['size']}")
def test_the_proof_texts_verify_and_are_written_back(case: dict[str, Any]) -> None:
    leaf = leaf_hash(TEXTS[case["index"]].encode())
    assert leaf.hex() == case["leaf_hash"]
    opened = verify_tlog_proof(case["tlog_proof"], leaf, ORIGIN, LOG, WITNESSES, BUNDLE["quorum"])
    assert opened.checkpoint.size == case["size"]
    assert parse_tlog_proof(case["tlog_proof"]).text == case["tlog_proof"]


@pytest.mark.parametrize("case", NEGATIVE["tlog_proofs"], ids=lambda case: case["id"])
def test_a_false_proof_text_is_refused(case: dict[str, Any]) -> None:
    leaf = bytes.fromhex(case["leaf_hash"])
    with pytest.raises(LedgerError):
        verify_tlog_proof(case["tlog_proof"], leaf, ORIGIN, LOG, WITNESSES, case["quorum"])


def test_a_validly_signed_fork_is_consistent_only_up_to_where_it_forks() -> None:
    fork = BUNDLE["fork"]
    opened = open_checkpoint(fork["note"].encode(), ORIGIN, LOG)
    assert opened.checkpoint.root.hex() == fork["root"]
    roots = {case["size"]: bytes.fromhex(case["root"]) for case in BUNDLE["checkpoints"]}
    root = opened.checkpoint.root
    verify_consistency(8, 12, roots[8], root, hashes(fork["consistency_8_to_12"]))
    with pytest.raises(LedgerError):
        verify_consistency(9, 12, roots[9], root, hashes(fork["consistency_9_to_12"]))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"kind":"genesis","at":"x","v":1}', id="members out of order"),
        pytest.param('{"at":"x","kind":"genesis","v":1.0}', id="a number in another spelling"),
        pytest.param('{"at":"x","kind":"genesis", "v":1}', id="white space"),
        pytest.param('{"at":"x","kind":"genesis","v":2}', id="another version"),
        pytest.param('{"at":"x","v":1}', id="no kind"),
        pytest.param('{"at":"x","at":"x","kind":"genesis","v":1}', id="a name twice"),
        pytest.param("[]", id="no object"),
        pytest.param('{"at":"x","kind":"\\u0067enesis","v":1}', id="an escape that is not needed"),
    ],
)
def test_an_entry_that_is_not_canonical_is_refused(text: str) -> None:
    with pytest.raises(DataError):
        entries.read_entry(text.encode())


def test_the_kinds_that_no_shared_case_has_are_canonical() -> None:
    at = "2026-01-02T14:29:00.000000Z"
    vkey = BUNDLE["log_vkey"]
    assert entries.decisions_entry(at, "2026-01-01", 2, "ab") == (
        b'{"at":"2026-01-02T14:29:00.000000Z","count":2,"date":"2026-01-01","kind":"decisions","root":"ab","v":1}'
    )
    assert entries.tally_entry(at, {"main": 3, "alt": 0}) == (
        b'{"at":"2026-01-02T14:29:00.000000Z","kind":"tally","streams":{"alt":0,"main":3},"v":1}'
    )
    assert entries.policy_entry(at, "costs", "text", "/costs") == (
        b'{"at":"2026-01-02T14:29:00.000000Z","kind":"policy","name":"costs",'
        b'"sha256":"982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1","text_url":"/costs","v":1}'
    )
    assert entries.key_entry(at, "add", "v+k", at) == (
        b'{"action":"add","at":"2026-01-02T14:29:00.000000Z","kind":"key",'
        b'"v":1,"valid_from":"2026-01-02T14:29:00.000000Z","vkey":"v+k"}'
    )
    for made in (entries.key_entry(at, "add", vkey, at), entries.key_entry(at, "retire", vkey, at)):
        assert entries.read_entry(made)["kind"] == "key"


def test_a_key_is_only_added_or_retired() -> None:
    with pytest.raises(LedgerError):
        entries.key_entry("2026-01-02T14:29:00.000000Z", "swap", BUNDLE["log_vkey"], "2026-01-02T14:29:00.000000Z")
