"""The three opinions a vote or a consensus can hold."""

from __future__ import annotations

import enum


class Direction(enum.IntEnum):
    """LONG expects a rise, SHORT a fall, NEUTRAL neither. The value is the sign, so that arrays hold it as int8."""

    SHORT = -1
    NEUTRAL = 0
    LONG = 1

    @property
    def action(self) -> str:
        """`BUY` for LONG, `SELL` for SHORT. NEUTRAL has no action: ValueError."""
        if self is Direction.NEUTRAL:
            raise ValueError("NEUTRAL is never published, so it has no action")
        return "BUY" if self is Direction.LONG else "SELL"

    @classmethod
    def of_action(cls, action: str) -> Direction:
        """Inverse of `action`. Raises ValueError for anything but BUY and SELL."""
        direction = _OF_ACTION.get(action)
        if direction is None:
            raise ValueError(f"{action!r} is neither BUY nor SELL")
        return direction


_OF_ACTION = {"BUY": Direction.LONG, "SELL": Direction.SHORT}
