"""The venue of one executor: simulated beside its own database, or a real one that is loaded only where it is used."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from argo_core.adapters.simulated import SimulatedExchange
from argo_core.adapters.sql import Database, SqlExchangeStore
from argo_core.adapters.sql.account_pin import AccountPin
from argo_core.execution.costs import CostPolicy
from argo_core.execution.exchange_policy import ExchangePolicy
from argo_core.execution.matching import Matching
from argo_core.model.venue_account import LiveAccount, PropAccount, SimulatedAccount
from argo_core.pipeline.execution_ports import WholeVenue
from argo_core.ports import Clock
from argo_server.settings import ExecutorRole
from argo_server.settings.trading_sections import SimulatedVenue
from argo_server.wiring.accounts import Account

Told = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Venue:
    """`follow` listens to the venue's stream without end and calls what it is given after each news; None where there
    is no stream. `fresh_seconds`: how old an answer may be that is shown again instead of asking."""

    ports: WholeVenue
    follow: Callable[[Told], Awaitable[None]] | None
    fresh_seconds: float


@asynccontextmanager
async def open_venue(
    role: ExecutorRole, account: Account, pin: AccountPin, database: Database, clock: Clock
) -> AsyncIterator[Venue]:
    """Raises ConfigError where the account is not the pinned one or its key is in use, StoreError."""
    if isinstance(account, SimulatedAccount):
        yield Venue(simulated_exchange(role.settings.file.trading.simulated, database, pin, clock), None, 0.0)
        return
    # Loading the vendor's own library takes over a second: only where it is traded with.
    from argo_core.adapters import alpaca

    pace = alpaca.Pace(time.monotonic, asyncio.sleep, random.random, time.time)
    parts = alpaca.VenueParts(
        executor_id=role.executor_id,
        store=SqlExchangeStore(database),
        clock=clock,
        pace=pace,
        lock_folder=role.settings.lock_folder,
    )
    if isinstance(account, PropAccount):
        opening = alpaca.open_prop_venue(account, parts)
    elif isinstance(account, LiveAccount):
        opening = alpaca.open_live_venue(account, parts)
    else:
        opening = alpaca.open_paper_venue(account, parts)
    async with opening as opened:

        async def follow(told: Told) -> None:
            async def tell() -> None:
                await told()

            await alpaca.follow(opened.stream, opened.venue, tell, pace)

        yield Venue(opened.venue, follow, 2.0)


def simulated_exchange(rules: SimulatedVenue, database: Database, pin: AccountPin, clock: Clock) -> SimulatedExchange:
    """The exchange whose books lie in the executor's own database."""
    costs = CostPolicy(slippage_pct=rules.slippage_pct, fee_pct=rules.fee_pct, spread_pct=rules.spread_pct)
    policy = ExchangePolicy(volume_pct=rules.volume_pct, reject_pct=rules.reject_pct, seed=rules.seed)
    matching = Matching(costs, policy)
    return SimulatedExchange(SqlExchangeStore(database), matching, pin.account_number, pin.starting_cash, clock)
