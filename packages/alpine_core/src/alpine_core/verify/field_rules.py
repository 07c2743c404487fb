"""The domain of the nine fields under jcs-1: what lies outside is refused with a code, never repaired."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import datetime
from typing import NoReturn

from alpine_core.errors import SenderError
from alpine_core.verify.es_number import es_number

LARGEST = 2**53 - 1

SIGNAL_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
SYMBOL = re.compile(r"[A-Z0-9][A-Z0-9._:/^=-]{0,31}")
ACTION = re.compile(r"[A-Z][A-Z_]{0,15}")
_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_PLAIN_TEXT = re.compile(r"[ -~]{1,128}")
# Controls, invisible formats, halves of surrogate pairs, private use, line and paragraph separators.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def require_text(name: str, value: object, pattern: re.Pattern[str]) -> str:
    """A string that fits `pattern` as a whole. Raises SenderError `null_not_allowed`, `bad_type`, `bad_string`."""
    text = _string(name, value)
    if pattern.fullmatch(text) is None:
        raise SenderError("bad_string", f"{name}: write it as {pattern.pattern}")
    return text


def require_strategy(value: object) -> str:
    """1–128 code points in normalisation form C, nothing invisible. Raises SenderError as above, and `not_nfc`."""
    text = _string("strategy", value)
    if _PLAIN_TEXT.fullmatch(text):
        return text
    if not 1 <= len(text) <= 128 or any(_is_refused(letter) for letter in text):
        raise SenderError("bad_string", "strategy: write 1 to 128 visible characters")
    if not unicodedata.is_normalized("NFC", text):
        raise SenderError("not_nfc", "strategy: send Unicode normalisation form C")
    return text


def require_timestamp(value: object) -> str:
    """A text of exactly `YYYY-MM-DDTHH:MM:SS.ffffffZ` that names a moment which exists; returned as sent."""
    text = _string("timestamp", value)
    if _TIMESTAMP.fullmatch(text):
        try:
            datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            return text
    raise SenderError("bad_timestamp", "timestamp: write it as YYYY-MM-DDTHH:MM:SS.ffffffZ")


def number_text(name: str, value: object, *, nullable: bool) -> str:
    """The canonical text of a number. Raises SenderError: `null_not_allowed`, `bad_type`, `nan_or_inf`,
    `negative_zero`, `number_out_of_range`."""
    # Exact types: bool is an int, and a subclass of float may print itself differently.
    if type(value) is float:
        if not math.isfinite(value):
            raise SenderError("nan_or_inf", f"{name}: send a finite number")
        if abs(value) > LARGEST:
            _out_of_range(name)
        if value == 0 and math.copysign(1, value) < 0:
            raise SenderError("negative_zero", f"{name}: send 0, not minus zero")
        return es_number(value)
    if type(value) is int:
        if abs(value) > LARGEST:
            _out_of_range(name)
        return str(value)
    if value is None:
        if nullable:
            return "null"
        _null(name)
    raise SenderError("bad_type", f"{name}: send a JSON number")


def _string(name: str, value: object) -> str:
    if type(value) is str:
        return value
    if value is None:
        _null(name)
    raise SenderError("bad_type", f"{name}: send a string")


def _is_refused(letter: str) -> bool:
    code = ord(letter)
    noncharacter = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    return noncharacter or unicodedata.category(letter) in _REFUSED_CATEGORIES


def _null(name: str) -> NoReturn:
    raise SenderError("null_not_allowed", f"{name}: only target_price and stop_price may be null")


def _out_of_range(name: str) -> NoReturn:
    raise SenderError("number_out_of_range", f"{name}: send at most 2^53 - 1 in magnitude")
