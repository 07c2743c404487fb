"""Counting attempts under a name, so that guessing becomes slow."""

from __future__ import annotations

import hashlib
from datetime import datetime

from alpine_core.accounts.lockout import LockoutPolicy
from alpine_core.ports.failed_sign_ins import FailedSignIns


class Attempts:
    """Names are hashed before they are kept. Raises StoreError."""

    def __init__(self, failures: FailedSignIns, policy: LockoutPolicy | None = None) -> None:
        self._failures = failures
        self._policy = policy or LockoutPolicy()

    async def count(self, name: str, now: datetime) -> int:
        """Seconds to wait, 0 if what was given may be looked at: then the attempt is counted before it is."""
        hashed = _hashed(name)
        before = await self._failures.of(hashed)
        wait = self._policy.wait_seconds(before, now)
        if wait:
            return wait
        counted = await self._failures.begin(hashed, now)
        others = counted.count - 1 - (before.count if before else 0)
        # Attempts at the same moment share the free ones; beyond these only one at a time is looked at.
        return self._policy.wait_seconds(counted, now) if others > 0 else 0

    async def clear(self, name: str) -> None:
        """What was given held: the count begins anew."""
        await self._failures.clear(_hashed(name))


def _hashed(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
