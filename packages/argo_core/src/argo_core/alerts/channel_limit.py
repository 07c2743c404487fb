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
    """Of each matter its oldest, so that nobody hears of an end before the beginning; of these critical ones and ends
    first, then those that failed the least, then the oldest: one that a channel never takes holds up no other matter.
    Nothing is left out: what begins late is told late, and its end after it.

    A beginning is as urgent as the worst that waits behind it, except for an end: nobody waits for the end of what he
    has not heard of. `pending`: of each matter oldest first. Without room the urgent ones only; None where nothing may
    be told now.
    """
    oldest: dict[str, PendingAlert] = {}
    hurried: set[str] = set()
    for one in pending:
        key = one.alert.dedup_key
        first = oldest.setdefault(key, one)
        if urgent(one) and (one is first or not one.alert.resolved):
            hurried.add(key)
    free = [one for key, one in oldest.items() if room or key in hurried]
    return min(free, key=lambda one: (one.alert.dedup_key not in hurried, one.attempts, one.task), default=None)
