"""What a careless implementation lets through: Python's types, its number parser, and look-alike text."""

from __future__ import annotations

import json
from decimal import Decimal
from enum import StrEnum

import numpy as np
import pytest

from argo_core.errors import DataError, InvariantError
from argo_core.ledger import (
    MAX_SAFE_NUMBER,
    CanonicalError,
    canonical_bytes,
    canonical_bytes_checked,
    es_number,
    parse_canonical,
    require_same_fields,
    signal_hash,
)

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
PRICES = ("entry_price", "target_price", "stop_price", "confidence")


class Side(StrEnum):
    BUY = "BUY"


def code_of(fields: dict[str, object]) -> str:
    with pytest.raises(CanonicalError) as refusal:
        canonical_bytes(fields)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 300
    assert str(refusal.value).isascii() and str(refusal.value).isprintable()
    return refusal.value.code


def code_of_text(member: str, replacement: str) -> str:
    """The code for the baseline's JSON text with one member's value replaced by raw text."""
    wire = json.dumps(BASELINE).replace(json.dumps(BASELINE[member]), replacement)
    assert replacement in wire
    with pytest.raises(CanonicalError) as refusal:
        parse_canonical(wire.encode("utf-8"))
    return refusal.value.code


@pytest.mark.parametrize("name", PRICES)
@pytest.mark.parametrize(
    ("value", "code"),
    [
        (True, "bad_type"),
        (False, "bad_type"),
        (np.float64(175.25), "bad_type"),
        (np.int64(175), "bad_type"),
        (Decimal("175.25"), "bad_type"),
        ("175.25", "bad_type"),
        ([175.25], "bad_type"),
        (175 + 0j, "bad_type"),
        (float("nan"), "nan_or_inf"),
        (float("inf"), "nan_or_inf"),
        (float("-inf"), "nan_or_inf"),
        (-0.0, "negative_zero"),
        (2**53, "number_out_of_range"),
        (-(2**53), "number_out_of_range"),
        (2.0**53, "number_out_of_range"),
        pytest.param(10**5000, "number_out_of_range", id="too-long-for-str"),
        (1e300, "number_out_of_range"),
    ],
)
def test_a_value_that_is_not_a_plain_number_in_range_is_refused(name: str, value: object, code: str) -> None:
    assert code_of(BASELINE | {name: value}) == code


@pytest.mark.parametrize("name", ["signal_id", "symbol", "action", "strategy", "timestamp"])
@pytest.mark.parametrize(
    ("value", "code"),
    [(None, "null_not_allowed"), (5, "bad_type"), (b"BUY", "bad_type"), (Side.BUY, "bad_type"), (["BUY"], "bad_type")],
)
def test_a_value_that_is_not_a_plain_string_is_refused(name: str, value: object, code: str) -> None:
    assert code_of(BASELINE | {name: value}) == code


@pytest.mark.parametrize("name", ["entry_price", "confidence"])
def test_null_is_refused_where_a_number_is_required(name: str) -> None:
    assert code_of(BASELINE | {name: None}) == "null_not_allowed"


@pytest.mark.parametrize("name", sorted(BASELINE))
def test_an_absent_field_is_not_a_null_field(name: str) -> None:
    assert code_of({key: value for key, value in BASELINE.items() if key != name}) == "missing_field"


@pytest.mark.parametrize(
    "name", ["rationale", "", "Action", pytest.param("x" * 10_000, id="long"), "\ud800", "\x1b[31m"]
)
def test_a_tenth_field_is_refused_and_not_echoed_at_length(name: str) -> None:
    assert code_of(BASELINE | {name: 1}) == "extra_field"


def test_a_refusal_is_an_error_of_their_data() -> None:
    with pytest.raises(DataError):
        canonical_bytes({})


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), np.float64("nan")])
def test_what_is_not_finite_has_no_number_text(value: float) -> None:
    with pytest.raises(CanonicalError) as refusal:
        es_number(value)
    assert refusal.value.code == "nan_or_inf"


def test_the_number_text_of_a_numpy_scalar_is_that_of_its_value() -> None:
    assert (es_number(np.float64(175.25)), es_number(np.float64(1e-7))) == ("175.25", "1e-7")


def test_an_integer_and_the_equal_float_have_the_same_bytes() -> None:
    whole = {"entry_price": 175, "target_price": 200, "stop_price": 0, "confidence": 100}
    floats = {"entry_price": 175.0, "target_price": 200.0, "stop_price": 0.0, "confidence": 100.0}
    assert canonical_bytes(BASELINE | whole) == canonical_bytes(BASELINE | floats)


