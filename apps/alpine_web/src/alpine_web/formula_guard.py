"""Texts in tables that a spreadsheet opens."""

from __future__ import annotations

from typing import Any

# What a spreadsheet would take for a formula (OWASP, CSV injection).
_STARTS = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: Any) -> Any:
    """The cell; a text that a spreadsheet would take for a formula with an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_STARTS) else cell
