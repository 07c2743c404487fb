"""Every case of the shared vector files that concerns `jcs-1`."""

from __future__ import annotations

import hashlib
import json
import struct
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from argo_core.ledger import (
    CANONICAL_CODES,
    HASHED_FIELDS,
    CanonicalError,
    canonical_bytes,
    canonical_bytes_checked,
    es_number,
    parse_canonical,
    signal_hash,
    verify_signal,
)

VECTORS = Path(__file__).parents[2] / "vectors"
CANONICAL: dict[str, Any] = json.loads((VECTORS / "canonical_jcs1.json").read_text(encoding="utf-8"))
NEGATIVE: dict[str, Any] = json.loads((VECTORS / "negative_canonical.json").read_text(encoding="utf-8"))
BASELINE: dict[str, object] = {
    "signal_id": "SIG-000123",
    "symbol": "AAPL",
    "action": "BUY",
    "entry_price": 175.25,
    "target_price": 184.5,
    "stop_price": 171.5,
    "confidence": 97.3,
    "strategy": "momentum_breakout",
    "timestamp": "2026-01-02T14:30:00.123456Z",
}


def by_id(cases: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in cases]


def wire_of(case: dict[str, Any]) -> bytes:
    if "wire_hex" in case:
        return bytes.fromhex(case["wire_hex"])
    return str(case["wire"]).encode("utf-8")


def test_the_vector_files_hold_as_many_cases_as_they_did_when_copied() -> None:
    assert (len(CANONICAL["valid"]), len(CANONICAL["numbers"])) == (36, 29)
    assert (len(NEGATIVE["rejected"]), len(NEGATIVE["tampered"])) == (50, 7)


def test_the_hashed_fields_are_the_nine_of_the_vectors_in_their_order() -> None:
    assert list(HASHED_FIELDS) == CANONICAL["fields"]


@pytest.mark.parametrize("case", by_id(CANONICAL["valid"]))
def test_a_valid_wire_has_the_listed_bytes_and_hash(case: dict[str, Any]) -> None:
    fields = parse_canonical(wire_of(case))
    assert canonical_bytes(fields).hex() == case["canonical_hex"]
    assert canonical_bytes_checked(fields) == case["canonical"].encode("utf-8")
    assert signal_hash(fields) == case["sha256"]


@pytest.mark.parametrize("case", by_id(CANONICAL["valid"]))
def test_canonical_bytes_are_a_fixed_point_of_reading_and_writing(case: dict[str, Any]) -> None:
    canonical = bytes.fromhex(case["canonical_hex"])
    assert canonical_bytes(parse_canonical(canonical)) == canonical


def test_wires_of_one_group_have_one_hash_and_groups_differ() -> None:
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for case in CANONICAL["valid"]:
        if "same_hash_group" in case:
            groups[case["same_hash_group"]].add(signal_hash(parse_canonical(wire_of(case))))
    assert {name: len(hashes) for name, hashes in groups.items()} == dict.fromkeys(groups, 1)
    assert len(set.union(*groups.values())) == len(groups) == 5


def test_the_baseline_hash_is_the_sha256_of_the_text_anyone_can_write_down() -> None:
    text = (
        '{"action":"BUY","confidence":97.3,"entry_price":175.25,"signal_id":"SIG-000123","stop_price":171.5,'
        '"strategy":"momentum_breakout","symbol":"AAPL","target_price":184.5,'
        '"timestamp":"2026-01-02T14:30:00.123456Z"}'
    )
    assert canonical_bytes(BASELINE) == text.encode("ascii")
    assert signal_hash(BASELINE) == hashlib.sha256(text.encode("ascii")).hexdigest()
    assert signal_hash(BASELINE) == "eee3b0f873dc4811c0bd45d843df39c5a07b5e718f0ad721d2132d396ccf587e"


@pytest.mark.parametrize("case", [pytest.param(case, id=case["ieee754_be_hex"]) for case in CANONICAL["numbers"]])
def test_a_double_has_the_listed_ecmascript_text(case: dict[str, Any]) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(case["ieee754_be_hex"]))
    if case["ecmascript"] is None:
        with pytest.raises(CanonicalError) as refusal:
            es_number(value)
        assert refusal.value.code == case["error"]
    else:
        assert es_number(value) == case["ecmascript"]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["ieee754_be_hex"]) for case in CANONICAL["numbers"]])
def test_exactly_the_doubles_of_the_domain_can_be_hashed(case: dict[str, Any]) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(case["ieee754_be_hex"]))
    fields = BASELINE | {"entry_price": value}
    if case["in_jcs1_domain"]:
        assert f'"entry_price":{case["ecmascript"]},'.encode("ascii") in canonical_bytes(fields)
    else:
        with pytest.raises(CanonicalError) as refusal:
            canonical_bytes(fields)
        assert refusal.value.code in {"nan_or_inf", "negative_zero", "number_out_of_range"}


@pytest.mark.parametrize("case", by_id(NEGATIVE["rejected"]))
def test_a_rejected_wire_is_refused_with_a_listed_code(case: dict[str, Any]) -> None:
    with pytest.raises(CanonicalError) as refusal:
        parse_canonical(wire_of(case))
    assert refusal.value.code in case["errors"]
    assert "\n" not in str(refusal.value)


def test_every_code_of_the_contract_is_provoked_by_some_vector() -> None:
    provoked = set()
    for case in NEGATIVE["rejected"]:
        with pytest.raises(CanonicalError) as refusal:
            parse_canonical(wire_of(case))
        provoked.add(refusal.value.code)
    assert provoked == CANONICAL_CODES


@pytest.mark.parametrize("case", by_id(NEGATIVE["tampered"]))
def test_a_tampered_field_changes_the_hash_and_fails_verification(case: dict[str, Any]) -> None:
    assert signal_hash(case["signal"]) == case["actual_sha256"]
    verdict = verify_signal(case["signal"], case["claimed_sha256"], allow_legacy=True)
    assert (verdict.ok, verdict.scheme, verdict.code) == (False, None, case["expect"])
