"""Bringing the signals of an older database into the log, each with the hash it always had."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Table, exists, func, select

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.old_database import OldDatabase
from argo_core.adapters.sql.old_signal import RefusedRow, TakenSignal, judge
from argo_core.adapters.sql.records import Row
from argo_core.adapters.sql.tables import EXECUTION_LOG, OUTCOME_LOG, SIGNAL_LOG

_BATCH = 400


class UnifyReport(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows were taken, were there already, and which were refused: (row number in the old file, reason)."""

    taken: int
    already: int
    refused: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class _Known:
    verification_hash: str
    resolved: bool
    executed: bool


async def unify(old_path: Path, database: Database) -> UnifyReport:
    """Append every signal of `old_path` whose hash holds: `jcs-1`, or `legacy-json-0` with the preimage kept.

    The old file is only read. Running it again takes what has come since: new signals, and outcomes and orders of
    known ones; nothing twice. Raises DataError `no_file`, `not_a_database`, `foreign_schema`; StoreError.
    """
    old = await asyncio.to_thread(OldDatabase.open, old_path)
    taken = already = last = 0
    refused: list[RefusedRow] = []
    with store_errors(f"unifying {old_path}"):
        while rows := await asyncio.to_thread(old.rows_after, last, _BATCH):
            last = rows[-1].number
            judged = [judge(row) for row in rows]
            refused += [verdict for verdict in judged if isinstance(verdict, RefusedRow)]
            good = [verdict for verdict in judged if isinstance(verdict, TakenSignal)]
            # A crash leaves whole batches: run again, and these are found already there.
            new, conflicts = await database.write(partial(_take, database, good))
            refused += conflicts
            taken += new
            already += len(good) - new - len(conflicts)
    return UnifyReport(
        taken=taken, already=already, refused=tuple((row.number, row.reason) for row in sorted(refused, key=_number))
    )


def _take(database: Database, signals: Sequence[TakenSignal], connection: Connection) -> tuple[int, list[RefusedRow]]:
    """Append what is new of `signals`: how many signals were, and the ones that contradict a stored one."""
    known = _known(connection, [signal.signal_id for signal in signals])
    conflicts: list[RefusedRow] = []
    new_signals: list[Row] = []
    new_outcomes: list[Row] = []
    new_executions: list[Row] = []
    for signal in signals:
        stored = known.get(signal.signal_id)
        if stored is not None and stored.verification_hash != signal.verification_hash:
            conflicts.append(RefusedRow(signal.number, f"{signal.signal_id} is stored already, with another hash"))
            continue
        if stored is None:
            new_signals.append(signal.signal)
        if signal.outcome is not None and not (stored and stored.resolved):
            new_outcomes.append(signal.outcome)
        if signal.execution is not None and not (stored and stored.executed):
            new_executions.append(signal.execution)
        known[signal.signal_id] = _Known(signal.verification_hash, resolved=True, executed=True)
    _append(connection, database, SIGNAL_LOG, new_signals)
    _append(connection, database, OUTCOME_LOG, new_outcomes)
    _append(connection, database, EXECUTION_LOG, new_executions)
    return len(new_signals), conflicts


def _known(connection: Connection, signal_ids: Sequence[str]) -> dict[str, _Known]:
    signal_id = SIGNAL_LOG.c.signal_id
    resolved = exists().where(OUTCOME_LOG.c.signal_id == signal_id)
    executed = exists().where(EXECUTION_LOG.c.signal_id == signal_id)
    stored = select(signal_id, SIGNAL_LOG.c.verification_hash, resolved, executed).where(signal_id.in_(signal_ids))
    return {row[0]: _Known(row[1], bool(row[2]), bool(row[3])) for row in connection.execute(stored)}


def _append(connection: Connection, database: Database, table: Table, rows: Iterable[Row]) -> None:
    last = connection.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0
    numbered = [(position, *row) for position, row in enumerate(rows, last + 1)]
    if numbered:
        connection.exec_driver_sql(database.insert_sql(table), numbered)


def _number(row: RefusedRow) -> int:
    return row.number
