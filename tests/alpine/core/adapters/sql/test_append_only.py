"""What is recorded is not changed, removed, replaced or put out of order, whatever the statement."""

from __future__ import annotations

import hashlib
import re

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from alpine_core.adapters.sql import (
    Database,
    SqlLogMirror,
    SqlLogWatch,
    SqlRealisedShelf,
    SqlSecurityLog,
    SqlSignalShelf,
    SqlSignalStore,
    SqlTermsShelf,
    upgrade,
)
from alpine_core.model import (
    Alarm,
    AlarmKind,
    Cosignature,
    PlacedRealised,
    Repin,
    SecurityEvent,
    SecurityKind,
    TermsChange,
    Tier,
)
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import (
    MOMENT,
    sample_members,
    sample_outcome,
    sample_series,
    sample_trade,
    sample_verified,
)
from alpine_core.verify.mirroring import mirror_step
from alpine_core.verify.stored_hashes import Frontier
from tests.alpine.core.places import MIGRATIONS

REFUSED = re.compile("only grows|is not the next one")
NUMBER = {
    "records": "cursor",
    "signals": "cursor",
    "outcomes": "cursor",
    "marks": "id",
    "alarms": "id",
    "log_origins": "log",
    "witnessed_checkpoints": "log, size",
    "cosignatures": "log, size, vkey, time",
    "log_entries": "log, place",
    "log_hashes": "log, place",
    "log_signals": "log, leaf_index",
    "seals": "cursor",
    "outcome_seals": "cursor",
    "reveals": "log, of_leaf",
    "repins": "id",
    "realised": "id",
    "security_events": "id",
    "tier_terms": "id",
}
CHANGED = {
    "log_origins": "origin",
    "witnessed_checkpoints": "note",
    "cosignatures": "line",
    "log_entries": "entry",
    "log_hashes": "hash",
    "log_signals": "stream",
    "seals": "salt",
    "outcome_seals": "entry",
    "reveals": "revealed_at",
    "repins": "reason",
    "realised": "mode",
    "security_events": "detail",
    "tier_terms": "value",
    "records": "recorded_at",
    "signals": "symbol",
    "outcomes": "outcome",
    "marks": "symbol",
    "alarms": "subject",
}


async def fill(database: Database) -> None:
    """A row at least in every table that only grows."""
    store, log = SqlSignalStore(database), SampleLog()
    await log.store_in(store, [sample_verified("a")], MOMENT)
    log.reveal(sample_members("a"))
    trade, seal = log.realise(sample_trade("a"))
    await SqlRealisedShelf(database).store([PlacedRealised(trade, seal)], MOMENT)
    await log.resolve_in(store, sample_outcome("a"), MOMENT)
    step = msgspec.structs.replace(log.advance(2), cosignatures=(Cosignature("w", "w+key", 5, "line\n"),))
    whole = mirror_step(Frontier(), log.entries, {log.size: step.root}, {})
    await SqlLogMirror(database).append(whole, step, MOMENT)
    await SqlLogWatch(database).repin(Repin(origin=log.origin, reason="a test", decided_at=MOMENT))
    await store.store_marks([sample_series(count=1)], MOMENT)
    alarm = Alarm(kind=AlarmKind.AUDIT_FINDING, subject="a", stored="x", offered="y", evidence=b"", raised_at=MOMENT)
    await store.raise_alarm(alarm)
    await SqlSecurityLog(database).append(
        SecurityEvent(account_id="ada", actor_id=None, kind=SecurityKind.SIGNED_IN, at=MOMENT)
    )
    change = TermsChange(tier=Tier.FREE, name="name", value='"Open"', changed_at=MOMENT)
    await SqlTermsShelf(database).add((change,), lambda _changes: None)


async def refused(url: str, statement: str) -> str:
    """What the database says to one statement of somebody who bypasses the program."""
    engine = create_async_engine(url)
    try:
        with pytest.raises(DBAPIError) as found:
            async with engine.begin() as connection:
                await connection.execute(text(statement))
    finally:
        await engine.dispose()
    return str(found.value.orig)


