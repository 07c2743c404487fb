"""What may be said in a signal's body, and what is refused with which code."""

from __future__ import annotations

import json
from typing import Any

import pytest

from alpine_core.errors import SenderError, TooLarge
from alpine_core.testing.samples import DETAILS, sample_body, sample_members
from alpine_core.wire import SIGNAL_BYTES, read_signal

OTHER = "0" * 64


def refusal(body: bytes) -> str:
    with pytest.raises(SenderError) as refused:
        read_signal(body)
    assert "\n" not in str(refused.value)
    return refused.value.code


def changed(**changes: Any) -> bytes:
    return json.dumps({**sample_members(), **changes}).encode()


def without(*names: str) -> bytes:
    return json.dumps({name: value for name, value in sample_members().items() if name not in names}).encode()


def test_a_whole_body_is_read_as_sent() -> None:
    body = sample_body(**DETAILS)
    envelope = read_signal(body)
    assert (envelope.signal_id, envelope.scheme, envelope.body) == ("SIG-000123", "jcs-1", body)
    assert envelope.details.votes[0].evidence == {"rsi": 41.2}
    assert envelope.details.decision == {"decision_id": "d-1", "threshold": 75.0, "absences": []}
    assert envelope.fields["entry_price"] == 175.25


@pytest.mark.parametrize("name", ["sha256", "verification_hash", "hash"])
def test_the_hash_has_three_names_and_any_case(name: str) -> None:
    members = sample_members()
    claimed = members.pop("verification_hash")
    assert read_signal(json.dumps({**members, name: claimed.upper()}).encode()).claimed == claimed


def test_older_names_of_the_levels_are_understood() -> None:
    members = sample_members()
    older = {"take_profit": members.pop("target_price"), "stop_loss": members.pop("stop_price")}
    fields = read_signal(json.dumps({**members, **older}).encode()).fields
    assert (fields["target_price"], fields["stop_price"]) == (184.5, 171.5)


def nested(levels: int) -> dict[str, Any]:
    """Objects within an object, that many of them."""
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"a": value}
    return value


def test_a_decision_may_nest_a_little() -> None:
    assert read_signal(changed(decision=nested(31))).details.decision == nested(31)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (without("verification_hash"), "missing_field"),
        (changed(verification_hash="abc"), "bad_hash"),
        (changed(verification_hash=None), "bad_hash"),
        (changed(sha256=OTHER), "hashes_differ"),
        (changed(take_profit=184.5), "duplicate_key"),
        (changed(scheme=1), "bad_type"),
        (changed(stars=5), "unknown_field"),
        (changed(salt="aa"), "missing_field"),
        (changed(win_probability=1.5), "bad_type"),
        (changed(win_probability="0.5"), "bad_type"),
        (changed(reasoning=5), "bad_type"),
        (changed(reasoning="x" * 16_385), "bad_type"),
        (changed(regime="x" * 129), "bad_type"),
        (changed(votes={}), "bad_type"),
        (changed(votes=[{"source": "s", "direction": "LONG"}]), "missing_field"),
        (changed(votes=[{"source": "s", "direction": "LONG", "confidence": 1, "mood": 1}]), "unknown_field"),
        (changed(votes=[{"source": "s", "direction": "LONG", "confidence": True}]), "bad_type"),
        (changed(votes=[{"source": "s", "direction": "LONG", "confidence": 10**400}]), "number_out_of_range"),
        (changed(votes=[{"source": "s", "direction": "LONG", "confidence": 1}] * 501), "bad_type"),
        (changed(decision=[]), "bad_type"),
        (changed(decision={"x": "y" * 16_384}), "decision_too_large"),
        (changed(decision={"x": "\0"}), "bad_string"),
        (changed(reasoning="\ud800"), "bad_string"),
        (b"", "bad_json"),
        (b"null", "bad_json"),
        (b"[" * 100_000, "bad_json"),
        (b'{"a":' * 50_000, "bad_json"),
        (b'{"decision":' + b'{"a":' * 900 + b"1" + b"}" * 901, "missing_field"),
        (changed(decision=nested(32)), "too_deep"),
        (b'{"a":{"b":1,"b":2}}', "duplicate_key"),
        (b'{"a":NaN}', "nan_or_inf"),
        (b'{"decision":{"x":1e999}}', "nan_or_inf"),
        (b'{"decision":{"x":-0}}', "negative_zero"),
        (b'{"decision":{"x":' + b"9" * 5000 + b"}}", "number_out_of_range"),
        (b"\xff", "bad_utf8"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_code(body: bytes, code: str) -> None:
    assert refusal(body) == code


def test_a_body_over_its_size_is_refused_before_it_is_read() -> None:
    with pytest.raises(TooLarge) as refused:
        read_signal(b" " * (SIGNAL_BYTES + 1))
    assert refused.value.code == "too_large"


ODD_MOMENTS = [
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "1969-12-31T23:59:59Z",
    "1970-01-01T00:00:00+00:01",
    "2200-12-31T23:59:59-00:01",
    "2026-01-02T24:30:00Z",
    "2026-01-02",
    "soon",
    "",
]


@pytest.mark.parametrize("text", ODD_MOMENTS)
def test_a_time_that_no_page_could_reckon_with_is_refused(text: str) -> None:
    assert refusal(changed(as_of=text)) == "bad_timestamp"
    for name in ("observed_at", "received_at"):
        vote = {"source": "a", "direction": "LONG", "confidence": 1.0, name: text}
        assert refusal(changed(votes=[vote])) == "bad_timestamp"


@pytest.mark.parametrize("text", ["1970-01-01T00:00:00Z", "2200-12-31T23:59:59.999999Z", "2201-01-01T00:30:00+01:00"])
def test_a_time_of_the_years_1970_to_2200_is_taken_as_sent(text: str) -> None:
    assert read_signal(changed(as_of=text)).details.as_of == text
