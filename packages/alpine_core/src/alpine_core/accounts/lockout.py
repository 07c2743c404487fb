"""How long to wait after failed sign-ins."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import msgspec

from alpine_core.ports.failed_sign_ins import Failures


class LockoutPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """After `free_attempts` failures in a row each further one doubles the wait, from `first_wait_seconds` on.

    Never longer than `longest_wait_seconds`: whoever wants to keep a subscriber out must keep on trying, and a
    subscriber who is kept out can come back soon.
    """

    free_attempts: int = 5
    first_wait_seconds: float = 2.0
    longest_wait_seconds: float = 900.0

    def wait_seconds(self, failures: Failures | None, now: datetime) -> int:
        """Whole seconds until the next attempt is looked at, 0 if it is now."""
        if failures is None or failures.count < self.free_attempts:
            return 0
        doublings = min(failures.count - self.free_attempts, 30)
        wait = min(self.first_wait_seconds * 2.0**doublings, self.longest_wait_seconds)
        left = failures.last_at + timedelta(seconds=wait) - now
        return max(0, math.ceil(left.total_seconds()))