@pytest.mark.parametrize("value", [MAX_SAFE_NUMBER, -MAX_SAFE_NUMBER, float(MAX_SAFE_NUMBER)])
def test_the_largest_safe_numbers_are_hashed_with_all_their_digits(value: float) -> None:
    assert b"9007199254740991" in canonical_bytes(BASELINE | {"entry_price": value})


def test_no_stop_and_a_stop_at_zero_have_different_hashes() -> None:
    assert signal_hash(BASELINE | {"stop_price": None}) != signal_hash(BASELINE | {"stop_price": 0})
    assert b'"stop_price":null' in canonical_bytes(BASELINE | {"stop_price": None})


@pytest.mark.parametrize("literal", ["-0", "-0.0", "-0e0", "-0e5", "-1e-400"])
def test_minus_zero_is_refused_in_every_spelling_of_the_text(literal: str) -> None:
    assert code_of_text("entry_price", literal) == "negative_zero"


@pytest.mark.parametrize(
    ("literal", "code"),
    [
        ("1e400", "nan_or_inf"),
        ("-1e400", "nan_or_inf"),
        ("NaN", "nan_or_inf"),
        ("-Infinity", "nan_or_inf"),
        pytest.param("9" * 5000, "number_out_of_range", id="too-long-for-int"),
        ("-" + "9" * 17, "number_out_of_range"),
        ("9007199254740993.0", "number_out_of_range"),
        ("0175", "bad_json"),
        ("175.", "bad_json"),
        (".5", "bad_json"),
        ("1_000", "bad_json"),
        ("\u0661\u0667\u0665", "bad_json"),
        ("true", "bad_type"),
        pytest.param("[" * 100_000, "bad_json", id="deep"),
        ('{"a": 1, "a": 2}', "duplicate_key"),
    ],
)
def test_number_text_that_parsers_disagree_on_is_refused(literal: str, code: str) -> None:
    assert code_of_text("entry_price", literal) == code


@pytest.mark.parametrize("suffix", ["\n", "\r", " ", "\x00", "\u200b", "\u0661"])
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("signal_id", "bad_string"),
        ("symbol", "bad_string"),
        ("action", "bad_string"),
        ("timestamp", "bad_timestamp"),
    ],
)
def test_nothing_may_follow_an_identifier_or_a_timestamp(name: str, code: str, suffix: str) -> None:
    assert code_of(BASELINE | {name: f"{BASELINE[name]}{suffix}"}) == code


@pytest.mark.parametrize(
    "timestamp",
    [
        "\u0662\u0660\u0662\u0666-01-02T14:30:00.123456Z",
        "2026-01-02T14:30:00.123456+00:00",
        "2026-01-02T14:30:60.000000Z",
        "2026-01-02T24:00:00.000000Z",
        "2026-02-29T00:00:00.000000Z",
        "2026-13-01T00:00:00.000000Z",
        "2026-W01-1T00:00:00.000000Z",
        "2026-01-02T14:30:00,123456Z",
        "0000-01-01T00:00:00.000000Z",
        "",
    ],
)
def test_only_existing_utc_instants_with_microseconds_pass(timestamp: str) -> None:
    assert code_of(BASELINE | {"timestamp": timestamp}) == "bad_timestamp"


@pytest.mark.parametrize("timestamp", ["2024-02-29T23:59:59.999999Z", "0001-01-01T00:00:00.000000Z"])
def test_a_real_instant_is_hashed_as_sent(timestamp: str) -> None:
    assert timestamp.encode("ascii") in canonical_bytes(BASELINE | {"timestamp": timestamp})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("signal_id", ""),
        ("signal_id", "x" * 65),
        ("symbol", ""),
        ("symbol", "A" * 33),
        ("symbol", ".A"),
        ("symbol", "\u0410APL"),
        ("symbol", "\uff21APL"),
        ("action", ""),
        ("action", "_BUY"),
        ("action", "B" * 17),
        ("action", "BUY2"),
    ],
)
def test_identifiers_are_bounded_ascii(name: str, text: str) -> None:
    assert code_of(BASELINE | {name: text}) == "bad_string"


@pytest.mark.parametrize(
    ("name", "text"),
    [("signal_id", "a" * 64), ("symbol", "9" + "^" * 31), ("action", "B" + "_" * 15), ("strategy", "\u00e9" * 128)],
)
def test_a_text_of_the_full_length_passes(name: str, text: str) -> None:
    assert text.encode("utf-8") in canonical_bytes(BASELINE | {name: text})


