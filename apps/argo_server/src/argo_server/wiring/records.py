"""Databases for commands that need no generator."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

from argo_core.adapters.anchor.receipts import SqlReceiptStore
from argo_core.adapters.key_files import active_keys
from argo_core.adapters.sql import (
    Database,
    SqlCosignatureStore,
    SqlDecisionReader,
    SqlLedgerReader,
    SqlOpinionSpending,
    SqlResolvedReader,
    SqlSignalReader,
)
from argo_core.adapters.sql.unify import UnifyReport, unify
from argo_core.adapters.sql.upgrade import UpgradeReport, upgrade
from argo_core.adapters.system_clock import SystemClock
from argo_core.pipeline.anchoring import Anchoring
from argo_core.pipeline.prove import Prover
from argo_server.services import LedgerRecords, Records
from argo_server.settings import Settings
from argo_server.wiring.anchor import configured_anchor
from argo_server.wiring.checks import record_checks
from argo_server.wiring.ledger_writing import open_ledger_writer
from argo_server.wiring.witnesses import witness_keys


@asynccontextmanager
async def open_records(settings: Settings) -> AsyncIterator[Records]:
    """What has been stored, for commands that only read. Raises StoreError for a database that is not ready."""
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.database_url)
        stack.push_async_callback(database.close)
        client = await stack.enter_async_context(httpx.AsyncClient())
        signals = SqlSignalReader(database)
        yield Records(
            clock=SystemClock(),
            signals=signals,
            decisions=SqlDecisionReader(database),
            resolved=SqlResolvedReader(database),
            spending=SqlOpinionSpending(database),
            ledger=await ledger_records(settings, database, client),
        )


async def ledger_records(settings: Settings, database: Database, client: httpx.AsyncClient) -> LedgerRecords:
    """The provable log, for reading."""
    reader, cosignatures = SqlLedgerReader(database), SqlCosignatureStore(database)
    active = active_keys(settings.key_folder, settings.file.ledger.origin)
    checks = await record_checks(settings, database, active)
    return LedgerRecords(
        reader=reader,
        places=checks.checker.places,
        prover=Prover(reader, cosignatures),
        checker=checks.checker,
        integrity=checks,
        anchoring=Anchoring(configured_anchor(settings, client), reader, SqlReceiptStore(database)),
        log_keys=tuple(key.verifier for key in active),
        witness_keys=witness_keys(settings.file),
    )


async def upgrade_database(settings: Settings) -> UpgradeReport:
    """Bring the configured database to the newest schema by the migrations that this distribution carries."""
    return await upgrade(settings.database_url, Path(__file__).parents[1] / "migrations")


async def unify_databases(settings: Settings, old: Sequence[Path]) -> list[tuple[Path, UnifyReport]]:
    """Import databases of the earlier shape, one after the other. Nothing is logged yet: `log_imported` does."""
    database = await Database.open(settings.database_url)
    try:
        return [(path, await unify(path, database)) for path in old]
    finally:
        await database.close()


async def log_imported(settings: Settings) -> int:
    """One entry per scheme over the hashes of what was imported, in the order of import; the log's size then.

    Raises StoreError where the log may not be signed now: the next start logs them.
    """
    async with open_ledger_writer(settings) as writer:
        return (await writer.ledger.head()).size
