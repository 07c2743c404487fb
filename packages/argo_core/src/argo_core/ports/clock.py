"""The time, as an argument."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Promise: aware UTC, never earlier than the previous answer of the same clock; no input or output; any thread."""

    def now(self) -> datetime: ...
