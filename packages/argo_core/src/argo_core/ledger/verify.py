"""Does a signal still say what its hash was made of?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from argo_core.ledger.canonical import SCHEME, signal_hash
from argo_core.ledger.canonical_error import CanonicalError
from argo_core.ledger.hash_text import is_hash_text, same_hash
from argo_core.ledger.legacy import LEGACY_SCHEME, legacy_hash


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a claimed hash holds, and under which scheme.

    `ok` is true exactly when `scheme` is set and `code` is None. Otherwise `code` is `hash_mismatch`, `bad_hash` (not
    64 hex digits), `unknown_scheme`, `legacy_not_allowed`, or one of `CANONICAL_CODES` when the fields have no hash.
    """

    ok: bool
    scheme: Literal["jcs-1", "legacy-json-0"] | None
    code: str | None


def verify_signal(
    fields: Mapping[str, object], claimed_hash: str, scheme: str | None = None, allow_legacy: bool = False
) -> Verdict:
    """Recomputes the hash of the nine fields and compares it with `claimed_hash`, in constant time.

    `claimed_hash`: 64 hex digits in any case. `scheme`: `jcs-1`, `legacy-json-0`, or None for `jcs-1` and then, only
    with `allow_legacy`, `legacy-json-0`. For a legacy hash `fields` must be the values of the stored JSON text as
    read. Bad fields and hashes are answered by a verdict, never by an exception.
    """
    if not is_hash_text(claimed_hash):
        return _refused("bad_hash")
    if scheme == SCHEME:
        return _verify_canonical(fields, claimed_hash)
    if scheme == LEGACY_SCHEME:
        return _verify_legacy(fields, claimed_hash) if allow_legacy else _refused("legacy_not_allowed")
    if scheme is not None:
        return _refused("unknown_scheme")
    verdict = _verify_canonical(fields, claimed_hash)
    if verdict.ok or not allow_legacy:
        return verdict
    return _verify_legacy(fields, claimed_hash)


def _verify_canonical(fields: Mapping[str, object], claimed_hash: str) -> Verdict:
    try:
        actual = signal_hash(fields)
    except CanonicalError as error:
        return _refused(error.code)
    if not same_hash(claimed_hash, actual):
        return _refused("hash_mismatch")
    return Verdict(ok=True, scheme="jcs-1", code=None)


def _verify_legacy(fields: Mapping[str, object], claimed_hash: str) -> Verdict:
    try:
        actual = legacy_hash(fields)
    except CanonicalError as error:
        return _refused(error.code)
    if not same_hash(claimed_hash, actual):
        return _refused("hash_mismatch")
    return Verdict(ok=True, scheme="legacy-json-0", code=None)


def _refused(code: str) -> Verdict:
    return Verdict(ok=False, scheme=None, code=code)
