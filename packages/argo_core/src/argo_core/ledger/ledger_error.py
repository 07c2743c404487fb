"""Why a note, a key, a proof or an entry is refused."""

from __future__ import annotations

from typing import Literal, get_args

from argo_core.errors import DataError

LedgerCode = Literal[
    "bad_key",
    "bad_note",
    "bad_checkpoint",
    "bad_log_signature",
    "bad_signature",
    "quorum_not_met",
    "unknown_origin",
    "bad_proof",
    "bad_consistency",
    "bad_bundle",
    "bad_entry",
]
LEDGER_CODES: frozenset[str] = frozenset(get_args(LedgerCode))


class LedgerError(DataError):
    """Text or bytes of a log that break a rule of their format or do not prove what they claim. `code`: see above."""

    def __init__(self, code: LedgerCode, message: str) -> None:
        super().__init__(code, message)
