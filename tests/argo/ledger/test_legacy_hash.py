"""`legacy-json-0`: old hashes still hold, from values or from the stored preimage, and nothing slips in between."""

from __future__ import annotations

import hashlib
import json
import struct
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.ledger import (
    CanonicalError,
    canonical_bytes,
    legacy_hash,
    legacy_is_json,
    legacy_matches,
    legacy_preimage,
    signal_hash,
)

VECTORS = Path(__file__).parents[2] / "vectors"
LEGACY: dict[str, Any] = json.loads((VECTORS / "canonical_legacy.json").read_text(encoding="utf-8"))
CASES = [pytest.param(case, id=case["id"]) for case in LEGACY["cases"]]
REHASHABLE = [pytest.param(case, id=case["id"]) for case in LEGACY["cases"] if case["python_rehash_from_wire"]]
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
BASELINE_HASH = "fc363b8fc3c69557a115887a8d7936366d6a00c0f088d564d798d8070ab20a68"


def sender_value(kind: str, text: str) -> object:
    """A value as the legacy sender's `json.dumps` saw it; `default_str` is one that it had to turn into text."""
    if kind == "none":
        return None
    if kind == "int":
        return int(text)
    if kind == "float":
        return struct.unpack(">d", bytes.fromhex(text))[0]
    return text


def sender_values(case: dict[str, Any]) -> dict[str, object]:
    return {name: sender_value(kind, text) for name, (kind, text) in case["python_values"].items()}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def test_the_vector_file_holds_as_many_cases_as_it_did_when_copied() -> None:
    assert (len(LEGACY["cases"]), len(REHASHABLE), len(LEGACY["cross_scheme"])) == (15, 12, 1)


@pytest.mark.parametrize("case", CASES)
def test_the_senders_values_have_the_listed_preimage_and_hash(case: dict[str, Any]) -> None:
    if case["id"] == "nan":
        with pytest.raises(CanonicalError) as refusal:
            legacy_preimage(sender_values(case))
        assert refusal.value.code == "nan_or_inf"
    else:
        assert legacy_preimage(sender_values(case)) == case["preimage"].encode("ascii")
        assert legacy_hash(sender_values(case)) == case["sha256"]


@pytest.mark.parametrize("case", REHASHABLE)
def test_values_read_from_the_stored_wire_have_the_listed_hash(case: dict[str, Any]) -> None:
    assert legacy_hash(json.loads(case["wire"])) == case["sha256"]


@pytest.mark.parametrize("case", CASES)
def test_the_stored_preimage_vouches_for_what_the_wire_shows(case: dict[str, Any]) -> None:
    assert legacy_matches(case["preimage"], json.loads(case["wire"]), case["sha256"])
    assert legacy_matches(case["preimage"], json.loads(case["wire"]), case["sha256"].upper())
    assert legacy_is_json(case["preimage"]) == (case["id"] != "nan")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", sorted(BASELINE))
def test_a_field_shown_otherwise_than_the_preimage_says_is_noticed(case: dict[str, Any], name: str) -> None:
    shown = json.loads(case["wire"])
    shown[name] = "SIG-666" if isinstance(shown[name], str) else 666.25
    assert not legacy_matches(case["preimage"], shown, case["sha256"])


@pytest.mark.parametrize("case", LEGACY["cross_scheme"])
def test_one_signal_has_two_hashes_and_the_preimages_can_never_be_equal(case: dict[str, Any]) -> None:
    assert signal_hash(case["signal"]) == case["jcs1_sha256"]
    assert legacy_hash(case["signal"]) == case["legacy_sha256"]
    assert legacy_preimage(case["signal"])[10] == 0x20
    assert canonical_bytes(case["signal"])[10] != 0x20


def test_a_float_typed_model_in_between_loses_the_hash() -> None:
    assert legacy_hash(BASELINE | {"entry_price": 175}) != legacy_hash(BASELINE | {"entry_price": 175.0})


def test_a_preimage_vouches_for_numbers_by_value_not_by_spelling() -> None:
    preimage = legacy_preimage(BASELINE | {"entry_price": 175}).decode("ascii")
    assert legacy_matches(preimage, BASELINE | {"entry_price": 175.0}, sha256(preimage))


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        ({"stop_price": "171.5"}, "text is not a number"),
        ({"stop_price": None}, "a price is not nothing"),
        ({"entry_price": True}, "a truth value is not a number"),
        ({"timestamp": "2026-01-02 14:30:00.123456Z"}, "the space stands for T in the preimage, not the reverse"),
        ({"timestamp": None}, "a time is not nothing"),
        ({"extra": 1}, "a tenth field is not vouched for"),
    ],
)
def test_a_preimage_does_not_vouch_for_another_type_or_field(shown: dict[str, object], reason: str) -> None:
    preimage = legacy_preimage(BASELINE | {"entry_price": 1}).decode("ascii")
    fields = BASELINE | {"entry_price": 1}
    assert legacy_matches(preimage, fields, sha256(preimage))
    assert not legacy_matches(preimage, fields | shown, sha256(preimage)), reason


