"""One look at an account: fetch, note, compare, judge, act. What follows is told as a value."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.errors import StoreError
from argo_core.execution.reconciliation import Difference, differences
from argo_core.model.alert import Alert
from argo_core.model.halt import Halt, HaltCode, Resume
from argo_core.model.position import AccountSnapshot
from argo_core.pipeline import execution_alerts as alerts
from argo_core.pipeline.bookkeeping import Bookkeeping
from argo_core.pipeline.execution_ports import ExecutorStores, VenuePorts
from argo_core.pipeline.executor_rules import ExecutorRules
from argo_core.pipeline.flattening import flatten
from argo_core.pipeline.halting import ALWAYS_FLATTEN, ANCHOR, RECONCILIATION, Halting
from argo_core.pipeline.placing import place
from argo_core.pipeline.protecting import protect
from argo_core.pipeline.watching import Watching
from argo_core.ports import Clock
from argo_core.ports.flatten_log import Flattening
from argo_core.risk import Watched

MONITOR = "monitor"
TRIES = 3
"""How often books and venue are compared before they count as different: fills may come between two answers."""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What one check found and did. `unprotected` are symbols without stops for all that is held; `flattening` is that
    of the halt that stands."""

    watched: Watched
    halt: Halt | None
    differences: tuple[Difference, ...]
    unprotected: tuple[str, ...]
    flattening: Flattening | None
    alerts: tuple[Alert, ...]


class Minding:
    """For one lane: nothing else touches the account meanwhile."""

    def __init__(
        self,
        executor_id: str,
        rules: ExecutorRules,
        venue: VenuePorts,
        stores: ExecutorStores,
        keeping: Bookkeeping,
        watching: Watching,
        halting: Halting,
        clock: Clock,
    ) -> None:
        self._executor_id, self._rules, self._venue, self._stores = executor_id, rules, venue, stores
        self._keeping, self._watching, self._halting, self._clock = keeping, watching, halting, clock
        self._refreshed_at: datetime | None = None
        self._bare: tuple[str, ...] = ()
        self.reconciled = False

    def adopt(self, rules: ExecutorRules) -> None:
        """Mind by these from the next check on."""
        self._rules = rules

    async def check(self, *, refresh: bool) -> Checked:
        """One look, and what follows from it. Raises StoreError: then nothing is reconciled until one succeeds."""
        self.reconciled = False
        account, found = await self._compared(refresh=refresh)
        told = [*await self._anchored(account), *await self._settled(found)]
        watched = await self._watching.check(account, self._clock.now())
        told += alerts.levels(self._executor_id, watched, self._clock.now())
        told += await self._demanded(watched)
        flattening = await self._flattened(watched, account)
        if flattening is None:
            told += await self._placed_and_protected(found)
        # Last: where something open cannot be protected no new risk is taken either.
        self.reconciled = not found
        return Checked(
            watched=watched,
            halt=self._halting.standing,
            differences=found,
            unprotected=self._bare,
            flattening=flattening,
            alerts=tuple(told),
        )

    async def flatten(self, halt: Halt) -> Flattening | None:
        """One pass of the kill switch. Raises StoreError."""
        await self._keeping.follow()
        await flatten(halt, self._venue, self._keeping, self._stores.flattens, self._clock)
        return await self._stores.flattens.flattening(halt.halt_id)

    async def _compared(self, *, refresh: bool) -> tuple[AccountSnapshot, tuple[Difference, ...]]:
        """The account, and where it differs from our books even after the venue was asked for everything."""
        last, now = self._refreshed_at, self._clock.now()
        fetch = refresh or last is None or (now - last).total_seconds() >= self._rules.refresh_seconds
        for _ in range(TRIES):
            if fetch:
                await self._venue.sync.refresh()
                self._refreshed_at = now
            books = await self._keeping.follow()
            account = await self._venue.broker.snapshot()
            found = differences(books.holdings.quantities(), account.positions, self._rules.increments)
            if not found:
                break
            fetch = True
        return account, found

    async def _anchored(self, account: AccountSnapshot) -> list[Alert]:
        """A halt that was set to end at an anchor ends there."""
        halt = self._halting.standing
        if halt is None or halt.until is None or self._watching.market_time(account) < halt.until:
            return []
        return _again(await self._halting.end(halt, "a new day has begun", ANCHOR), self._halting.standing)

    async def _settled(self, found: tuple[Difference, ...]) -> list[Alert]:
        """Books that differ halt; books that agree again end that halt."""
        halt = self._halting.standing
        if found:
            new = await self._halting.halt(HaltCode.UNRECONCILED, alerts.words(found), RECONCILIATION)
            return [] if new is None else [alerts.halted(new)]
        if halt is not None and halt.code is HaltCode.UNRECONCILED:
            return _again(
                await self._halting.end(halt, "books and venue agree again", RECONCILIATION), self._halting.standing
            )
        return []

    async def _demanded(self, watched: Watched) -> list[Alert]:
        demand = watched.demand
        if demand is None:
            return []
        # A crash before the halt is durable leaves the demand: the next check makes it again.
        halt = await self._halting.halt(demand.code, demand.reason, MONITOR, demand.until)
        return [] if halt is None else [alerts.halted(halt)]

    async def _flattened(self, watched: Watched, account: AccountSnapshot) -> Flattening | None:
        halt = self._halting.standing
        if halt is None:
            return None
        flattening = await self._stores.flattens.flattening(halt.halt_id)
        wanted = watched.demand is not None and watched.demand.flatten and watched.demand.code is halt.code
        if not (flattening is not None or wanted or halt.code in ALWAYS_FLATTEN):
            return None
        if flattening is None or flattening.flat_at is None or account.positions or account.open_orders:
            return await self.flatten(halt)
        return flattening

    async def _placed_and_protected(self, found: tuple[Difference, ...]) -> list[Alert]:
        """Where books and venue differ nothing is placed; what they agree on keeps its stops."""
        now, unclear = self._clock.now(), frozenset(each.symbol for each in found)
        failed = None
        if self._halting.standing is None and not found:
            try:
                await place(self._venue, self._keeping, self._rules, now, self._halting.is_halted)
            except StoreError as error:
                failed = error  # what is held is protected all the same
        bare = await protect(self._executor_id, self._venue, self._keeping, self._rules.protection, now, unclear)
        if failed is not None:
            raise failed
        changed, self._bare = bare != self._bare, bare
        return [alerts.unprotected(self._executor_id, bare, now)] if changed else []


def _again(resume: Resume | None, standing: Halt | None) -> list[Alert]:
    return [] if resume is None or standing is not None else [alerts.trading_again(resume)]
