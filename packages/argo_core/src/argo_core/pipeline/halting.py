"""Halts of one executor: durable before anything follows from them, ended only by a record of who ended them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from argo_core.errors import StoreError
from argo_core.model.halt import Halt, HaltCode, Resume
from argo_core.ports import Clock, HaltLog

ALWAYS_FLATTEN = frozenset({HaltCode.OPERATOR, HaltCode.DRILL})
"""A person's halt is the kill switch."""
RECONCILIATION, ANCHOR = "reconciliation", "anchor"
# A halt does not stand in the way of a graver one; of the gravest there is no need of a second. A person's is graver
# than the monitor's, which of an account under its own rules closes nothing.
_GRAVITY = {
    HaltCode.UNRECONCILED: 0,
    HaltCode.DAILY_LOSS: 1,
    HaltCode.ACCOUNT: 2,
    HaltCode.DRILL: 3,
    HaltCode.BREACH: 4,
    HaltCode.OPERATOR: 5,
}


class Halting:
    """What stands is remembered here and read again at each start: no restart lifts a halt."""

    def __init__(self, executor_id: str, halts: HaltLog, clock: Clock, new_id: Callable[[], str]) -> None:
        self._executor_id, self._halts, self._clock, self._new_id = executor_id, halts, clock, new_id
        self._standing: Halt | None = None
        # A halt does not wait for the executor's lane; of two at once the graver one is to stand.
        self._one_at_a_time = asyncio.Lock()

    @property
    def standing(self) -> Halt | None:
        """The halt that stands, None where the executor may trade."""
        return self._standing

    def is_halted(self) -> bool:
        """True while a halt stands."""
        return self._standing is not None

    async def load(self) -> None:
        """Read what stands. Raises StoreError."""
        self._standing = await self._halts.standing()

    async def halt(self, code: HaltCode, reason: str, by: str, until: datetime | None = None) -> Halt | None:
        """A new halt, durable; None where one stands that is as grave. Raises StoreError: then there is none."""
        async with self._one_at_a_time:
            standing = self._standing
            if standing is not None and _GRAVITY[code] <= _GRAVITY[standing.code]:
                return None
            halt = Halt(
                halt_id=f"{self._executor_id}-halt-{self._new_id()}",
                executor_id=self._executor_id,
                code=code,
                reason=reason,
                by=by,
                at=self._clock.now(),
                until=until,
            )
            # A crash before this is durable leaves the executor trading and the caller without an answer.
            try:
                await self._halts.halt(halt)
            except StoreError:
                raise
            except BaseException:
                self._standing = halt  # we were called off meanwhile: it may be stored
                raise
            self._standing = halt
            return halt

    async def end(self, halt: Halt, reason: str, by: str) -> Resume | None:
        """End that halt and no other: one that came meanwhile stands. An earlier one under it stands again. None where
        it stands no longer. Raises StoreError."""
        async with self._one_at_a_time:
            if self._standing is None or self._standing.halt_id != halt.halt_id:
                return None
            resume = Resume(
                halt_id=halt.halt_id,
                executor_id=self._executor_id,
                reason=reason,
                by=by,
                at=self._clock.now(),
            )
            await self._halts.resume(resume)
            self._standing = await self._halts.standing()
            return resume
