"""How often one channel may speak, so that a storm does not bury what matters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from argo_core.model.alert import PendingAlert, Severity


class ChannelLimit(msgspec.Struct, frozen=True, kw_only=True):
    """At most `most` in `seconds`. Critical alerts, and the ends of matters, never wait for it; they count."""

    most: int = 20
    seconds: float = 60.0

    def seconds_to_room(self, told: Sequence[datetime], now: datetime) -> float:
        """How long until one more may be told, 0 for now. `told`: when the last ones were, oldest first."""
        if len(told) < self.most:
            return 0.0
        frees = told[-self.most] + timedelta(seconds=self.seconds)
        return max((frees - now).total_seconds(), 0.0)


def urgent(pending: PendingAlert) -> bool:
    """True for what never waits for room."""
    return pending.alert.severity is Severity.CRITICAL or pending.alert.resolved


def told_next(pending: Sequence[PendingAlert], *, room: bool) -> PendingAlert | None:
    """Critical ones and ends first, then those that failed the least, then the oldest: one that a channel never takes
    holds up no other. Without room the urgent ones only; None where nothing may be told now."""
    free = [one for one in pending if room or urgent(one)]
    return min(free, key=lambda one: (not urgent(one), one.attempts, one.task), default=None)
