"""Keys, signed notes, cosignatures and proofs of logging against the shared vectors."""

from __future__ import annotations

from typing import Any

import pytest

from alpine_core.errors import NotProven, OperatorError
from alpine_core.verify.checkpoint import read_checkpoint
from alpine_core.verify.commitment import commitment, read_hex
from alpine_core.verify.cosignature import Cosigner
from alpine_core.verify.merkle import leaf_hash, verify_consistency, verify_inclusion
from alpine_core.verify.note import read_note, sign_note
from alpine_core.verify.note_key import COSIGNER_KEY, LOG_KEY, SigningKey, read_signing_key, read_vkey
from alpine_core.verify.tiles import write_bundle
from alpine_core.verify.tlog_proof import read_tlog_proof
from tests.alpine.core.vectors import vectors
from tests.alpine.core.verify.test_merkle_vectors import NEGATIVE, REASONS
from tests.alpine.core.verify.trust import KEYS, policy, trusted

NOTES = vectors("notes")
BUNDLE = vectors("log_bundle")
REFUSALS = {
    "invalid signature for key argo.example/signals": "bad_log_signature",
    "invalid signature for key alpine.example/witness": "bad_cosignature",
    "no verifiable signature": "bad_log_signature",
    "not signed by the log": "bad_log_signature",
    "malformed note": "bad_note",
    "control character": "bad_note",
    "no signatures": "bad_note",
    "malformed signature line": "bad_note",
    "witness quorum not met": "quorum_not_met",
    "wrong origin": "unknown_origin",
    "bad decimal": "bad_decimal",
    "bad root": "bad_hash_length",
    "bad base64": "bad_base64",
    "malformed checkpoint": "bad_checkpoint",
    "bad empty root": "bad_empty_root",
}


@pytest.mark.parametrize("case", NOTES["vkeys"], ids=lambda case: str(case["comment"]))
def test_a_vkey_is_read_or_refused(case: dict[str, Any]) -> None:
    if case["valid"]:
        assert read_vkey(case["vkey"]).vkey == case["vkey"]
        return
    with pytest.raises(NotProven) as refused:
        read_vkey(case["vkey"])

    assert refused.value.code == "bad_vkey"


@pytest.mark.parametrize("case", NOTES["keys"], ids=lambda case: str(case["id"]))
def test_a_seed_gives_its_public_key_and_comes_back_from_its_file(case: dict[str, Any]) -> None:
    key = SigningKey(case["name"], case["alg"], bytes.fromhex(case["seed_hex"]))
    restored = read_signing_key(key.private_text(), case["alg"])

    assert key.key.vkey == case["vkey"]
    assert (key.key.public.hex(), key.key.key_id.hex()) == (case["public_key_hex"], case["key_id_hex"])
    assert restored.key == key.key
    assert restored.sign(b"text") == key.sign(b"text")
    assert case["seed_hex"] not in repr(key)


def test_a_key_file_has_the_form_of_the_go_tools() -> None:
    key = SigningKey("alpine.example/witness", COSIGNER_KEY, bytes.fromhex(KEYS["witness"]["seed_hex"]))

    assert key.private_text() == (
        "PRIVATE+KEY+alpine.example/witness+4ed858c0+AerT4pLTqdgSlL9n2oRGPftGyxY9zWuiv++68JfI5zaX"
    )


@pytest.mark.parametrize(
    "text", ["", "PRIVATE+KEY+", "PRIVATE+KEY+a+00000000+AerX", "private", "PRIVATE+KEY+a b+00000000+AerX"]
)
def test_what_is_no_key_file_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(OperatorError) as refused:
        read_signing_key(text, LOG_KEY)

    assert "AerX" not in str(refused.value)


@pytest.mark.parametrize("case", NOTES["valid"], ids=lambda case: str(case["id"]))
def test_a_valid_note_opens(case: dict[str, Any]) -> None:
    opened = trusted(case["trusted"], case["quorum"]).open_checkpoint(case["note"])

    assert (opened.origin, opened.size, opened.root.hex()) == (case["origin"], case["size"], case["root"])
    assert {one.vkey: one.time for one in opened.cosignatures} == case["cosignatures"]
    assert opened.note.note == case["note"]


@pytest.mark.parametrize("case", NOTES["invalid"], ids=lambda case: str(case["id"]))
def test_an_invalid_note_does_not_open(case: dict[str, Any]) -> None:
    with pytest.raises(NotProven) as refused:
        trusted(case["trusted"], case["quorum"]).open_checkpoint(case["note"])

    assert refused.value.code == REFUSALS[case["python_reason"]]


