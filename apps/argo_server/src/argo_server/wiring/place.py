"""The place of a generator process: its lock, its share of the log, and how it goes on in it."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

from argo_core.adapters.sql import Database, SqlSignalLog
from argo_core.adapters.sql.generator_lock import generator_lock
from argo_core.adapters.sql.shard_cycles import SqlShardCycles
from argo_core.pipeline.ledger_duty import CycleRunner
from argo_core.pipeline.owned_log import OwnedLog
from argo_core.pipeline.seated_cycle import Seat, SeatedCycle
from argo_server.settings import Settings
from argo_server.wiring.leadership import Leadership


@dataclass(frozen=True, slots=True)
class Place:
    """`log` shows the open signals of the process's own symbols. `leadership` None: it is the only generator."""

    seat: Seat
    log: OwnedLog
    cycles: SqlShardCycles
    leadership: Leadership | None

    def seated(self, cycle: CycleRunner) -> SeatedCycle:
        """The cycle, run only while the place is ours."""
        return SeatedCycle(cycle, self.seat, self.cycles.newest, self.log.wrote)


async def take_place(settings: Settings, database: Database, patience: float, stack: AsyncExitStack) -> Place:
    """Until the stack ends; waits `patience` seconds for it. Raises ConfigError, StoreError."""
    generation, url = settings.file.signal_generation, settings.database_url
    share = generation.share
    seat = await stack.enter_async_context(generator_lock(url, "generator", patience, share, generation.symbols))
    database.fence_with(seat.fence)
    cycles = SqlShardCycles(database, share)
    newest = await cycles.newest()
    log = OwnedLog(
        SqlSignalLog(database),
        partial(share.owns, universe=generation.symbols),
        () if newest is None else (newest,),
    )
    return Place(seat, log, cycles, None if share.is_whole else Leadership(url, database, share.of))