@pytest.mark.parametrize(
    ("strategy", "code"),
    [
        ("", "bad_string"),
        ("x" * 129, "bad_string"),
        ("a\nb", "bad_string"),
        ("a\x7fb", "bad_string"),
        ("a\x85b", "bad_string"),
        ("a\u200db", "bad_string"),
        ("a\u202eb", "bad_string"),
        ("a\ufeffb", "bad_string"),
        ("a\u2029b", "bad_string"),
        ("\ud83d", "bad_string"),
        ("\ue000", "bad_string"),
        ("\ufdd0", "bad_string"),
        ("\ufdef", "bad_string"),
        ("\uffff", "bad_string"),
        ("\U0001fffe", "bad_string"),
        ("Cafe\u0301", "not_nfc"),
        ("\u212b", "not_nfc"),
    ],
)
def test_a_strategy_that_hides_or_reorders_text_is_refused(strategy: str, code: str) -> None:
    assert code_of(BASELINE | {"strategy": strategy}) == code


@pytest.mark.parametrize(
    ("strategy", "written"),
    [
        ('say "hi" \\ /done', b'"say \\"hi\\" \\\\ /done"'),
        ('\\"', b'"\\\\\\""'),
        ("\u00dcberkauf\u2192\u0394\u03a9", b'"\xc3\x9cberkauf\xe2\x86\x92\xce\x94\xce\xa9"'),
        ("\U0001f680 moon", b'"\xf0\x9f\x9a\x80 moon"'),
        ("\u00a0\ufdcf\ufdf0", b'"\xc2\xa0\xef\xb7\x8f\xef\xb7\xb0"'),
    ],
)
def test_only_quote_and_backslash_are_escaped(strategy: str, written: bytes) -> None:
    assert b'"strategy":' + written + b"," in canonical_bytes(BASELINE | {"strategy": strategy})


def test_a_name_twice_is_refused_even_with_equal_values() -> None:
    wire = json.dumps(BASELINE)[:-1] + ', "symbol": "AAPL"}'
    with pytest.raises(CanonicalError) as refusal:
        parse_canonical(wire.encode("utf-8"))
    assert refusal.value.code == "duplicate_key"


@pytest.mark.parametrize(
    ("wire", "code"),
    [
        (b"", "bad_json"),
        (b"null", "bad_json"),
        (b'"text"', "bad_json"),
        (b"{}", "missing_field"),
        (b"{} x", "bad_json"),
        (b"{}\x00", "bad_json"),
        (b"\xff\xfe{\x00}\x00", "bad_utf8"),
        (b"\xef\xbb\xbf{}", "bad_json"),
        (b"{\xc2\xa0}", "bad_json"),
        (b'{"a": "\xc0\xaf"}', "bad_utf8"),
        (b'{"a": NaN}', "nan_or_inf"),
        (b'{"a": [-Infinity]}', "nan_or_inf"),
        (b'{"a": [{"b": 1, "\\u0062": 1}]}', "duplicate_key"),
        pytest.param(b"[" * 200_000, "bad_json", id="deep"),
    ],
)
def test_text_that_is_not_one_json_object_is_refused(wire: bytes, code: str) -> None:
    with pytest.raises(CanonicalError) as refusal:
        parse_canonical(wire)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("wire", "told"),
    [
        (canonical_bytes(BASELINE).replace(b"175.25", b"175.5"), "other values"),
        (canonical_bytes(BASELINE).replace(b"171.5", b"null"), "other values"),
        (canonical_bytes(BASELINE).replace(b"171.5", b"nan"), "bad_json"),
        (canonical_bytes(BASELINE)[:-1], "bad_json"),
    ],
)
def test_bytes_that_do_not_read_back_as_the_signal_are_never_sealed(wire: bytes, told: str) -> None:
    with pytest.raises(InvariantError, match=told):
        require_same_fields(wire, BASELINE)


class Restless(dict[str, object]):
    """A mapping whose entry price grows by one each time that it is asked for: a signal edited while it is sealed."""

    asked = 0

    def __getitem__(self, name: str) -> object:
        if name != "entry_price":
            return super().__getitem__(name)
        self.asked += 1
        return 100 + self.asked


def test_a_signal_that_changes_while_it_is_sealed_is_not_sealed() -> None:
    with pytest.raises(InvariantError, match="other values"):
        canonical_bytes_checked(Restless(BASELINE))


def test_checked_bytes_are_the_canonical_bytes() -> None:
    assert canonical_bytes_checked(BASELINE) == canonical_bytes(BASELINE)
    with pytest.raises(CanonicalError):
        canonical_bytes_checked(BASELINE | {"entry_price": float("nan")})
