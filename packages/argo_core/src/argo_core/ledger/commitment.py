"""What is public of a signal before it may be read: a hash of its hash under a random salt."""

from __future__ import annotations

import hashlib
from typing import Final

from argo_core.ledger.ledger_error import LedgerError

SALT_BYTES: Final = 32
_TAG: Final = b"argo-commit/v1\n"


def commitment(salt: bytes, verification_hash: str) -> str:
    """64 lower-case hex digits. `salt`: 32 random bytes, one per signal; `verification_hash`: 64 hex digits.

    Fixed lengths make it unambiguous; without the salt nine fields could be guessed. Raises LedgerError `bad_entry`.
    """
    raw = bytes.fromhex(verification_hash)
    if len(salt) != SALT_BYTES or len(raw) != SALT_BYTES:
        raise LedgerError("bad_entry", "a commitment is made of a salt and a hash of 32 bytes each")
    return hashlib.sha256(_TAG + salt + raw).hexdigest()
