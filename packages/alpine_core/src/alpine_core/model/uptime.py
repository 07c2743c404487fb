"""How much of a time the service was up, minute by minute."""

from __future__ import annotations

from datetime import datetime

import msgspec

OBJECTIVE = 0.999
"""The share of minutes that is promised."""


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """From `began_at` on, until `ended_at`, no minute was noted; whole minutes, aware, UTC."""

    began_at: datetime
    ended_at: datetime

    @property
    def minutes(self) -> int:
        """How long it was."""
        return round((self.ended_at - self.began_at).total_seconds() / 60.0)


class UptimeWindow(msgspec.Struct, frozen=True, kw_only=True):
    """Of `minutes` that are over, `up` were noted; from `since` on: the window's begin, or when notes begin if that is
    later. `name`: 24h, 7d or 30d."""

    name: str
    since: datetime
    minutes: int
    up: int

    @property
    def ratio(self) -> float | None:
        """The share of minutes that were up, 0–1; None before the first minute is over."""
        return self.up / self.minutes if self.minutes else None

    @property
    def kept(self) -> bool | None:
        """True where the objective is kept, None where nothing is known yet."""
        return None if self.ratio is None else self.ratio >= OBJECTIVE


class UptimeReport(msgspec.Struct, frozen=True, kw_only=True):
    """`windows` from the shortest to the longest; `gaps` of the longest, newest first."""

    windows: tuple[UptimeWindow, ...]
    gaps: tuple[Gap, ...]
