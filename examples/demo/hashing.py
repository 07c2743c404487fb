"""The verification hash, written for this demonstration: SHA-256 over nine fields in canonical form (RFC 8785)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
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
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)
