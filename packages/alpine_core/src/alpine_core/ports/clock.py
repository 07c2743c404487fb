"""The time, as an argument."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Promise: aware UTC with microseconds; no input or output; from any thread."""

    def now(self) -> datetime: ...
