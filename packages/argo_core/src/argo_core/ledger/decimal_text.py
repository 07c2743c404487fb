"""Sizes and indices as notes and proofs write them."""

from __future__ import annotations

import re
from typing import Final

_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_LIMIT: Final = 2**63


def decimal_of(text: str) -> int | None:
    """The number that ASCII digits without sign, leading zero or underscore name, below 2**63; None for other text."""
    if _DECIMAL.fullmatch(text) is None:
        return None
    value = int(text)
    return value if value < _LIMIT else None
