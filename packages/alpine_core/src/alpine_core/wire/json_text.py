"""JSON by RFC 8259, and nothing that two readers could understand differently."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from alpine_core.errors import SenderError

# Escapes that may leave a character which no database or hash can carry: U+0000 and halves of surrogate pairs.
_ODD_ESCAPES = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LONGEST_INTEGER = 308
_LARGEST = 1.7976931348623157e308  # of IEEE 754 binary64


def read_object(body: bytes) -> dict[str, Any]:
    """The one object that `body` holds.

    Numbers are finite `int` or `float`, strings hold no U+0000 and no lone surrogates. Raises SenderError: `bad_utf8`,
    `bad_json`, `duplicate_key` (at any depth, also by an escaped spelling), `nan_or_inf`, `negative_zero`,
    `number_out_of_range`, `bad_string`.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise SenderError("bad_utf8", "the body is not UTF-8: encode the JSON text as UTF-8") from None
    try:
        value = _STRICT.decode(text)
    except (ValueError, RecursionError):
        raise SenderError("bad_json", "the body is not one JSON text (RFC 8259): send one object") from None
    if not isinstance(value, dict):
        raise SenderError("bad_json", "the body is not a JSON object: send one object")
    if _ODD_ESCAPES.search(text):
        _require_storable(value)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise SenderError("duplicate_key", f"{twice[:40]!a} is there twice: name every member once")
    return members


def _no_constant(text: str) -> NoReturn:
    raise SenderError("nan_or_inf", f"{text} is no JSON number: send finite numbers, or null where it is allowed")


def _finite(text: str) -> float:
    number = float(text)
    if not -_LARGEST <= number <= _LARGEST:
        raise SenderError("nan_or_inf", f"{text[:40]} is beyond every double: send finite numbers")
    if number == 0 and text.startswith("-"):
        raise SenderError("negative_zero", f"{text[:40]} is minus zero: send 0")
    return number


def _sized(text: str) -> int:
    if text == "-0":
        raise SenderError("negative_zero", "-0 is minus zero: send 0")
    if len(text) > _LONGEST_INTEGER:
        raise SenderError("number_out_of_range", f"an integer of {len(text)} digits: send at most 2^53 - 1")
    return int(text)


def _require_storable(value: object) -> None:
    pending = [value]
    while pending:
        seen = pending.pop()
        if isinstance(seen, dict):
            pending.extend(seen.keys())
            pending.extend(seen.values())
        elif isinstance(seen, list):
            pending.extend(seen)
        elif isinstance(seen, str) and _UNSTORABLE.search(seen):
            raise SenderError("bad_string", "a string holds U+0000 or half of a surrogate pair: leave them out")


_STRICT = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite, parse_int=_sized
)
