"""Why a signal has no canonical form."""

from __future__ import annotations

from typing import Literal, get_args

from argo_core.errors import DataError

CanonicalCode = Literal[
    "missing_field",
    "extra_field",
    "null_not_allowed",
    "nan_or_inf",
    "negative_zero",
    "number_out_of_range",
    "bad_type",
    "bad_timestamp",
    "bad_string",
    "not_nfc",
    "bad_utf8",
    "bad_json",
    "duplicate_key",
]
CANONICAL_CODES: frozenset[str] = frozenset(get_args(CanonicalCode))


class CanonicalError(DataError):
    """The nine fields, or the JSON text that carries them, break a rule of the canonical form.

    `code` is one of `CANONICAL_CODES`. The message never repeats more than a few characters of the refused value:
    it may be huge or hold characters that spoof a terminal.
    """

    def __init__(self, code: CanonicalCode, message: str) -> None:
        super().__init__(code, message)
