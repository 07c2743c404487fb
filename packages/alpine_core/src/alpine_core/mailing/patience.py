"""How often a mail is tried, and when again."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec


class MailPatience(msgspec.Struct, frozen=True, kw_only=True):
    """After the first failure `first_wait_seconds`, then twice as long each time, at most `longest_wait_seconds`.

    `attempts` in all (with these defaults over four and a half hours), then the mail is dead. `lease_seconds` is longer
    than any attempt lasts: then somebody else may try what nobody knows the end of.
    """

    attempts: int = 10
    first_wait_seconds: float = 30.0
    longest_wait_seconds: float = 3600.0
    lease_seconds: float = 300.0

    def next_at(self, attempts: int, now: datetime, *, retry: bool) -> datetime | None:
        """When the mail is tried again after so many attempts, the last of which failed; None: it is dead."""
        if not retry or attempts >= self.attempts:
            return None
        doublings = min(max(attempts - 1, 0), 30)
        wait = min(self.first_wait_seconds * 2.0**doublings, self.longest_wait_seconds)
        return now + timedelta(seconds=wait)
