"""Floor 3: what a signal is hashed as, and whether a hash holds. No clock, no I/O; bytes in, bytes or a verdict out."""

from __future__ import annotations

from argo_core.ledger.canonical import (
    MAX_SAFE_NUMBER,
    SCHEME,
    canonical_bytes,
    canonical_bytes_checked,
    parse_canonical,
    require_same_fields,
    signal_hash,
)
from argo_core.ledger.canonical_error import CANONICAL_CODES, CanonicalCode, CanonicalError
from argo_core.ledger.es_number import es_number
from argo_core.ledger.hash_text import is_hash_text, same_hash
from argo_core.ledger.hashed_fields import HASHED_FIELDS
from argo_core.ledger.legacy import (
    LEGACY_SCHEME,
    legacy_hash,
    legacy_is_json,
    legacy_matches,
    legacy_preimage,
)
from argo_core.ledger.verify import Verdict, verify_signal

__all__ = [
    "CANONICAL_CODES",
    "HASHED_FIELDS",
    "LEGACY_SCHEME",
    "MAX_SAFE_NUMBER",
    "SCHEME",
    "CanonicalCode",
    "CanonicalError",
    "Verdict",
    "canonical_bytes",
    "canonical_bytes_checked",
    "es_number",
    "is_hash_text",
    "legacy_hash",
    "legacy_is_json",
    "legacy_matches",
    "legacy_preimage",
    "parse_canonical",
    "require_same_fields",
    "same_hash",
    "signal_hash",
    "verify_signal",
]
