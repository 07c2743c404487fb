"""The machine's clock behind the Clock port."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """Wall-clock UTC that never runs backwards: if the machine's clock is set back, the last answer is repeated."""

    def __init__(self) -> None:
        self._last = datetime.fromtimestamp(0, tz=UTC)

    def now(self) -> datetime:
        """Aware UTC with microseconds."""
        self._last = max(self._last, datetime.now(UTC))
        return self._last
