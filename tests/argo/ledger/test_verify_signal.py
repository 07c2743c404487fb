"""Which hash holds for which signal under which scheme; everything else is refused with a code."""

from __future__ import annotations

import pytest

from argo_core.ledger import Verdict, is_hash_text, same_hash, verify_signal

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
CANONICAL_HASH = "eee3b0f873dc4811c0bd45d843df39c5a07b5e718f0ad721d2132d396ccf587e"
LEGACY_HASH = "fc363b8fc3c69557a115887a8d7936366d6a00c0f088d564d798d8070ab20a68"
CANONICAL = Verdict(ok=True, scheme="jcs-1", code=None)
LEGACY = Verdict(ok=True, scheme="legacy-json-0", code=None)


def refused(code: str) -> Verdict:
    return Verdict(ok=False, scheme=None, code=code)


@pytest.mark.parametrize(
    ("claimed", "scheme", "allow_legacy", "expected"),
    [
        (CANONICAL_HASH, None, False, CANONICAL),
        (CANONICAL_HASH, None, True, CANONICAL),
        (CANONICAL_HASH, "jcs-1", False, CANONICAL),
        (CANONICAL_HASH, "jcs-1", True, CANONICAL),
        (CANONICAL_HASH, "legacy-json-0", False, refused("legacy_not_allowed")),
        (CANONICAL_HASH, "legacy-json-0", True, refused("hash_mismatch")),
        (LEGACY_HASH, None, False, refused("hash_mismatch")),
        (LEGACY_HASH, None, True, LEGACY),
        (LEGACY_HASH, "jcs-1", False, refused("hash_mismatch")),
        (LEGACY_HASH, "jcs-1", True, refused("hash_mismatch")),
        (LEGACY_HASH, "legacy-json-0", False, refused("legacy_not_allowed")),
        (LEGACY_HASH, "legacy-json-0", True, LEGACY),
        (CANONICAL_HASH, "jcs-2", True, refused("unknown_scheme")),
        (CANONICAL_HASH, "", True, refused("unknown_scheme")),
        (CANONICAL_HASH, "JCS-1", True, refused("unknown_scheme")),
    ],
)
def test_a_hash_holds_only_under_its_own_scheme_and_legacy_only_by_leave(
    claimed: str, scheme: str | None, allow_legacy: bool, expected: Verdict
) -> None:
    assert verify_signal(BASELINE, claimed, scheme, allow_legacy) == expected


def test_hash_text_is_compared_as_lower_case() -> None:
    assert verify_signal(BASELINE, CANONICAL_HASH.upper()) == CANONICAL
    assert same_hash(CANONICAL_HASH, CANONICAL_HASH.upper())
    assert verify_signal(BASELINE, CANONICAL_HASH[:32].upper() + CANONICAL_HASH[32:]) == CANONICAL


@pytest.mark.parametrize(
    "claimed",
    [
        "",
        CANONICAL_HASH[:-1],
        CANONICAL_HASH + "0",
        CANONICAL_HASH + "\n",
        " " + CANONICAL_HASH[1:],
        "0x" + CANONICAL_HASH[2:],
        "g" + CANONICAL_HASH[1:],
        "\u0665" + CANONICAL_HASH[1:],
        "\uff25" + CANONICAL_HASH[1:],
        "\ud800" * 64,
    ],
)
def test_malformed_hash_text_is_refused_before_any_comparison(claimed: str) -> None:
    assert verify_signal(BASELINE, claimed, allow_legacy=True) == refused("bad_hash")
    assert not is_hash_text(claimed)
    assert not same_hash(claimed, claimed)


@pytest.mark.parametrize("position", [0, 31, 63])
def test_a_hash_that_is_wrong_in_one_digit_does_not_hold(position: int) -> None:
    wrong_digit = "0" if CANONICAL_HASH[position] != "0" else "1"
    claimed = CANONICAL_HASH[:position] + wrong_digit + CANONICAL_HASH[position + 1 :]
    assert verify_signal(BASELINE, claimed, allow_legacy=True) == refused("hash_mismatch")


@pytest.mark.parametrize(
    ("fields", "scheme", "allow_legacy", "code"),
    [
        (BASELINE | {"confidence": float("nan")}, None, False, "nan_or_inf"),
        (BASELINE | {"confidence": float("nan")}, None, True, "nan_or_inf"),
        (BASELINE | {"entry_price": True}, "jcs-1", False, "bad_type"),
        (BASELINE | {"entry_price": True}, "legacy-json-0", True, "bad_type"),
        (BASELINE | {"timestamp": "2026-01-02"}, None, False, "bad_timestamp"),
        ({}, None, True, "missing_field"),
        (BASELINE | {"note": "x"}, None, True, "extra_field"),
    ],
)
def test_fields_without_a_hash_are_answered_by_a_code_not_an_exception(
    fields: dict[str, object], scheme: str | None, allow_legacy: bool, code: str
) -> None:
    assert verify_signal(fields, CANONICAL_HASH, scheme, allow_legacy) == refused(code)


def test_a_time_that_only_the_legacy_scheme_allows_is_verified_as_legacy() -> None:
    fields = BASELINE | {"timestamp": "2026-01-02T14:30:00.123456"}
    claimed = "ec216f2c5386bdcf093239a378c1536caa0593bb4289d219bd5be639f9584a6f"
    assert verify_signal(fields, claimed, allow_legacy=True) == LEGACY
    assert verify_signal(fields, claimed) == refused("bad_timestamp")


def test_a_verdict_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        CANONICAL.ok = False  # type: ignore[misc]
