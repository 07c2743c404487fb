"""The provable log of a generator: its keys, its guard, its witnesses, its files."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

import httpx

from argo_core.adapters.anchor.receipts import SqlReceiptStore
from argo_core.adapters.entry_files import EntryFiles
from argo_core.adapters.sql import Database, SqlCosignatureStore, SqlLedgerReader, SqlLedgerStore
from argo_core.adapters.sql.ledger_places import SqlLedgerPlaces
from argo_core.adapters.sql.ledger_turns import SqlLedgerTurns
from argo_core.ledger import Ledger
from argo_core.ledger.note_key import SigningKey, VerifierKey
from argo_core.pipeline.anchoring import Anchoring
from argo_core.pipeline.cosigning import Cosigning
from argo_core.pipeline.heartbeat import Heartbeat
from argo_core.pipeline.ledger_duty import DutyParts, LedgerDuty
from argo_core.pipeline.ledger_feed import LedgerFeed
from argo_core.pipeline.prove import Prover
from argo_core.pipeline.restore_guard import RestoreGuard
from argo_core.ports import Clock
from argo_server.metrics import IntegrityRecord
from argo_server.services import LedgerServices
from argo_server.settings import Settings
from argo_server.wiring.anchor import configured_anchor
from argo_server.wiring.checks import ever_signed, record_checks
from argo_server.wiring.couriers import routes_of
from argo_server.wiring.keys import signing_keys
from argo_server.wiring.leadership import LeaderFiles, Leadership
from argo_server.wiring.policies import ledger_policy
from argo_server.wiring.witnesses import configured_witnesses, witness_keys

SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class OpenLedger:
    """The writer's side, and what is shown of it."""

    ledger: Ledger
    duty: LedgerDuty
    cosigning: Cosigning
    services: LedgerServices


async def open_ledger(
    settings: Settings,
    database: Database,
    clock: Clock,
    client: httpx.AsyncClient,
    more_keys: tuple[SigningKey, ...] = (),
    leadership: Leadership | None = None,
) -> OpenLedger:
    """Nothing is appended yet. `more_keys` sign besides the active ones; with a `leadership` others write the log too.
    Raises ConfigError, StoreError."""
    file, reader, store = settings.file, SqlLedgerReader(database), SqlLedgerStore(database)
    cosignatures = SqlCosignatureStore(database)
    keys = (*await signing_keys(settings, reader), *more_keys)
    turns = None if leadership is None else SqlLedgerTurns(database)
    ledger = Ledger(store, keys, ledger_policy(file), lambda: secrets.token_bytes(SALT_BYTES), turns)
    cosigning = Cosigning(reader, cosignatures, witness_keys(file))
    parts = duty_parts(settings, cosigning, await ever_signed(store, keys), clock, client)
    if leadership is not None and settings.log_folder is not None:
        parts = replace(parts, files=LeaderFiles(settings.log_folder, leadership))
    duty = LedgerDuty(ledger, parts)
    services = LedgerServices(
        policy=lambda: ledger.policy,
        prover=Prover(reader, cosignatures),
        places=SqlLedgerPlaces(database),
        checks=IntegrityRecord(),
        anchoring=Anchoring(configured_anchor(settings, client), reader, SqlReceiptStore(database)),
        integrity=await record_checks(settings, database, keys),
        standing=duty.standing,
        duty=duty,
    )
    return OpenLedger(ledger=ledger, duty=duty, cosigning=cosigning, services=services)


def duty_parts(
    settings: Settings,
    cosigning: Cosigning,
    log_keys: tuple[VerifierKey, ...],
    clock: Clock,
    client: httpx.AsyncClient,
) -> DutyParts:
    """Whom the duty asks and where it writes."""
    file, feed = settings.file, LedgerFeed(cosigning.reader)
    witnesses = configured_witnesses(file, client)
    return DutyParts(
        guard=RestoreGuard(feed, witnesses, file.ledger.origin, log_keys),
        heartbeat=Heartbeat(feed, witnesses, cosigning),
        cosigning=cosigning,
        files=None if settings.log_folder is None else EntryFiles(settings.log_folder),
        clock=clock,
        topics=routes_of(file).distributors,
    )
