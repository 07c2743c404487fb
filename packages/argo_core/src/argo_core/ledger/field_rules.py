"""What the five text fields of a hashed signal may hold. Each check returns the text unchanged or refuses it.

Identifiers are ASCII, so that no look-alike letter can pass; `strategy` is free text without characters that are
invisible, reorder what is read, or differ between Unicode normalisation forms.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Final

from argo_core.ledger.canonical_error import CanonicalError

MAX_STRATEGY_LENGTH: Final = 128
# [0-9] and fullmatch: \d matches Arabic digits, $ a trailing newline.
_SIGNAL_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_SYMBOL: Final = re.compile(r"[A-Z0-9][A-Z0-9._:/^=-]{0,31}")
_ACTION: Final = re.compile(r"[A-Z][A-Z_]{0,15}")
# Hours and seconds are bounded here and not left to datetime, whose newer versions read 24:00.
_TIMESTAMP: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z")
# Controls, format characters (bidirectional marks, zero-width joiners), surrogates, private use, line separators.
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})

# The Unicode Standard, section 23.7: this block, and the last two code points of each plane.
_ARABIC_NONCHARACTERS: Final = range(0xFDD0, 0xFDEF + 1)
_PLANE_END: Final = 0xFFFE


def check_signal_id(value: object) -> str:
    """1 to 64 of ASCII letters, digits and `._:-`. Raises CanonicalError."""
    text = _require_text("signal_id", value)
    if _SIGNAL_ID.fullmatch(text) is None:
        raise CanonicalError("bad_string", "signal_id must be 1-64 ASCII letters, digits or one of . _ : -")
    return text


def check_symbol(value: object) -> str:
    """1 to 32 of ASCII capitals, digits and `._:/^=-`, the first a capital or digit. Raises CanonicalError."""
    text = _require_text("symbol", value)
    if _SYMBOL.fullmatch(text) is None:
        raise CanonicalError("bad_string", "symbol must be 1-32 ASCII capitals, digits or one of . _ : / ^ = -")
    return text


def check_action(value: object) -> str:
    """1 to 16 ASCII capitals and underscores, the first a capital. Raises CanonicalError."""
    text = _require_text("action", value)
    if _ACTION.fullmatch(text) is None:
        raise CanonicalError("bad_string", "action must be 1-16 ASCII capitals or underscores, such as BUY")
    return text


def check_timestamp(value: object) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ`, an existing UTC instant. It is hashed as sent. Raises CanonicalError."""
    text = _require_text("timestamp", value)
    if _TIMESTAMP.fullmatch(text) is None:
        raise _bad_timestamp()
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        raise _bad_timestamp() from error
    return text


def check_strategy(value: object) -> str:
    """1 to 128 code points in Unicode normalisation form C, all of them visible. Raises CanonicalError.

    A code point that this Python's Unicode tables do not know yet is accepted; noncharacters are not.
    """
    text = _require_text("strategy", value)
    if not 1 <= len(text) <= MAX_STRATEGY_LENGTH:
        raise CanonicalError("bad_string", f"strategy must have 1-{MAX_STRATEGY_LENGTH} characters, not {len(text)}")
    if text.isascii() and text.isprintable():
        return text
    for character in text:
        if unicodedata.category(character) in _REFUSED_CATEGORIES or _is_noncharacter(ord(character)):
            raise CanonicalError("bad_string", f"strategy holds U+{ord(character):04X}, which is not visible text")
    if not unicodedata.is_normalized("NFC", text):
        raise CanonicalError("not_nfc", "strategy is not in Unicode form NFC: normalise it before signing")
    return text


def _is_noncharacter(code_point: int) -> bool:
    return code_point in _ARABIC_NONCHARACTERS or code_point & _PLANE_END == _PLANE_END


def _require_text(name: str, value: object) -> str:
    if type(value) is str:
        return value
    if value is None:
        raise CanonicalError("null_not_allowed", f"{name} is null: only stop_price and target_price may be")
    raise CanonicalError("bad_type", f"{name} is a {type(value).__name__}: send a plain string")


def _bad_timestamp() -> CanonicalError:
    return CanonicalError("bad_timestamp", "timestamp must be an existing instant as YYYY-MM-DDTHH:MM:SS.ffffffZ")
