"""Hashing a stored signal again."""

from __future__ import annotations

import math

import msgspec

from argo_core.ledger import legacy_hash, signal_hash
from argo_core.ledger.recompute import recompute
from argo_core.model.signal import SealedSignal
from argo_core.testing.sample_cycles import sample_signal

HONEST = sample_signal("SIG-1")


def test_an_honest_signal_hashes_to_its_stored_hash() -> None:
    found = recompute(HONEST)
    assert (found.holds, found.code, found.hash) == (True, None, HONEST.verification_hash)
    assert found.text == (
        '{"action":"BUY","confidence":82.5,"entry_price":175.25,"signal_id":"SIG-1","stop_price":172.75,'
        '"strategy":"weighted_consensus_v6","symbol":"AAPL","target_price":180.25,'
        '"timestamp":"2026-03-02T15:30:00.250000Z"}'
    )


def test_a_changed_price_shows_another_hash() -> None:
    changed = msgspec.structs.replace(HONEST, signal=msgspec.structs.replace(HONEST.signal, entry_price=175.26))
    found = recompute(changed)
    assert (found.holds, found.code) == (False, "hash_mismatch")
    assert found.hash == signal_hash(changed.signal.hashed_fields()) != HONEST.verification_hash


def test_a_field_without_a_canonical_form_has_no_text() -> None:
    broken = msgspec.structs.replace(HONEST, signal=msgspec.structs.replace(HONEST.signal, entry_price=math.nan))
    found = recompute(broken)
    assert (found.text, found.hash, found.holds, found.code) == (None, None, False, "nan_or_inf")


def test_an_imported_signal_is_hashed_in_its_own_form() -> None:
    legacy = SealedSignal(
        signal=HONEST.signal,
        scheme="legacy-json-0",
        verification_hash=legacy_hash(HONEST.signal.hashed_fields()),
    )
    found = recompute(legacy)
    assert (found.holds, found.hash) == (True, legacy.verification_hash)
    assert found.text is not None
    assert found.text.startswith('{"action": "BUY", "confidence": 82.5')
