"""Looking a stored signal over again: its columns against its hash, and against the bytes that were received."""

from __future__ import annotations

import msgspec

from alpine_core.errors import SenderError
from alpine_core.model.signal import HashedFields, StoredSignal, VerifiedSignal
from alpine_core.verify.canonical import signal_hash
from alpine_core.verify.legacy import fields_of_preimage, legacy_hash
from alpine_core.verify.signal_verifier import JCS_1, LEGACY_JSON_0, SignalVerifier
from alpine_core.wire.envelope import read_signal


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """`field` is the column that is not what it was, or `body`; `problem` is one line for a person."""

    signal_id: str
    field: str
    problem: str


def audit(stored: StoredSignal) -> tuple[Finding, ...]:
    """Everything about the signal that no longer holds, empty if all does.

    The hash is recomputed from the columns, and every column is compared with the body as received, which is read and
    verified anew: so a change of one field is found, and of the body, and of the hash. Whoever changes the unhashed
    details in columns and body alike is not found here: nothing signed covers them.
    """
    verified = stored.verified
    problems = [*_hash_problems(verified), *_body_problems(verified)]
    return tuple(Finding(signal_id=verified.fields.signal_id, field=name, problem=text) for name, text in problems)


def _hash_problems(verified: VerifiedSignal) -> list[tuple[str, str]]:
    try:
        if verified.scheme == JCS_1:
            computed = signal_hash(msgspec.structs.asdict(verified.fields))
        elif verified.scheme == LEGACY_JSON_0 and verified.legacy_preimage is not None:
            computed = legacy_hash(verified.legacy_preimage)
            said = fields_of_preimage(verified.legacy_preimage)
            changed = _changed(said, verified.fields, HashedFields.__struct_fields__)
            if changed:
                return [(name, f"{name} is not what the hashed text says") for name in changed]
        else:
            return [("scheme", f"{verified.scheme!a} is no scheme, or its preimage is missing")]
    except SenderError as error:
        return [("verification_hash", f"the columns cannot be hashed: {error}")]
    if computed != verified.verification_hash:
        return [("verification_hash", "the hash is not that of the nine columns")]
    return []


def _body_problems(verified: VerifiedSignal) -> list[tuple[str, str]]:
    try:
        again = SignalVerifier(allow_legacy=True).verify(read_signal(verified.body))
    except SenderError as error:
        return [("body", f"the stored body does not verify: {error}")]
    names = [*_changed(again.fields, verified.fields, HashedFields.__struct_fields__)]
    names += _changed(again.details, verified.details, again.details.__struct_fields__)
    names += _changed(again, verified, ("scheme", "verification_hash", "legacy_preimage"))
    return [(name, f"{name} is not what was received") for name in names]


def _changed(one: msgspec.Struct, other: msgspec.Struct, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if getattr(one, name) != getattr(other, name)]
