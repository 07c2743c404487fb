"""From a claim to a verified signal; the rules it may break; the audit of what is stored."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from alpine_core.errors import RuleBroken, SenderError
from alpine_core.model import Details, HashedFields, StoredSignal
from alpine_core.testing.samples import DETAILS, MOMENT, legacy_members, sample_members, sample_verified
from alpine_core.verify import SignalVerifier, audit, require_rules
from alpine_core.wire import read_signal

FIELDS = HashedFields.__struct_fields__


def code_of(members: dict[str, Any]) -> str:
    with pytest.raises(SenderError) as refused:
        SignalVerifier().verify(read_signal(json.dumps(members).encode()))
    return refused.value.code


def test_a_signal_verifies_with_and_without_its_scheme_named() -> None:
    members = sample_members()
    del members["scheme"]
    verified = SignalVerifier().verify(read_signal(json.dumps(members).encode()))
    assert (verified.scheme, verified.legacy_preimage) == ("jcs-1", None)
    assert verified.fields.entry_price == 175.25


OTHERS: dict[str, Any] = {
    "signal_id": "SIG-000124",
    "symbol": "AAPM",
    "action": "SELL",
    "entry_price": 175.26,
    "target_price": None,
    "stop_price": 171.4,
    "confidence": 97.4,
    "strategy": "momentum-breakout",
    "timestamp": "2026-01-02T14:30:00.123457Z",
}


@pytest.mark.parametrize("name", FIELDS)
def test_each_of_the_nine_changed_is_a_hash_mismatch(name: str) -> None:
    assert code_of({**sample_members(), name: OTHERS[name]}) == "hash_mismatch"


@pytest.mark.parametrize("name", FIELDS)
def test_each_of_the_nine_left_out_is_missing(name: str) -> None:
    members = sample_members()
    del members[name]
    assert code_of(members) == "missing_field"


def test_an_unknown_scheme_is_named_so() -> None:
    assert code_of({**sample_members(), "scheme": "jcs-2"}) == "unknown_scheme"


def test_a_whole_number_verifies_however_it_is_written() -> None:
    members = sample_members(entry_price=175)
    verified = SignalVerifier().verify(read_signal(json.dumps({**members, "entry_price": 175.0}).encode()))
    assert verified.fields.entry_price == 175.0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"action": "HOLD"}, "action_unknown"),
        ({"entry_price": 0.0}, "price_not_positive"),
        ({"stop_price": -1.0}, "price_not_positive"),
        ({"confidence": 100.1}, "confidence_out_of_range"),
        ({"confidence": -0.1}, "confidence_out_of_range"),
        ({"target_price": 175.25}, "levels_on_wrong_side"),
        ({"stop_price": 175.25}, "levels_on_wrong_side"),
        ({"action": "SELL"}, "levels_on_wrong_side"),
        ({"timestamp": "2026-03-02T15:00:05.000001Z"}, "timestamp_in_future"),
    ],
)
def test_a_rule_that_is_broken_has_its_name(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        require_rules(sample_verified(**changes).fields, MOMENT)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"target_price": None, "stop_price": None},
        {"action": "SELL", "target_price": 170.0, "stop_price": 180.0},
        {"confidence": 0.0},
        {"confidence": 100.0},
        {"timestamp": "2026-03-02T15:00:05.000000Z"},
    ],
)
def test_what_keeps_the_rules_passes(changes: dict[str, Any]) -> None:
    require_rules(sample_verified(**changes).fields, MOMENT)


def stored(verified: Any) -> StoredSignal:
    return StoredSignal(cursor=1, verified=verified, received_at=MOMENT)


def legacy() -> Any:
    return SignalVerifier(allow_legacy=True).verify(read_signal(json.dumps(legacy_members()).encode()))


def test_what_was_stored_as_received_has_no_findings() -> None:
    assert audit(stored(sample_verified())) == ()
    assert audit(stored(legacy())) == ()


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("scheme", ["jcs-1", "legacy-json-0"])
def test_the_audit_finds_a_change_of_any_hashed_column(name: str, scheme: str) -> None:
    verified = sample_verified() if scheme == "jcs-1" else legacy()
    fields = msgspec.structs.replace(verified.fields, **{name: OTHERS[name]})
    findings = audit(stored(msgspec.structs.replace(verified, fields=fields)))
    assert name in {finding.field for finding in findings}


CHANGED_DETAILS: dict[str, Any] = {
    **dict.fromkeys(("asset_type", "data_source", "regime", "reasoning", "as_of", "service_type", "generated_by"), "x"),
    "win_probability": 0.62,
    "votes": (),
    "decision": {"decision_id": "d-2"},
    "generation_latency_ms": 0.0,
}


@pytest.mark.parametrize("name", Details.__struct_fields__)
def test_the_audit_finds_a_change_of_any_detail(name: str) -> None:
    assert set(DETAILS) == set(Details.__struct_fields__)
    verified = sample_verified()
    details = msgspec.structs.replace(verified.details, **{name: CHANGED_DETAILS[name]})
    findings = audit(stored(msgspec.structs.replace(verified, details=details)))
    assert [finding.field for finding in findings] == [name]


def test_the_audit_finds_a_changed_body_hash_scheme_and_preimage() -> None:
    jcs, old = sample_verified(), legacy()
    replace = msgspec.structs.replace
    for changed, field in (
        (replace(jcs, body=jcs.body.replace(b"175.25", b"175.26")), "body"),
        (replace(jcs, body=b""), "body"),
        (replace(jcs, verification_hash="0" * 64), "verification_hash"),
        (replace(jcs, scheme="legacy-json-0"), "scheme"),
        (replace(jcs, scheme="none"), "scheme"),
        (replace(old, legacy_preimage=old.legacy_preimage.replace("175.25", "175.250")), "verification_hash"),
        (replace(old, legacy_preimage=None), "scheme"),
        (replace(old, legacy_preimage="x"), "verification_hash"),
    ):
        assert field in {finding.field for finding in audit(stored(changed))}


def test_columns_and_body_changed_alike_are_found_by_the_hash() -> None:
    verified = sample_verified()
    both = msgspec.structs.replace(
        verified,
        fields=msgspec.structs.replace(verified.fields, entry_price=175.26),
        body=verified.body.replace(b"175.25", b"175.26"),
    )
    assert {finding.field for finding in audit(stored(both))} == {"verification_hash", "body"}


def test_the_moment_of_the_rules_is_an_argument() -> None:
    require_rules(sample_verified().fields, datetime(2026, 1, 2, 14, 30, tzinfo=UTC))
    with pytest.raises(RuleBroken):
        require_rules(sample_verified().fields, datetime(2026, 1, 2, 14, 30, tzinfo=UTC) - timedelta(seconds=6))
