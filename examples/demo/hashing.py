"""The verification hash, written for this demonstration: SHA-256 over nine fields in canonical form (RFC 8785)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

NINE = (
    "action",
    "confidence",
    "entry_price",
    "signal_id",
    "stop_price",
    "strategy",
    "symbol",
    "target_price",
    "timestamp",
)


def hash_of(signal: Mapping[str, Any]) -> str:
    """64 hex digits over the nine fields of `signal`."""
    text = "{" + ",".join(f"{json.dumps(name)}:{_text(signal[name])}" for name in NINE) + "}"
    return hashlib.sha256(text.encode()).hexdigest()


def _text(value: Any) -> str:
    """A field as ECMAScript writes it, which is where the canonical form has its numbers from."""
    if not isinstance(value, float):
        return json.dumps(value, ensure_ascii=False)
    if value.is_integer():
        return str(int(value))
    digits = repr(value)
    if "e" not in digits:
        return digits
    if abs(value) >= 1e-6:
        return f"{Decimal(digits):f}"
    mantissa, _, exponent = digits.partition("e")
    return f"{mantissa}e{int(exponent)}"
