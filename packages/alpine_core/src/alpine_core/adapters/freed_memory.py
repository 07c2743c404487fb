"""Memory that a thread freed serves the others, which the C library does not see to by itself."""

from __future__ import annotations

import ctypes

M_ARENA_MAX, ARENAS = -8, 2
"""The GNU C library's number of the option, and how many arenas are enough for threads that mostly wait for Python's
lock."""


def keep_few_arenas() -> bool:
    """Let all threads share two of the C library's arenas, and say whether it does. Each thread gets one of its own
    otherwise, and what it freed there serves no other: a peak in every thread stays with the process. To be called at a
    process's start; arenas that threads have already stay. On a C library other than GNU's nothing is done."""
    choose = getattr(ctypes.CDLL(None), "mallopt", None)
    return choose is not None and bool(choose(M_ARENA_MAX, ARENAS))