@pytest.mark.parametrize("case", BUNDLE["checkpoints"], ids=lambda case: str(case["size"]))
def test_checkpoints_are_signed_and_cosigned_byte_for_byte(case: dict[str, Any]) -> None:
    log = SigningKey(KEYS["log"]["name"], LOG_KEY, bytes.fromhex(KEYS["log"]["seed_hex"]))
    cosigners = [
        Cosigner(SigningKey(KEYS[name]["name"], COSIGNER_KEY, bytes.fromhex(KEYS[name]["seed_hex"])))
        for name in ("witness", "third")
    ]
    text = read_note(case["note"]).text
    lines = [one.cosign(text, case["cosignature_times"][one.key.vkey]).line for one in cosigners]

    assert read_checkpoint(text).text == text
    assert read_note(sign_note(text, log)).with_lines((*lines, lines[0])).note == case["note"]


@pytest.mark.parametrize("case", BUNDLE["proofs"], ids=lambda case: f"{case['index']}-in-{case['size']}")
def test_a_proof_of_logging_holds_for_its_entry_alone(case: dict[str, Any]) -> None:
    believed = policy([BUNDLE["log_vkey"]], BUNDLE["witness_vkeys"], BUNDLE["quorum"])
    entry = BUNDLE["entries"][case["index"]]["entry"].encode()
    opened = believed.open_proof(case["tlog_proof"], entry)

    assert (opened.index, opened.checkpoint.size) == (case["index"], case["size"])
    assert leaf_hash(entry).hex() == case["leaf_hash"]
    assert read_tlog_proof(case["tlog_proof"]).text == case["tlog_proof"]
    with pytest.raises(NotProven):
        believed.open_proof(case["tlog_proof"], entry + b" ")


@pytest.mark.parametrize("case", NEGATIVE["tlog_proofs"], ids=lambda case: str(case["id"]))
def test_a_crafted_proof_of_logging_is_refused(case: dict[str, Any]) -> None:
    believed = policy([NEGATIVE["log_vkey"]], NEGATIVE["witness_vkeys"], case["quorum"])
    with pytest.raises(NotProven) as refused:
        read = read_tlog_proof(case["tlog_proof"])
        opened = believed.open_checkpoint(read.checkpoint)
        verify_inclusion(read.index, opened.size, bytes.fromhex(case["leaf_hash"]), read.hashes, opened.root)

    assert refused.value.code in REASONS[case["python_reason"]]


@pytest.mark.parametrize("case", BUNDLE["commitment"]["cases"], ids=lambda case: str(case["signal"]["signal_id"]))
def test_a_commitment_is_that_of_the_vectors(case: dict[str, Any]) -> None:
    salt, digest = read_hex("salt", case["salt"]), read_hex("hash", case["signal_sha256"])

    assert commitment(salt, digest).hex() == case["commit"]


@pytest.mark.parametrize("case", BUNDLE["consistency"], ids=lambda case: f"{case['size1']}-{case['size2']}")
def test_the_log_of_the_vectors_only_ever_grew(case: dict[str, Any]) -> None:
    roots = {one["size"]: bytes.fromhex(one["root"]) for one in BUNDLE["checkpoints"]}
    proof = [bytes.fromhex(one) for one in case["proof"]]

    verify_consistency(case["size1"], case["size2"], roots[case["size1"]], roots[case["size2"]], proof)


def test_the_fork_is_no_continuation_of_what_was_seen() -> None:
    roots = {one["size"]: bytes.fromhex(one["root"]) for one in BUNDLE["checkpoints"]}
    proof = [bytes.fromhex(one) for one in BUNDLE["fork"]["consistency_9_to_12"]]
    with pytest.raises(NotProven) as refused:
        verify_consistency(9, 12, roots[9], bytes.fromhex(BUNDLE["fork"]["root"]), proof)

    assert refused.value.code == "old_root_mismatch"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda note: "x" * 70_000 + note, "bad_note"),
        (lambda note: note + "— a YWJjZGVm\n" * 100, "bad_note"),
        (lambda note: note + "\ud800", "bad_note"),
        (lambda note: note.replace("argo.example/signals Lv", "argo+example Lv"), "bad_note"),
    ],
)
def test_a_note_that_would_keep_a_reader_busy_is_refused(spoil: Any, code: str) -> None:
    with pytest.raises(NotProven) as refused:
        trusted(["log"], 0).open_checkpoint(spoil(NOTES["valid"][0]["note"]))

    assert refused.value.code == code


def test_a_salt_of_another_form_is_refused() -> None:
    with pytest.raises(NotProven):
        read_hex("salt", "AB" * 32)
    with pytest.raises(NotProven):
        read_hex("salt", 5)
    with pytest.raises(NotProven):
        commitment(bytes(31), bytes(32))


def test_an_entry_that_fits_no_bundle_is_refused() -> None:
    with pytest.raises(NotProven):
        write_bundle([bytes(65_536)])
