"""A signal that an executor accepts says one thing only, and says it with the right hash."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from argo_core.errors import DataError
from argo_core.ledger import signal_hash
from argo_core.pipeline.receive_signal import RuleBroken, received_signal
from argo_core.testing.sample_bodies import signal_body_of
from argo_core.testing.sample_cycles import sample_signal

SEALED = sample_signal("SIG-1")
BODY = signal_body_of(SEALED)
OTHER = "0" * 64


def resealed(**changes: object) -> bytes:
    """A body whose changed fields have the hash that belongs to them."""
    fields = {**SEALED.signal.hashed_fields(), **changes}
    return signal_body_of(SEALED, **changes, verification_hash=signal_hash(fields))


def test_a_body_is_read_back_as_the_signal_that_was_sealed() -> None:
    read = received_signal(BODY)
    assert (read.verification_hash, read.signal.hashed_fields()) == (
        SEALED.verification_hash, SEALED.signal.hashed_fields(),
    )  # fmt: skip
    assert (read.signal.as_of, read.signal.asset_type, read.signal.regime) == (
        SEALED.signal.as_of, "equity", "BULL",
    )  # fmt: skip


def test_what_stands_beside_the_hash_may_be_absent() -> None:
    bare = dict.fromkeys(("asset_type", "data_source", "regime", "reasoning", "as_of", "votes", "scheme"), ...)
    signal = received_signal(signal_body_of(SEALED, **bare)).signal
    assert (signal.asset_type, signal.regime) == ("equity", "UNKNOWN")
    assert signal.as_of == datetime(2026, 3, 2, 15, 30, 0, 250_000, tzinfo=UTC)


def test_the_older_names_of_stop_and_target_are_understood() -> None:
    older = signal_body_of(
        SEALED, target_price=..., stop_price=..., take_profit=SEALED.signal.target_price,
        stop_loss=SEALED.signal.stop_price,
    )  # fmt: skip
    assert received_signal(older).signal.stop_price == SEALED.signal.stop_price


def test_a_hash_may_come_under_several_names_if_it_is_one() -> None:
    upper = SEALED.verification_hash.upper()
    read = received_signal(signal_body_of(SEALED, sha256=upper))
    assert read.verification_hash == SEALED.verification_hash


@pytest.mark.parametrize(
    ("attack", "body", "code"),
    [
        ("a flipped byte", BODY.replace(b"175.25", b"175.26"), "hash_mismatch"),
        ("another symbol", signal_body_of(SEALED, symbol="TSLA"), "hash_mismatch"),
        ("another hash", signal_body_of(SEALED, verification_hash=OTHER), "hash_mismatch"),
        ("two hashes", signal_body_of(SEALED, sha256=OTHER), "hashes_differ"),
        ("no hash", signal_body_of(SEALED, verification_hash=...), "missing_hash"),
        ("a hash that is a number", signal_body_of(SEALED, verification_hash=7), "bad_type"),
        ("a hash too short", signal_body_of(SEALED, verification_hash="ab"), "bad_hash"),
        ("an unknown scheme", signal_body_of(SEALED, scheme="md5"), "unknown_scheme"),
        ("an unknown field", signal_body_of(SEALED, leverage=20), "unknown_field"),
        ("a missing field", signal_body_of(SEALED, strategy=...), "missing_field"),
        ("a price under both its names", signal_body_of(SEALED, stop_loss=1.0), "duplicate_key"),
        ("a name twice", BODY[:-1] + b',"symbol":"TSLA"}', "duplicate_key"),
        ("not a number", BODY.replace(b"175.25", b"NaN"), "nan_or_inf"),
        ("a text for a price", signal_body_of(SEALED, entry_price="175.25"), "bad_type"),
        ("a time without a zone", signal_body_of(SEALED, as_of="2026-03-02T14:30:00"), "naive_time"),
        ("a time that overflows", signal_body_of(SEALED, as_of="9999-12-31T23:59:59-23:00"), "bad_timestamp"),
        ("a time before all markets", signal_body_of(SEALED, as_of="0001-01-01T00:00:00Z"), "bad_timestamp"),
        ("a regime that is a number", signal_body_of(SEALED, regime=4), "bad_type"),
        ("not JSON", b"{", "bad_json"),
        ("a list", b"[]", "bad_json"),
        ("nothing", b"", "bad_json"),
        ("not UTF-8", b"\xff", "bad_utf8"),
        ("a trailing word", BODY + b"x", "bad_json"),
    ],
)
def test_a_body_is_refused_for(attack: str, body: bytes, code: str) -> None:
    with pytest.raises(DataError) as refused:
        received_signal(body)
    assert (refused.value.code, isinstance(refused.value, RuleBroken)) == (code, False), attack


@pytest.mark.parametrize(
    ("attack", "body", "code"),
    [
        ("an action that is no order", resealed(action="HOLD"), "action_unknown"),
        ("a stop above the entry", resealed(stop_price=176.0), "levels_on_wrong_side"),
        ("a target below the entry", resealed(target_price=170.0), "levels_on_wrong_side"),
        ("a stop at the entry", resealed(stop_price=175.25), "levels_on_wrong_side"),
        ("the older scheme", signal_body_of(SEALED, scheme="legacy-json-0"), "legacy_not_allowed"),
    ],
)
def test_a_rule_refuses(attack: str, body: bytes, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        received_signal(body)
    assert refused.value.code == code, attack


def test_a_signal_without_stop_and_target_is_the_layers_business() -> None:
    assert received_signal(resealed(stop_price=None, target_price=None)).signal.stop_price is None
