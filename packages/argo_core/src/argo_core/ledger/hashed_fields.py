"""The nine fields that a signal's hash covers, whatever the scheme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from argo_core.ledger.canonical_error import CanonicalError

# In the order of RFC 8785 section 3.2.3 (by UTF-16 code units), which for these names is the alphabet's.
HASHED_FIELDS: Final = (
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
_FIELD_SET: Final = frozenset(HASHED_FIELDS)


def require_hashed_fields(fields: Mapping[str, object]) -> None:
    """Raises CanonicalError `missing_field` or `extra_field` unless the names are exactly the nine."""
    if fields.keys() == _FIELD_SET:
        return
    missing = [name for name in HASHED_FIELDS if name not in fields]
    if missing:
        raise CanonicalError("missing_field", f"{', '.join(missing)} missing: write an absent price as null")
    extra = next(ascii(name)[:40] for name in fields if name not in _FIELD_SET)
    raise CanonicalError("extra_field", f"{extra} is not hashed: pass exactly {', '.join(HASHED_FIELDS)}")
