"""How answers are cut into pages: one row more than asked for tells whether another page follows."""

from __future__ import annotations

from argo_core.errors import DataError

LARGEST_PAGE = 500


def require_limit(limit: int) -> int:
    """`limit` itself. Raises DataError `bad_limit` unless it is 1–500."""
    if not 1 <= limit <= LARGEST_PAGE:
        raise DataError("bad_limit", f"a page of {limit} rows: ask for 1 to {LARGEST_PAGE}")
    return limit
