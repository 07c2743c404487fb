"""jcs-1 against the shared vectors: what every implementation has to agree on."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from alpine_core.errors import SenderError
from alpine_core.verify import canonical_bytes, signal_hash
from alpine_core.verify.es_number import es_number
from alpine_core.verify.field_rules import number_text
from alpine_core.wire import read_object
from tests.alpine.core.vectors import double, vectors

JCS = vectors("canonical_jcs1")
NEGATIVE = vectors("negative_canonical")


def by_id(cases: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {case["id"]: case for case in cases}


@pytest.mark.parametrize("case", JCS["valid"], ids=by_id(JCS["valid"]))
def test_a_valid_text_gives_the_canonical_bytes_and_hash(case: dict[str, Any]) -> None:
    fields = read_object(case["wire"].encode())
    assert canonical_bytes(fields) == bytes.fromhex(case["canonical_hex"])
    assert signal_hash(fields) == case["sha256"]


@pytest.mark.parametrize("case", JCS["valid"], ids=by_id(JCS["valid"]))
def test_canonical_text_is_a_fixed_point(case: dict[str, Any]) -> None:
    canonical = case["canonical"].encode()
    assert canonical_bytes(read_object(canonical)) == canonical


@pytest.mark.parametrize("case", JCS["numbers"], ids=lambda case: case["ieee754_be_hex"])
def test_a_double_is_written_as_ecmascript_does_or_refused(case: dict[str, Any]) -> None:
    value = double(case["ieee754_be_hex"])
    if math.isfinite(value):
        assert es_number(value) == case["ecmascript"]
    if case["in_jcs1_domain"]:
        assert number_text("entry_price", value, nullable=False) == case["ecmascript"]
    else:
        with pytest.raises(SenderError) as refused:
            number_text("entry_price", value, nullable=False)
        assert refused.value.code in {"nan_or_inf", "negative_zero", "number_out_of_range"}


@pytest.mark.parametrize("case", NEGATIVE["rejected"], ids=by_id(NEGATIVE["rejected"]))
def test_a_text_outside_the_domain_is_refused_with_its_code(case: dict[str, Any]) -> None:
    body = bytes.fromhex(case["wire_hex"]) if "wire_hex" in case else case["wire"].encode("utf-8", "surrogatepass")
    with pytest.raises(SenderError) as refused:
        canonical_bytes(read_object(body))
    assert refused.value.code in case["errors"]


@pytest.mark.parametrize("case", NEGATIVE["tampered"], ids=by_id(NEGATIVE["tampered"]))
def test_a_tampered_signal_has_another_hash(case: dict[str, Any]) -> None:
    assert signal_hash(case["signal"]) == case["actual_sha256"] != case["claimed_sha256"]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_double_is_written_as_the_reference_library_writes_it(value: float) -> None:
    assert es_number(value).encode() == rfc8785.dumps(value)


FIELDS = st.fixed_dictionaries(
    {
        "action": st.from_regex(r"[A-Z][A-Z_]{0,15}", fullmatch=True),
        "signal_id": st.from_regex(r"[A-Za-z0-9._:-]{1,64}", fullmatch=True),
        "symbol": st.from_regex(r"[A-Z0-9][A-Z0-9._:/^=-]{0,31}", fullmatch=True),
        "strategy": st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=128),
        "timestamp": st.datetimes().map(lambda at: f"{at.year:04}" + at.strftime("-%m-%dT%H:%M:%S.%fZ")),
        "entry_price": st.floats(-(2**53) + 1, 2**53 - 1) | st.integers(-(2**53) + 1, 2**53 - 1),
        "confidence": st.floats(0, 100),
        "target_price": st.none() | st.floats(-(2**53) + 1, 2**53 - 1),
        "stop_price": st.none() | st.floats(-(2**53) + 1, 2**53 - 1),
    }
)


@given(FIELDS)
def test_canonical_bytes_are_those_of_the_reference_library_and_read_back(fields: dict[str, Any]) -> None:
    try:
        canonical = canonical_bytes(fields)
    except SenderError as refused:
        assert refused.code in {"negative_zero", "not_nfc", "bad_string"}
        return
    assert canonical == rfc8785.dumps(fields)
    assert canonical_bytes(read_object(canonical)) == canonical
    assert json.loads(canonical) == fields
