"""The provable log's tables: nothing in them is changed, removed, replaced, pushed in between or signed out of turn."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from argo_core.adapters.sql import Database, SqlCosignatureStore, SqlExecutionReportStore, SqlLedgerStore, SqlSignalLog
from argo_core.model.ledger import Cosignature
from argo_core.testing.contracts.execution_reports import TRADE
from argo_core.testing.contracts.ledger_realised import report
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_cycles import MOMENT, published_cycle, sample_cycle, sample_outcome
from argo_core.testing.sample_ledger import append_sealed, sample_ledger
from tests.argo.statements import run_statements

TABLES = {
    "log_leaf": "idx = 0",
    "log_hash": "pos = pos",
    "log_checkpoint": "signed_at = ''",
    "log_cosignature": "ts = 0",
    "log_anchor": "not_later_than = ''",
    "signal_seal": "reveal_by = ''",
    "reveal_log": "leaf_index = 0",
    "outcome_entry": "net_pct = 9",
    "log_fact": "digest = ''",
    "realised_seal": "leaf_index = 0",
}
# Entries 0 to 6: genesis, policy, two signals, reveal and outcome of the first, and its trade.
HASHES = {f"<{name}>": hashlib.sha256(name.encode()).hexdigest() for name in ("new", "other")}
REPLACEMENTS = {
    "entry by number": "log_leaf VALUES (1, <x>, <sha256 of x>)",
    "entry by hash": "log_leaf VALUES (7, <known>, <sha256 of known>)",
    "hash by number": "log_hash VALUES (1, <new>)",
    "checkpoint by size": "log_checkpoint VALUES (2, <new>, <x>, '')",
    "cosignature by key": "log_cosignature VALUES (4, 'w', 7, <x>)",
    "anchor by key": "log_anchor VALUES (4, 'tsa', 'later', <x>)",
    "seal by signal": "signal_seal VALUES ('c1-s0', 1, 'main', 9, 'c', <new>, '')",
    "seal by entry": "signal_seal VALUES ('c3-s0', 2, 'main', 9, 'c', <new>, '')",
    "seal by number in the stream": "signal_seal VALUES ('c3-s0', 1, 'main', 0, 'c', <new>, '')",
    "reveal by signal": "reveal_log VALUES ('c1-s0', 1)",
    "reveal by entry": "reveal_log VALUES ('c1-s1', 4)",
    "outcome by signal": "outcome_entry VALUES ('c1-s0', NULL, 99)",
    "trade by id": "realised_seal VALUES ('argo-4-c1-s0', 0)",
    "trade by entry": "realised_seal VALUES ('another', 6)",
    "fact by entry": "log_fact VALUES (1, 'policy', 'methodology', 'new', 0)",
}
CONFLICT_TARGETS = {
    "entry by hash": "leaf_hash",
    "checkpoint by size": "size",
    "cosignature by key": "size, key_name, ts",
    "anchor by key": "size, authority",
    "seal by signal": "signal_id",
    "seal by entry": "leaf_index",
    "seal by number in the stream": "stream, seq",
    "reveal by signal": "signal_id",
    "reveal by entry": "leaf_index",
    "outcome by signal": "signal_id",
    "trade by id": "trade_id",
    "trade by entry": "leaf_index",
    "fact by entry": "leaf_index",
}
OUT_OF_TURN = {
    "an entry that leaves a gap": ("log_leaf VALUES (8, <x>, <sha256 of x>)", "not the next"),
    "a hash that leaves a gap": ("log_hash VALUES (99, <new>)", "not the next"),
    "a note for fewer entries than the last": ("log_checkpoint VALUES (3, <new>, <x>, '')", "not a growth"),
    "a second note for one size": ("log_checkpoint VALUES (7, <new>, <x>, '')", "not a growth"),
    "a note for entries that are not there": ("log_checkpoint VALUES (8, <new>, <x>, '')", "not a growth"),
}


@pytest.fixture
async def filled(database: Database) -> Database:
    """One row at least in each table, and a signal without a seal."""
    log, ledger = SqlSignalLog(database), sample_ledger(SqlLedgerStore(database))
    record = published_cycle("c1", ["AAPL", "NVDA"])
    await append_sealed(ledger, log, record)
    ended = sample_cycle("c2", outcomes=[sample_outcome(record.signals[0])])
    await append_sealed(ledger, log, ended, MOMENT + timedelta(seconds=1))
    await log.append(published_cycle("c3", ["TSLA"]))
    await report(SqlExecutionReportStore(database, FixedClock(MOMENT)), TRADE)
    await ledger.keep(MOMENT + timedelta(hours=3))
    await SqlCosignatureStore(database).add(4, [Cosignature(name="w", time=7, line="— w AAAA\n")])
    statement = _as_written("log_anchor VALUES (4, 'tsa', 'soon', <x>)", database.dialect)
    await run_statements(database, f"INSERT INTO {statement}")
    return database


@pytest.mark.parametrize("table", TABLES)
async def test_update_is_refused(filled: Database, table: str) -> None:
    await _refused(filled, f"UPDATE {table} SET {TABLES[table]}", "append-only")


@pytest.mark.parametrize("table", TABLES)
async def test_delete_is_refused(filled: Database, table: str) -> None:
    await _refused(filled, f"DELETE FROM {table}", "append-only")


@pytest.mark.parametrize("table", TABLES)
async def test_truncate_is_refused(filled: Database, table: str) -> None:
    expected = "append-only" if filled.dialect == "postgresql" else "syntax error"
    await _refused(filled, f"TRUNCATE {table} CASCADE", expected)


@pytest.mark.parametrize("attack", REPLACEMENTS)
async def test_insert_or_replace_is_refused(filled: Database, attack: str) -> None:
    guard = "not a growth" if "by size" in attack else "append-only"
    expected = "not the next" if attack in ("entry by number", "hash by number") else guard
    if filled.dialect == "postgresql":
        expected = "syntax error"
    statement = await _known(filled, REPLACEMENTS[attack])
    await _refused(filled, f"INSERT OR REPLACE INTO {_as_written(statement, filled.dialect)}", expected)


@pytest.mark.parametrize("attack", CONFLICT_TARGETS)
async def test_on_conflict_do_update_is_refused(filled: Database, attack: str) -> None:
    statement = _as_written(await _known(filled, REPLACEMENTS[attack]), filled.dialect)
    change = TABLES[statement.split()[0]]
    upsert = f"INSERT INTO {statement} ON CONFLICT ({CONFLICT_TARGETS[attack]}) DO UPDATE SET {change}"
    await _refused(filled, upsert, "append-only|not a growth|not the next")


@pytest.mark.parametrize("attack", OUT_OF_TURN)
async def test_what_is_out_of_turn_is_refused(filled: Database, attack: str) -> None:
    statement, words = OUT_OF_TURN[attack]
    await _refused(filled, f"INSERT INTO {_as_written(statement, filled.dialect)}", words)


async def test_an_entry_under_a_hash_of_its_own_is_refused_where_the_database_can_hash(filled: Database) -> None:
    if filled.dialect == "postgresql":
        await _refused(filled, f"INSERT INTO {_as_written('log_leaf VALUES (7, <x>, <new>)', 'postgresql')}", "hash")
    else:
        await _refused(filled, "INSERT INTO log_leaf VALUES (7, X'', zeroblob(32))", "entry")


async def _known(database: Database, statement: str) -> str:
    """With the entry that is stored at index 1."""
    if "<known>" not in statement:
        return statement
    async with database.reading() as connection:
        entry = bytes((await connection.exec_driver_sql("SELECT entry FROM log_leaf WHERE idx = 1")).scalar_one())
    leaf = hashlib.sha256(b"\0" + entry).hexdigest()
    return statement.replace("<known>", f"<{entry.hex()}>").replace("<sha256 of known>", f"<{leaf}>")


def _as_written(statement: str, dialect: str) -> str:
    """The statement with bytes as the dialect writes them: between angle brackets, in hex or by a name."""
    named = {**HASHES, "<x>": "78", "<sha256 of x>": hashlib.sha256(b"\0x").hexdigest()}
    for name, digits in named.items():
        statement = statement.replace(name, f"<{digits}>")
    opening, closing = ("X'", "'") if dialect == "sqlite" else (r"'\x", "'::bytea")
    return statement.replace("<", opening).replace(">", closing)


async def _refused(database: Database, statement: str, words: str) -> None:
    before = await _content(database)
    with pytest.raises(DBAPIError, match=words):
        await run_statements(database, statement)
    assert await _content(database) == before


async def _content(database: Database) -> dict[str, list[object]]:
    async with database.reading() as connection:
        return {
            table: [tuple(row) for row in (await connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1")).all()]
            for table in TABLES
        }
