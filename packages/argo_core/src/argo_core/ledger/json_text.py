"""One JSON object, read so that nothing in its text can mean two things."""

from __future__ import annotations

import json
from typing import Final, NoReturn

from argo_core.ledger.canonical_error import CanonicalError

# 2^53 - 1 has 16 digits and JSON allows no leading zeros, so more digits are out of range without converting them.
_MAX_DIGITS: Final = 16


def read_object(wire: bytes) -> dict[str, object]:
    """The members of the one object that `wire` holds, in their order; numbers as int or float, as written.

    A float that overflows becomes infinite and `-0` becomes -0.0, so that the caller's rules can name the field.
    Raises CanonicalError `bad_utf8`, `bad_json` (a byte order mark too), `duplicate_key` (in a nested object too),
    `nan_or_inf` for the names NaN and Infinity, `number_out_of_range` for an integer of more than 16 digits.
    Source: RFC 8259; unique names are RFC 7493 section 2.3.
    """
    try:
        text = wire.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CanonicalError("bad_utf8", f"byte {error.start} is not UTF-8") from error
    try:
        value = _STRICT.decode(text)
    except json.JSONDecodeError as error:
        raise CanonicalError("bad_json", f"not one JSON object: {error.msg} at character {error.pos}") from error
    except RecursionError as error:
        raise CanonicalError("bad_json", "the JSON is nested too deeply: send one flat object") from error
    if not isinstance(value, dict):
        raise CanonicalError("bad_json", f"the text holds a {type(value).__name__}: send one JSON object")
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise CanonicalError("duplicate_key", "a member name occurs twice: readers disagree on which one counts")
    return members


def _no_constant(name: str) -> NoReturn:
    raise CanonicalError("nan_or_inf", f"{name} is not JSON: send a finite number or null")


def _integer(text: str) -> float:
    if len(text.removeprefix("-")) > _MAX_DIGITS:
        raise CanonicalError("number_out_of_range", "an integer is beyond 2^53 - 1: no double holds it exactly")
    # int("-0") is 0 and would hide the sign.
    return -0.0 if text == "-0" else int(text)


# Made once: `json.loads` makes such a reader for every text.
_STRICT: Final = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant, parse_int=_integer)
