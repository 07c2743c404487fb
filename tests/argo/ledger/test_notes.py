"""Notes, checkpoints, keys and cosignatures against the shared cases, which Go's `x/mod/sumdb/note` agrees with."""

from __future__ import annotations

from typing import Any

import pytest

from argo_core.ledger.checkpoint import Checkpoint, open_checkpoint
from argo_core.ledger.cosignature import verify_cosignature
from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.note import parse_note, parse_signature_line
from argo_core.ledger.note_key import SigningKey, VerifierKey, parse_skey, parse_vkey
from tests.argo.ledger.ledger_vectors import load

NOTES = load("notes.json")
KEYS: dict[str, dict[str, Any]] = {key["id"]: key for key in NOTES["keys"]}
WITNESSED = load("witness_transcript.json")


def keys_of(case: dict[str, Any]) -> tuple[list[VerifierKey], list[VerifierKey]]:
    """The trusted log keys and witnesses of a case."""
    trusted = [KEYS[name] for name in case["trusted"]]
    return (
        [parse_vkey(key["vkey"]) for key in trusted if key["alg"] == 1],
        [parse_vkey(key["vkey"]) for key in trusted if key["alg"] == 4],
    )


@pytest.mark.parametrize("case", NOTES["valid"], ids=lambda case: case["id"])
def test_a_valid_note_opens_with_what_it_says(case: dict[str, Any]) -> None:
    opened = open_checkpoint(case["note"].encode(), case["origin"], *keys_of(case), case["quorum"])
    found = (opened.checkpoint.origin, opened.checkpoint.size, opened.checkpoint.root.hex())
    assert found == (case["origin"], case["size"], case["root"])
    trusted = {KEYS[name]["vkey"] for name in case["trusted"]}
    assert opened.cosignatures == {vkey: at for vkey, at in case["cosignatures"].items() if vkey in trusted}
    assert opened.note.wire == case["note"].encode()


@pytest.mark.parametrize("case", NOTES["invalid"], ids=lambda case: case["id"])
def test_an_invalid_note_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(LedgerError):
        open_checkpoint(case["note"].encode(), case["origin"], *keys_of(case), case["quorum"])


@pytest.mark.parametrize("case", NOTES["vkeys"], ids=lambda case: case["comment"])
def test_a_vkey_is_read_strictly_and_written_back(case: dict[str, Any]) -> None:
    if case["valid"]:
        assert parse_vkey(case["vkey"]).vkey == case["vkey"]
        return
    with pytest.raises(LedgerError) as refused:
        parse_vkey(case["vkey"])
    assert refused.value.code == "bad_key"


def test_we_sign_byte_for_byte_as_the_shared_notes() -> None:
    key = SigningKey(KEYS["log"]["name"], bytes.fromhex(KEYS["log"]["seed_hex"]))
    case = next(case for case in NOTES["valid"] if case["id"] == "log-only")
    signed = Checkpoint(case["origin"], case["size"], bytes.fromhex(case["root"])).signed([key])
    assert signed == case["note"].encode()
    assert key.verifier.vkey == KEYS["log"]["vkey"]


def test_two_active_keys_both_sign() -> None:
    keys = [SigningKey(KEYS[name]["name"], bytes.fromhex(KEYS[name]["seed_hex"])) for name in ("log", "log2")]
    wire = Checkpoint(keys[0].name, 0, bytes.fromhex(NOTES["valid"][4]["root"])).signed(keys)
    for name in ("log", "log2"):
        assert open_checkpoint(wire, keys[0].name, [parse_vkey(KEYS[name]["vkey"])]).checkpoint.size == 0


def test_a_checkpoint_is_not_signed_without_a_key_or_under_another_name() -> None:
    other = SigningKey("elsewhere.example/log", bytes(32))
    for keys in ([], [other]):
        with pytest.raises(LedgerError) as refused:
            Checkpoint("argo.example/signals", 0, bytes(32)).signed(keys)
        assert refused.value.code == "bad_key"


def test_a_key_file_reads_back_as_the_key_that_was_written() -> None:
    key = SigningKey("argo.example/signals", bytes(range(32)))
    line = "PRIVATE+KEY+argo.example/signals+c0ef69bb+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
    assert parse_skey(key.skey) == key
    assert key.skey.split("+")[2] == "argo.example/signals"
    assert key.skey.rsplit("+", 1)[1] == line.rsplit("+", 1)[1]


def test_a_signing_key_never_shows_its_seed() -> None:
    key = SigningKey("argo.example/signals", bytes(range(32)))
    assert "0102" not in repr(key)
    assert r"\x01" not in repr(key)
    with pytest.raises(LedgerError) as refused:
        parse_skey(key.skey[:-2])
    assert "AQABAgME" not in str(refused.value)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "argo.example/signals+00000000+AQ==",
        "PRIVATE+KEY+argo.example/signals",
        "PRIVATE+KEY+argo.example/signals+00000000+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
        "PRIVATE+KEY+argo.example/signals+c0ef69bb+BAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
        "PRIVATE+KEY+a b+c0ef69bb+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
    ],
)
def test_a_damaged_key_file_is_refused(line: str) -> None:
    with pytest.raises(LedgerError) as refused:
        parse_skey(line)
    assert refused.value.code == "bad_key"


@pytest.mark.parametrize("step", [s for s in WITNESSED["steps"] if s["status"] == 200], ids=lambda step: step["id"])
def test_the_cosignatures_of_the_shared_transcript_verify(step: dict[str, Any]) -> None:
    note = parse_note(step["request"].split("\n\n", 1)[1].encode())
    line = parse_signature_line(step["response"].removesuffix("\n"))
    assert verify_cosignature(note.text, line, parse_vkey(WITNESSED["witness_vkey"])) == step["time"]
    assert line.line == step["response"]


def test_a_cosignature_of_another_checkpoint_or_key_does_not_verify() -> None:
    first, second = (step for step in WITNESSED["steps"][:2])
    line = parse_signature_line(first["response"].removesuffix("\n"))
    other = parse_note(second["request"].split("\n\n", 1)[1].encode())
    own = parse_note(first["request"].split("\n\n", 1)[1].encode())
    with pytest.raises(LedgerError):
        verify_cosignature(other.text, line, parse_vkey(WITNESSED["witness_vkey"]))
    with pytest.raises(LedgerError):
        verify_cosignature(own.text, line, parse_vkey(KEYS["third"]["vkey"]))
    with pytest.raises(LedgerError):
        verify_cosignature(own.text, line, parse_vkey(WITNESSED["log_vkey"]))


def test_a_note_of_a_hundred_and_one_signatures_is_refused() -> None:
    line = NOTES["valid"][0]["note"].split("\n\n")[1]
    with pytest.raises(LedgerError):
        parse_note(("text\n\n" + line * 101).encode())
    assert len(parse_note(("text\n\n" + line * 100).encode()).signatures) == 100
