"""The step from a claim to a verified signal."""

from __future__ import annotations

import hmac
from typing import NoReturn

from alpine_core.errors import RuleBroken, SenderError
from alpine_core.model.signal import HashedFields, VerifiedSignal
from alpine_core.verify.canonical import signal_hash
from alpine_core.verify.legacy import legacy_fields, legacy_hash, legacy_preimage
from alpine_core.wire.envelope import Envelope

JCS_1 = "jcs-1"
LEGACY_JSON_0 = "legacy-json-0"


class SignalVerifier:
    """Recomputes what an envelope claims. `allow_legacy`: whether the older scheme is accepted at this door.

    With a scheme named, only that one is tried. Without, jcs-1, then the older one, which is always labelled.
    """

    def __init__(self, allow_legacy: bool = False) -> None:
        self._allow_legacy = allow_legacy

    def verify(self, envelope: Envelope) -> VerifiedSignal:
        """Raises SenderError `unknown_scheme`, `hash_mismatch`, those of `canonical_bytes`; RuleBroken
        `legacy_not_allowed` where the older scheme would hold, or is named, and is not accepted here."""
        if envelope.scheme == JCS_1:
            return self._jcs_1(envelope)
        if envelope.scheme == LEGACY_JSON_0:
            return self._legacy(envelope)
        if envelope.scheme is not None:
            raise SenderError("unknown_scheme", f"scheme: send {JCS_1}, or leave it out")
        try:
            return self._jcs_1(envelope)
        except SenderError as refused:
            # Of the two refusals the first is told: it is what a sender of today can act on.
            if not self._is_legacy(envelope):
                raise SenderError(refused.code, str(refused)) from None
        return self._legacy(envelope)

    def _jcs_1(self, envelope: Envelope) -> VerifiedSignal:
        if not _same(signal_hash(envelope.fields), envelope.claimed):
            _mismatch()
        return _verified(envelope, _hashed_fields(envelope.fields), JCS_1, None)

    def _legacy(self, envelope: Envelope) -> VerifiedSignal:
        if not self._allow_legacy:
            raise RuleBroken("legacy_not_allowed", f"this key accepts {JCS_1} only: hash the signal by it")
        fields = legacy_fields(envelope.fields)
        if not self._is_legacy(envelope):
            _mismatch()
        return _verified(envelope, fields, LEGACY_JSON_0, legacy_preimage(envelope.fields))

    def _is_legacy(self, envelope: Envelope) -> bool:
        return _same(legacy_hash(legacy_preimage(envelope.fields)), envelope.claimed)


def _hashed_fields(fields: dict[str, object]) -> HashedFields:
    numbers = {
        name: None if fields[name] is None else float(str(fields[name]))
        for name in ("entry_price", "target_price", "stop_price", "confidence")
    }
    texts = {name: str(fields[name]) for name in ("signal_id", "symbol", "action", "strategy", "timestamp")}
    return HashedFields(**numbers, **texts)  # type: ignore[arg-type]


def _verified(envelope: Envelope, fields: HashedFields, scheme: str, preimage: str | None) -> VerifiedSignal:
    return VerifiedSignal(
        fields=fields,
        details=envelope.details,
        scheme=scheme,
        verification_hash=envelope.claimed,
        legacy_preimage=preimage,
        body=envelope.body,
    )


def _same(computed: str, claimed: str) -> bool:
    return hmac.compare_digest(computed.encode("ascii"), claimed.encode("ascii"))


def _mismatch() -> NoReturn:
    raise SenderError("hash_mismatch", "the hash is not that of the nine fields: send the signal as it was hashed")
