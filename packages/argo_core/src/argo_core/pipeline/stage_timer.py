"""How long each stage of a cycle takes."""

from __future__ import annotations

from collections.abc import Callable


class StageTimer:
    """Milliseconds per stage. `ticks` is a monotonic clock in seconds."""

    def __init__(self, ticks: Callable[[], float]) -> None:
        self._ticks = ticks
        self._start = self._last = ticks()
        self._stages: dict[str, float] = {}

    def mark(self, stage: str) -> None:
        """The stage that ends now."""
        now = self._ticks()
        self._stages[stage] = round((now - self._last) * 1000.0, 3)
        self._last = now

    def stages_ms(self) -> dict[str, float]:
        """What has been marked so far."""
        return dict(self._stages)

    def total_ms(self) -> float:
        """Since the start."""
        return round((self._ticks() - self._start) * 1000.0, 3)
