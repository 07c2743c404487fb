"""One executor in its process: nothing is traded before its books agree, and it is looked at again and again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from argo_core.errors import ArgoError, StoreError
from argo_core.model.bars import Bar
from argo_core.model.position import AccountSnapshot
from argo_core.pipeline.executor import Executor
from argo_core.pipeline.minding import Checked
from argo_core.ports import Clock
from argo_core.risk import Watched

T = TypeVar("T")


class MindingStatus(msgspec.Struct, frozen=True, kw_only=True):
    """`ready`: what an earlier process began is finished, prices and signals are taken. `reconciled`: at the last look
    books and venue agreed. `error` is that of the last look, None where it succeeded; `unprotected` are symbols without
    stops for all that is held."""

    ready: bool
    reconciled: bool
    checks: int
    failures: int
    error: str | None
    checked_at: datetime | None
    differences: tuple[str, ...]
    unprotected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """The account and its standing against its limits at one moment, wall clock."""

    account: AccountSnapshot
    watched: Watched
    at: datetime


class Minder:
    """`fresh_seconds`: how old a look may be that is shown again; 0 looks anew each time."""

    def __init__(self, executor: Executor, clock: Clock, fresh_seconds: float = 0.0) -> None:
        self._executor, self._clock = executor, clock
        self._fresh = timedelta(seconds=fresh_seconds)
        self._ready = False
        self._checks = self._failures = 0
        self._error: str | None = None
        self._checked: Checked | None = None
        self._checked_at: datetime | None = None
        self._look: Look | None = None

    async def recover(self) -> bool:
        """Finish what an earlier process began; False where that must be tried again. Until it succeeds nothing is
        traded and no price is taken."""
        try:
            await self._noted(self._executor.recover)
        except StoreError:
            return False
        self._ready = True
        return True

    async def check(self, *, refresh: bool = False) -> Checked:
        """One look, with what follows from it. Raises StoreError."""
        return await self._noted(lambda: self._executor.check(refresh=refresh))

    async def mark(self, bars: Sequence[Bar]) -> int:
        """Let the market move. Raises StoreError, also while nothing is recovered yet: the prices are sent again."""
        if not self._ready:
            raise StoreError(self._error or "the executor is still finishing what an earlier process began")
        return await self._executor.mark(bars)

    async def look(self) -> Look:
        """How the account stands. Raises StoreError."""
        now, look = self._clock.now(), self._look
        if look is None or now - look.at >= self._fresh:
            account, watched = await self._executor.account(), await self._executor.watched()
            self._look = look = Look(account, watched, now)
        return look

    def status(self) -> MindingStatus:
        """How minding stands."""
        checked = self._checked
        return MindingStatus(
            ready=self._ready,
            # Not the executor's own word: that is no while a look is under way.
            reconciled=checked is not None and not checked.differences and self._error is None,
            checks=self._checks,
            failures=self._failures,
            error=self._error,
            checked_at=self._checked_at,
            differences=() if checked is None else tuple(each.symbol for each in checked.differences),
            unprotected=() if checked is None else checked.unprotected,
        )

    async def _noted(self, call: Callable[[], Awaitable[Checked]]) -> Checked:
        try:
            checked = await call()
        except ArgoError as error:
            self._failures, self._error = self._failures + 1, str(error)
            raise
        self._checks, self._error = self._checks + 1, None
        self._checked, self._checked_at = checked, self._clock.now()
        return checked
