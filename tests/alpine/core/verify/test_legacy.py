"""The older scheme against the shared vectors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from alpine_core.errors import RuleBroken, SenderError
from alpine_core.testing.samples import legacy_members
from alpine_core.verify import SignalVerifier, legacy_hash, legacy_preimage, signal_hash
from alpine_core.verify.legacy import fields_of_preimage
from alpine_core.wire import read_object, read_signal
from alpine_core.wire.envelope import Envelope
from tests.alpine.core.vectors import double, vectors

LEGACY = vectors("canonical_legacy")
KINDS: dict[str, Any] = {"str": str, "default_str": str, "float": double, "int": int, "none": lambda _text: None}


def python_value(tagged: list[str]) -> object:
    """The value whose type and text a vector names."""
    kind, text = tagged
    return KINDS[kind](text)


@pytest.mark.parametrize("case", LEGACY["cases"], ids=lambda case: case["id"])
def test_the_preimage_is_what_python_wrote(case: dict[str, Any]) -> None:
    values = {name: python_value(tagged) for name, tagged in case["python_values"].items()}
    assert legacy_preimage(values) == case["preimage"]
    assert legacy_hash(case["preimage"]) == case["sha256"]


REHASHABLE = [case for case in LEGACY["cases"] if case["python_rehash_from_wire"]]


@pytest.mark.parametrize("case", REHASHABLE, ids=lambda case: case["id"])
def test_a_text_from_the_wire_hashes_to_the_same(case: dict[str, Any]) -> None:
    assert legacy_preimage(read_object(case["wire"].encode())) == case["preimage"]


@pytest.mark.parametrize("case", LEGACY["cross_scheme"])
def test_one_signal_under_both_schemes_has_two_hashes(case: dict[str, Any]) -> None:
    assert signal_hash(case["signal"]) == case["jcs1_sha256"]
    assert legacy_hash(legacy_preimage(case["signal"])) == case["legacy_sha256"]


def envelope(**changes: Any) -> Envelope:
    return read_signal(json.dumps({**legacy_members(), **changes}).encode())


def test_an_older_signal_is_labelled_and_keeps_its_text_where_the_key_allows_it() -> None:
    verified = SignalVerifier(allow_legacy=True).verify(envelope())
    assert verified.scheme == "legacy-json-0"
    assert verified.legacy_preimage is not None
    assert fields_of_preimage(verified.legacy_preimage) == verified.fields
    assert verified.fields.timestamp == "2026-01-02T14:30:00+00:00"


@pytest.mark.parametrize("changes", [{}, {"scheme": "legacy-json-0"}])
def test_an_older_signal_is_refused_by_name_where_it_is_not_allowed(changes: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken) as refused:
        SignalVerifier().verify(envelope(**changes))
    assert refused.value.code == "legacy_not_allowed"


def test_the_older_scheme_may_not_pass_for_the_newer() -> None:
    with pytest.raises(SenderError) as refused:
        SignalVerifier(allow_legacy=True).verify(envelope(scheme="jcs-1", timestamp="2026-01-02T14:30:00.123456Z"))
    assert refused.value.code == "hash_mismatch"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"entry_price": 175.26}, "hash_mismatch"),
        ({"entry_price": 175}, "hash_mismatch"),
        ({"entry_price": "175.25"}, "bad_type"),
        ({"entry_price": None}, "null_not_allowed"),
        ({"timestamp": "yesterday"}, "bad_timestamp"),
        ({"signal_id": "a b"}, "bad_string"),
    ],
)
def test_a_changed_older_signal_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(SenderError) as refused:
        SignalVerifier(allow_legacy=True).verify(envelope(scheme="legacy-json-0", **changes))
    assert refused.value.code == code
