"""Floor 3: what a signal is hashed as, and the provable log of what was issued. Bytes in, bytes or a verdict out.

Formats: RFC 6962 and 9162 trees; C2SP signed-note 1.0.0, tlog-checkpoint 1.0.0, tlog-cosignature 1.0.1, tlog-proof
v1 and tlog-tiles 0.1.0, unmodified.
"""

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
from argo_core.ledger.ledger import CycleDraft, Ledger, announcements, ledger_message
from argo_core.ledger.ledger_error import LEDGER_CODES, LedgerError
from argo_core.ledger.ledger_policy import LedgerPolicy, PolicyText
from argo_core.ledger.legacy import (
    LEGACY_SCHEME,
    legacy_hash,
    legacy_is_json,
    legacy_matches,
    legacy_preimage,
)
from argo_core.ledger.note_key import SigningKey, VerifierKey, parse_skey, parse_vkey
from argo_core.ledger.verify import Verdict, verify_signal

__all__ = [
    "CANONICAL_CODES",
    "HASHED_FIELDS",
    "LEDGER_CODES",
    "LEGACY_SCHEME",
    "MAX_SAFE_NUMBER",
    "SCHEME",
    "CanonicalCode",
    "CanonicalError",
    "CycleDraft",
    "Ledger",
    "LedgerError",
    "LedgerPolicy",
    "PolicyText",
    "SigningKey",
    "Verdict",
    "VerifierKey",
    "announcements",
    "canonical_bytes",
    "canonical_bytes_checked",
    "es_number",
    "is_hash_text",
    "ledger_message",
    "legacy_hash",
    "legacy_is_json",
    "legacy_matches",
    "legacy_preimage",
    "parse_canonical",
    "parse_skey",
    "parse_vkey",
    "require_same_fields",
    "same_hash",
    "signal_hash",
    "verify_signal",
]
