"""The scheme jcs-1: SHA-256 over RFC 8785 (JSON Canonicalization Scheme) of exactly nine fields."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from alpine_core.errors import SenderError
from alpine_core.model.signal import HASHED_NAMES
from alpine_core.verify.field_rules import (
    ACTION,
    SIGNAL_ID,
    SYMBOL,
    number_text,
    require_strategy,
    require_text,
    require_timestamp,
)

_NAMES = frozenset(HASHED_NAMES)


def canonical_bytes(fields: Mapping[str, object]) -> bytes:
    """The bytes that are hashed: UTF-8, no white space, members sorted, numbers as ECMAScript writes them.

    `fields` holds exactly the nine names; numbers are `int` or `float`, finite, at most 2^53 - 1 in magnitude, not
    minus zero; 175 and 175.0 give the same bytes. Only `target_price` and `stop_price` may be None. Raises SenderError
    `missing_field`, `extra_field`, `null_not_allowed`, `bad_type`, `nan_or_inf`, `negative_zero`,
    `number_out_of_range`, `bad_string`, `not_nfc`, `bad_timestamp`. Source: RFC 8785; docs/spec/verification.md.
    """
    require_nine(fields)
    strategy = require_strategy(fields["strategy"]).replace("\\", "\\\\").replace('"', '\\"')
    members = (
        '{"action":"' + require_text("action", fields["action"], ACTION),
        '","confidence":' + number_text("confidence", fields["confidence"], nullable=False),
        ',"entry_price":' + number_text("entry_price", fields["entry_price"], nullable=False),
        ',"signal_id":"' + require_text("signal_id", fields["signal_id"], SIGNAL_ID),
        '","stop_price":' + number_text("stop_price", fields["stop_price"], nullable=True),
        ',"strategy":"' + strategy,
        '","symbol":"' + require_text("symbol", fields["symbol"], SYMBOL),
        '","target_price":' + number_text("target_price", fields["target_price"], nullable=True),
        ',"timestamp":"' + require_timestamp(fields["timestamp"]) + '"}',
    )
    return "".join(members).encode("utf-8")


def signal_hash(fields: Mapping[str, object]) -> str:
    """SHA-256 of `canonical_bytes(fields)` as 64 lower-case hex digits. Raises SenderError."""
    return hashlib.sha256(canonical_bytes(fields)).hexdigest()


def require_nine(fields: Mapping[str, object]) -> None:
    """Raise SenderError `missing_field` or `extra_field` unless the names are exactly the nine."""
    if fields.keys() == _NAMES:
        return
    missing = sorted(_NAMES - fields.keys())
    if missing:
        raise SenderError("missing_field", f"{missing[0]} is missing: an absent field is not a null field")
    raise SenderError("extra_field", "the hash covers nine fields and no other: leave the rest out")
