"""Kernels: functions over arrays that are compiled where numba is installed, and plain Python where it is not.

A module that decorates with `kernel` loads numba when it is itself imported (about half a second). So it is imported
inside the function that needs it, and a numpy path of equal results stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def has_compiler() -> bool:
    """Whether kernels run as machine code here. Loads numba."""
    try:
        import numba
    except ImportError:
        return False
    return bool(numba.njit)


def kernel(function: Kernel) -> Kernel:
    """`function` compiled at its first call, without the interpreter's lock; unchanged where numba is missing.

    Machine code is kept beside the source, or in the user's cache folder where that is read-only, so that a second
    process starts with it; where neither can be written, each process compiles for itself. Kernels that call each
    other belong into one file: a kept kernel is only renewed when its own file changes.
    """
    try:
        from numba import njit
    except ImportError:
        return function
    try:
        return cast(Kernel, njit(cache=True, nogil=True)(function))
    except RuntimeError:  # numba found no folder that it may write to
        return cast(Kernel, njit(nogil=True)(function))