@pytest.mark.parametrize("table", NUMBER)
async def test_rows_are_neither_changed_nor_removed(database: Database, database_url: str, table: str) -> None:
    await fill(database)
    for statement in (f"UPDATE {table} SET {CHANGED[table]} = 'win'", f"DELETE FROM {table}"):
        assert "only grows" in await refused(database_url, statement)
    assert (await SqlSignalShelf(database).newest_cursor()) == 2


@pytest.mark.parametrize("table", NUMBER)
async def test_rows_are_not_replaced_on_sqlite(sqlite_url: str, table: str) -> None:
    await upgrade(sqlite_url, MIGRATIONS)
    database = await Database.open(sqlite_url)
    await fill(database)
    number = NUMBER[table]
    for statement in (
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE {number.partition(',')[0]} > 0",
        f"INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT DO UPDATE SET {CHANGED[table]} = 'loss'",
    ):
        assert REFUSED.search(await refused(sqlite_url, statement))
    await database.close()


@pytest.mark.postgres
@pytest.mark.parametrize("table", NUMBER)
async def test_rows_are_neither_truncated_nor_upserted_on_postgresql(pg_url: str, table: str) -> None:
    await upgrade(pg_url, MIGRATIONS)
    database = await Database.open(pg_url)
    await fill(database)
    number = NUMBER[table]
    for statement in (
        f"TRUNCATE {table} CASCADE",
        f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({number}) DO UPDATE SET {CHANGED[table]} = 'loss'",
    ):
        assert REFUSED.search(await refused(pg_url, statement))
    await database.close()


@pytest.mark.parametrize(
    ("table", "columns", "values"),
    [
        ("records", "cursor, kind, name, recorded_at", "9, 'signal', 'z', 'x'"),
        ("records", "cursor, kind, name, recorded_at", "0, 'signal', 'z', 'x'"),
        (
            "marks",
            'id, symbol, timeframe, start, "open", high, low, "close", volume, origin, recorded_at',
            "5, 'X', '1d', 'x', 1, 1, 1, 1, 1, 'o', 'x'",
        ),
        ("log_entries", "log, place, entry, leaf_hash", "1, 9, '{entry}', '{leaf}'"),
        ("log_entries", "log, place, entry, leaf_hash", "1, 0, '{entry}', '{leaf}'"),
        ("log_hashes", "log, place, hash", "1, 99, '{leaf}'"),
        ("repins", "id, origin, reason, decided_at, last_alarm", "5, 'x', 'y', 'z', 0"),
        ("log_origins", "log, origin, first_seen_at", "7, 'x', 'y'"),
        ("security_events", "id, kind, detail, address, agent, at", "7, 'signed_in', '', '', '', 'x'"),
        ("tier_terms", "id, tier, name, value, changed_at", "7, 'free', 'name', '\"x\"', 'x'"),
        (
            "realised",
            "id, trade_id, signal_id, executor_id, mode, net_pct, statement, recorded_at",
            "3, 'x', 'a', 'e', 'paper', 1, '{}', 'y'",
        ),
    ],
)
async def test_places_have_no_gap(database: Database, database_url: str, table: str, columns: str, values: str) -> None:
    await fill(database)
    hexed = "'\\x{}'::bytea" if database.dialect == "postgresql" else "x'{}'"
    leaf = hashlib.sha256(b"\x00x").hexdigest()
    told = values.replace("'{entry}'", hexed.format("78")).replace("'{leaf}'", hexed.format(leaf))
    statement = f"INSERT INTO {table} ({columns}) VALUES ({told})".replace("::bytea", "")
    assert "is not the next one" in await refused(database_url, statement)


@pytest.mark.postgres
async def test_a_leaf_hash_that_is_not_that_of_its_entry_is_refused_on_postgresql(pg_url: str) -> None:
    await upgrade(pg_url, MIGRATIONS)
    database = await Database.open(pg_url)
    await fill(database)
    statement = f"INSERT INTO log_entries (log, place, entry, leaf_hash) VALUES (1, 5, '\\x78', '\\x{'00' * 32}')"
    assert "log_entries_hash_check" in await refused(pg_url, statement)
    await database.close()
