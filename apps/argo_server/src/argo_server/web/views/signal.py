"""One signal's page: what the hash covers, what it does not, and what this server gets when it hashes again."""

from __future__ import annotations

import hashlib

import msgspec

from argo_core.ledger import (
    LEGACY_SCHEME,
    CanonicalError,
    canonical_bytes,
    legacy_preimage,
    verify_signal,
)
from argo_core.model.signal import LoggedSignal, SealedSignal


class Recomputed(msgspec.Struct, frozen=True, kw_only=True):
    """`text` was hashed to `hash`; both None if the fields have no canonical form. `code` says what does not hold."""

    text: str | None
    hash: str | None
    holds: bool
    code: str | None


class SignalView(msgspec.Struct, frozen=True, kw_only=True):
    """`hashed` are the nine fields with their JSON text."""

    logged: LoggedSignal
    hashed: tuple[tuple[str, str], ...]
    recomputed: Recomputed


def signal_view(logged: LoggedSignal) -> SignalView:
    """The page of one signal."""
    fields = logged.sealed.signal.hashed_fields()
    hashed = tuple((name, msgspec.json.encode(value).decode()) for name, value in sorted(fields.items()))
    return SignalView(logged=logged, hashed=hashed, recomputed=_recompute(logged.sealed))


def _recompute(sealed: SealedSignal) -> Recomputed:
    fields = sealed.signal.hashed_fields()
    verdict = verify_signal(fields, sealed.verification_hash, sealed.scheme, allow_legacy=True)
    try:
        text = legacy_preimage(fields) if sealed.scheme == LEGACY_SCHEME else canonical_bytes(fields)
    except CanonicalError:
        return Recomputed(text=None, hash=None, holds=verdict.ok, code=verdict.code)
    digest = hashlib.sha256(text).hexdigest()
    return Recomputed(text=text.decode(), hash=digest, holds=verdict.ok, code=verdict.code)
