"""The log for commands that append to it: the generator must not run meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

from argo_core.adapters.entry_files import EntryFiles
from argo_core.adapters.http import HttpMirror
from argo_core.adapters.key_files import active_keys, pending_key, promote_pending, retire_key
from argo_core.adapters.sql import Database, SqlLedgerReader, SqlLedgerStore
from argo_core.adapters.sql.generator_lock import generator_lock
from argo_core.adapters.system_clock import SystemClock
from argo_core.errors import ConfigError
from argo_core.ledger.note_key import SigningKey
from argo_core.pipeline.recover import Recovered, Recovery
from argo_core.ports.entry_source import EntrySource
from argo_core.tracking import CostPolicy, HorizonPolicy
from argo_server.services import LedgerWriter
from argo_server.settings import Settings
from argo_server.wiring.checks import ever_signed
from argo_server.wiring.couriers import routes_of
from argo_server.wiring.keys import signing_keys
from argo_server.wiring.ledger import open_ledger
from argo_server.wiring.policies import as_policy


@asynccontextmanager
async def open_ledger_writer(settings: Settings, more_keys: tuple[SigningKey, ...] = ()) -> AsyncIterator[LedgerWriter]:
    """May sign when it yields, and holds all that was due. Raises ConfigError, StoreError: also while a generator runs
    on this database, and where a witness has not confirmed the log."""
    async with AsyncExitStack() as stack:
        clock = SystemClock()
        database = await Database.open(settings.database_url)
        stack.push_async_callback(database.close)
        await stack.enter_async_context(generator_lock(settings.database_url))
        client = await stack.enter_async_context(httpx.AsyncClient())
        opened = await open_ledger(settings, database, clock, client, more_keys)
        await opened.duty.keep()
        yield LedgerWriter(
            clock=clock,
            ledger=opened.ledger,
            duty=opened.duty,
            topics=routes_of(settings.file).distributors,
        )
        await opened.duty.write_files()


async def add_log_key(settings: Settings) -> str:
    """The vkey of a new key, logged under the old ones; from now on both sign. Raises ConfigError, StoreError.

    A crash before the entry leaves a pending file, which the next call goes on with; one after it, too.
    """
    key = pending_key(settings.key_folder, settings.file.ledger.origin)
    async with open_ledger_writer(settings, (key,)) as writer:
        await writer.ledger.log_key("add", key.verifier.vkey, writer.clock.now(), writer.topics)
    promote_pending(settings.key_folder)
    return key.verifier.vkey


async def retire_log_key(settings: Settings, vkey: str) -> Path:
    """The key signs that it ends, and then no more. Returns where its file is kept. Raises ConfigError, StoreError."""
    origin = settings.file.ledger.origin
    keys = [key.verifier.vkey for key in active_keys(settings.key_folder, origin)]
    if vkey not in keys:
        raise ConfigError(f"no active key in {settings.key_folder} has that vkey: list them with: argo ledger key")
    if len(keys) == 1:
        raise ConfigError("it is the log's only key: run argo ledger key add first, and pin the new key everywhere")
    async with open_ledger_writer(settings) as writer:
        await writer.ledger.log_key("retire", vkey, writer.clock.now(), writer.topics)
    return retire_key(settings.key_folder, origin, vkey)


async def recover_ledger(settings: Settings, copy: str | None) -> Recovered:
    """Lost entries back, from an address, a folder of log files, or by default the distributor's mirror.

    Raises ConfigError without a copy to ask, Disputed, StoreError.
    """
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.database_url)
        stack.push_async_callback(database.close)
        await stack.enter_async_context(generator_lock(settings.database_url))
        client = await stack.enter_async_context(httpx.AsyncClient())
        store = SqlLedgerStore(database)
        keys = await signing_keys(settings, SqlLedgerReader(database))
        file = settings.file
        costs, horizon = as_policy(file.costs, CostPolicy), as_policy(file.horizon, HorizonPolicy)
        recovery = Recovery(store, file.ledger.origin, await ever_signed(store, keys), costs, horizon)
        return await recovery.recover(_copy(settings, copy, client), SystemClock().now())


def _copy(settings: Settings, copy: str | None, client: httpx.AsyncClient) -> EntrySource:
    if copy is None or copy.startswith(("http://", "https://")):
        return HttpMirror(client, (copy or settings.file.alpine.api_url).rstrip("/"))
    folder = Path(copy)
    if not folder.is_dir():
        raise ConfigError(f"{copy} is neither a folder of log files nor an http address")
    return EntryFiles(folder)
