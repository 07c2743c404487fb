"""Hashing a stored signal again, with the text that was hashed, so that a person can compare."""

from __future__ import annotations

import hashlib

import msgspec

from argo_core.ledger.canonical import canonical_bytes
from argo_core.ledger.canonical_error import CanonicalError
from argo_core.ledger.legacy import LEGACY_SCHEME, legacy_preimage
from argo_core.ledger.verify import verify_signal
from argo_core.model.signal import SealedSignal


class Recomputed(msgspec.Struct, frozen=True, kw_only=True):
    """`text` hashes to `hash`; both None if the fields have no canonical form. `code` is that of `verify_signal`."""

    text: str | None
    hash: str | None
    holds: bool
    code: str | None


def recompute(sealed: SealedSignal) -> Recomputed:
    """What the nine fields hash to under the signal's own scheme, and whether that is the stored hash. Never raises."""
    fields = sealed.signal.hashed_fields()
    verdict = verify_signal(fields, sealed.verification_hash, sealed.scheme, allow_legacy=True)
    try:
        text = legacy_preimage(fields) if sealed.scheme == LEGACY_SCHEME else canonical_bytes(fields)
    except CanonicalError:
        return Recomputed(text=None, hash=None, holds=verdict.ok, code=verdict.code)
    return Recomputed(text=text.decode(), hash=hashlib.sha256(text).hexdigest(), holds=verdict.ok, code=verdict.code)
