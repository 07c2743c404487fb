"""A secret as a store keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """`changed_at`: when `text` became what is in force."""

    name: str
    changed_at: datetime
    text: str = field(repr=False)
