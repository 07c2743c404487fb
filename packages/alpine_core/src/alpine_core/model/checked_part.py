"""One part of the system, looked at; and whether all of them together are health."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

PASSED, FAILED, NOT_SET_UP = "passed", "failed", "not set up"


class CheckedPart(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: passed, failed or not set up; `advice` is empty unless it failed."""

    level: int
    check: str
    state: str
    told: str
    advice: str = ""


def whole(parts: Sequence[CheckedPart]) -> bool:
    """True at 100 %: something passed and nothing failed."""
    states = [part.state for part in parts]
    return PASSED in states and FAILED not in states
