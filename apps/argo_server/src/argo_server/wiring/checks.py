"""What checks stored records against the log."""

from __future__ import annotations

import random
from collections.abc import Sequence

from argo_core.adapters.sql import (
    Database,
    SqlCosignatureStore,
    SqlLedgerReader,
    SqlLedgerStore,
    SqlSignalReader,
)
from argo_core.adapters.sql.audit_reader import SqlAuditReader
from argo_core.adapters.sql.ledger_places import SqlLedgerPlaces
from argo_core.ledger.note_key import SigningKey, VerifierKey, parse_vkey
from argo_core.pipeline.audit_ledger import LedgerAudit
from argo_core.pipeline.check_record import RecordChecker
from argo_core.pipeline.integrity import Integrity
from argo_core.ports.ledger_store import LedgerStore
from argo_server.settings import Settings
from argo_server.wiring.witnesses import witness_keys


async def record_checks(settings: Settings, database: Database, active: Sequence[SigningKey]) -> Integrity:
    """Single signals, samples, and the full audit. Raises ConfigError, StoreError."""
    origin, reader, store = settings.file.ledger.origin, SqlLedgerReader(database), SqlLedgerStore(database)
    signals, keys = SqlSignalReader(database), await ever_signed(store, active)
    places, cosignatures = SqlLedgerPlaces(database), SqlCosignatureStore(database)
    checker = RecordChecker(signals, places, reader, cosignatures, origin, keys, witness_keys(settings.file))
    audit = LedgerAudit(store, reader, SqlAuditReader(database), origin, keys)
    return Integrity(signals, checker, audit, random.random)


async def ever_signed(store: LedgerStore, keys: Sequence[SigningKey]) -> tuple[VerifierKey, ...]:
    """The active keys and every key that the log itself names: an older checkpoint opens with a retired one."""
    facts = (await store.load()).facts
    named = [parse_vkey(fact.subject) for fact in facts if fact.kind == "key"]
    return tuple(dict.fromkeys([*(key.verifier for key in keys), *named]))
