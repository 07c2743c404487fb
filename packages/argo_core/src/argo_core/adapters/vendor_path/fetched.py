"""An answer that has come through the path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Fetched(Generic[T_co]):
    """`stored_at`: when the vendor's answer came, seconds since 1970 by the wall clock. `waited_seconds`: how long it
    stood in the budget's queue; 0 from the cache. The value may be shared with other callers: do not change it."""

    value: T_co
    stored_at: float
    from_cache: bool
    waited_seconds: float