def test_only_a_timestamp_may_differ_by_the_letter_t() -> None:
    preimage = legacy_preimage(BASELINE | {"strategy": "2026-01-02 open"}).decode("ascii")
    assert legacy_matches(preimage, BASELINE | {"strategy": "2026-01-02 open"}, sha256(preimage))
    assert not legacy_matches(preimage, BASELINE | {"strategy": "2026-01-02Topen"}, sha256(preimage))


@pytest.mark.parametrize(
    "forged",
    [
        '{"entry_price": 1, ' + legacy_preimage(BASELINE).decode("ascii")[1:],
        legacy_preimage(BASELINE).decode("ascii") + " ",
        legacy_preimage(BASELINE).decode("ascii").replace(": ", ":"),
        legacy_preimage(BASELINE).decode("ascii").replace("171.5", "1.715e2"),
        legacy_preimage(BASELINE).decode("ascii").replace("AAPL", "\\u0041APL"),
        "[" + legacy_preimage(BASELINE).decode("ascii") + "]",
        "",
        "[]",
        "{}",
        "null",
        pytest.param("[" * 100_000, id="deep"),
        pytest.param('{"entry_price": ' + "9" * 5000 + "}", id="long-integer"),
    ],
)
def test_a_text_that_json_dumps_did_not_write_is_no_preimage(forged: str) -> None:
    assert not legacy_matches(forged, BASELINE, sha256(forged))


def test_an_overflowing_number_cannot_pose_as_no_stop() -> None:
    forged = legacy_preimage(BASELINE).decode("ascii").replace("171.5", "1e999")
    assert not legacy_matches(forged, BASELINE | {"stop_price": None}, sha256(forged))


@pytest.mark.parametrize("claimed", ["", "fc363b8f", BASELINE_HASH[:-1] + "9", BASELINE_HASH + "\n", "\u0661" * 64])
def test_a_wrong_or_malformed_hash_never_matches(claimed: str) -> None:
    preimage = legacy_preimage(BASELINE).decode("ascii")
    assert legacy_matches(preimage, BASELINE, BASELINE_HASH)
    assert not legacy_matches(preimage, BASELINE, claimed)


@pytest.mark.parametrize("raw", ["\u00dcberkauf", "\ud800"])
def test_raw_characters_beyond_ascii_are_no_preimage(raw: str) -> None:
    preimage = legacy_preimage(BASELINE | {"strategy": "Ueberkauf"}).decode("ascii").replace("Ueberkauf", raw)
    digest = hashlib.sha256(preimage.encode("utf-8", "surrogatepass")).hexdigest()
    assert not legacy_matches(preimage, BASELINE | {"strategy": raw}, digest)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (Decimal("1.5"), "bad_type"),
        (True, "bad_type"),
        ([1], "bad_type"),
        ({"a": 1}, "bad_type"),
        (float("inf"), "nan_or_inf"),
        pytest.param(10**5000, "number_out_of_range", id="too-long-for-str"),
    ],
)
def test_a_value_that_json_text_cannot_have_given_is_refused(value: object, code: str) -> None:
    with pytest.raises(CanonicalError) as refusal:
        legacy_hash(BASELINE | {"entry_price": value})
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("fields", "code"), [({}, "missing_field"), (BASELINE | {"regime": "calm"}, "extra_field")], ids=["none", "ten"]
)
def test_exactly_the_nine_fields_are_hashed(fields: dict[str, object], code: str) -> None:
    with pytest.raises(CanonicalError) as refusal:
        legacy_preimage(fields)
    assert refusal.value.code == code


@given(
    st.fixed_dictionaries(
        {name: st.none() | st.text() | st.integers() | st.floats(allow_nan=False) for name in sorted(BASELINE)}
    ).filter(lambda fields: float("inf") not in fields.values() and float("-inf") not in fields.values())
)
def test_the_preimage_is_what_the_legacy_senders_wrote(fields: dict[str, object]) -> None:
    as_sent = json.dumps(fields, sort_keys=True, default=str)
    assert legacy_preimage(fields) == as_sent.encode("ascii")
    assert legacy_matches(as_sent, fields, sha256(as_sent))
