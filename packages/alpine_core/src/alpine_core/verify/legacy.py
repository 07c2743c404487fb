"""The scheme legacy-json-0: how signals were hashed before jcs-1. Always labelled, accepted only where allowed."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping

from alpine_core.errors import SenderError
from alpine_core.model.signal import HashedFields
from alpine_core.verify.canonical import require_nine
from alpine_core.verify.field_rules import ACTION, SIGNAL_ID, SYMBOL, require_text
from alpine_core.wire.json_text import read_object
from alpine_core.wire.moments import read_moment

_LONGEST = 256


def legacy_preimage(fields: Mapping[str, object]) -> str:
    """The text that was hashed: the nine values as parsed from the JSON text, sorted, with Python's separators.

    Never pass the values through a float-typed model first: 175 and 175.0 are two texts here.
    """
    return json.dumps(fields, sort_keys=True, default=str)


def legacy_hash(preimage: str) -> str:
    """SHA-256 of the preimage as 64 lower-case hex digits."""
    return hashlib.sha256(preimage.encode("utf-8")).hexdigest()


def legacy_fields(fields: Mapping[str, object]) -> HashedFields:
    """The nine as values: numbers as doubles, texts as sent. The exact ones are in the preimage.

    Raises SenderError `missing_field`, `extra_field`, `null_not_allowed`, `bad_type`, `bad_string`, `bad_timestamp`.
    """
    require_nine(fields)
    timestamp, strategy = _text("timestamp", fields), _text("strategy", fields)
    read_moment("timestamp", timestamp)
    return HashedFields(
        signal_id=require_text("signal_id", fields["signal_id"], SIGNAL_ID),
        symbol=require_text("symbol", fields["symbol"], SYMBOL),
        action=require_text("action", fields["action"], ACTION),
        entry_price=_number("entry_price", fields),
        target_price=None if fields["target_price"] is None else _number("target_price", fields),
        stop_price=None if fields["stop_price"] is None else _number("stop_price", fields),
        confidence=_number("confidence", fields),
        strategy=strategy,
        timestamp=timestamp,
    )


def fields_of_preimage(preimage: str) -> HashedFields:
    """The nine values that a stored preimage says. Raises SenderError if it is not such a text."""
    return legacy_fields(read_object(preimage.encode("utf-8")))


def _text(name: str, fields: Mapping[str, object]) -> str:
    value = fields[name]
    if type(value) is not str:
        raise SenderError("bad_type", f"{name}: send a string")
    if not 1 <= len(value) <= _LONGEST:
        raise SenderError("bad_string", f"{name}: send 1 to {_LONGEST} characters")
    return value


def _number(name: str, fields: Mapping[str, object]) -> float:
    value = fields[name]
    if value is None:
        raise SenderError("null_not_allowed", f"{name}: only target_price and stop_price may be null")
    if type(value) not in {int, float}:
        raise SenderError("bad_type", f"{name}: send a JSON number")
    try:
        number = float(str(value))
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise SenderError("nan_or_inf", f"{name}: send a finite number")
    return number
