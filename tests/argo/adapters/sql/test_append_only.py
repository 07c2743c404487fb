"""What is logged can be neither changed, nor removed, nor replaced, nor have a row pushed in between."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from argo_core.adapters.sql import (
    Database,
    SqlAlertStore,
    SqlExchangeStore,
    SqlExecutionJournal,
    SqlHaltLog,
    SqlLabRuns,
    SqlOpinionBill,
    SqlOpinionLog,
    SqlOutbox,
    SqlSignalInbox,
    SqlSignalLog,
    SqlWatchLog,
)
from argo_core.adapters.sql.account_pin import AccountPin, pin_account
from argo_core.adapters.sql.configuration_log import SqlConfigurationLog
from argo_core.adapters.sql.parity_reports import SqlParityReports
from argo_core.ports.flatten_log import FlattenStep
from argo_core.testing.contracts.alert_store import EVERY, sample_alert, sample_attempt
from argo_core.testing.contracts.configuration_log import sample_accepted
from argo_core.testing.contracts.execution_journal import INTENT, VERDICTS, noted
from argo_core.testing.contracts.halt_log import FIRST
from argo_core.testing.contracts.lab_runs import claim, end, sample_request
from argo_core.testing.contracts.opinion_bill import sample_call
from argo_core.testing.contracts.opinion_log import sample_answer
from argo_core.testing.contracts.parity_reports import sample_report
from argo_core.testing.contracts.risk_memory import RECORD
from argo_core.testing.contracts.signal_inbox import received
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_cycles import MOMENT, published_cycle, sample_cycle, sample_outcome
from tests.argo.statements import run_statements

TABLES = {
    "cycle_log": "symbols = 0",
    "signal_log": "entry_price = 1",
    "outcome_log": "outcome = 'win'",
    "execution_log": "price = 1",
    "decision_log": "veto = NULL",
    "outbox": "topic = 'other'",
    "outbox_delivery": "delivered_at = ''",
    "verdict_log": "decision = 'allowed'",
    "account_pin": "account_number = 'SIM-2'",
    "inbox_log": "verification_hash = ''",
    "intent_log": "body = '{}'",
    "order_log": "state = 'filled'",
    "fill_log": "price = 1",
    "exchange_log": "body = '{}'",
    "halt_log": "reason = 'none'",
    "flatten_log": "at = ''",
    "withdrawal_log": "reason = 'none'",
    "watch_log": "level = 'NORMAL'",
    "trade_log": "fees = 9",
    "trade_report": "fees = 9",
    "opinion_log": "cost_usd = 0",
    "opinion_call": "usd = 0",
    "lab_run": "document = '{}'",
    "lab_step": "owner = 'nobody'",
    "lab_end": "state = 'failed'",
    "parity_report": "score = 1",
    "alert_log": "body = '{}'",
    "alert_task": "channel = 'none'",
    "alert_attempt": "delivered = 0",
    "configuration_log": "sha256 = ''",
}

# Each unique key of each table: what to overwrite the row numbered 1 with, the key kept and all else moved.
OUTCOME = "'win', 'target', 1, '', 9, ''"
NULLS = "NULL, NULL, NULL, NULL, NULL, NULL"
SIGNAL = f"'X', 'SELL', 1, NULL, NULL, 1, 's', 't', 'jcs-1', '{'0' * 64}', {NULLS}, '[]', 'b', 'g'"
TRADE = "'argo', 'simulated', 'X', 'BUY', 1, 1, 1, 0, 0, 0, 'stop', '', '', ''"
REPLACEMENTS = {
    "cycle by number": "cycle_log VALUES (1, 'new', '', '', '', '', 0, 0, 0, 0, 0, 0, 0, '{}', '')",
    "cycle by id": "cycle_log VALUES (3, 'c1', '', '', '', '', 0, 0, 0, 0, 0, 0, 0, '{}', '')",
    "signal by number": f"signal_log VALUES (1, 'new', {SIGNAL}, '', NULL, NULL, '')",
    "signal by id": f"signal_log VALUES (3, 'c1-s0', {SIGNAL}, '', NULL, NULL, '')",
    "outcome by number": f"outcome_log VALUES (1, 'c1-s1', 'X', 't', {OUTCOME})",
    "outcome by signal": f"outcome_log VALUES (2, 'c1-s0', 'X', 't', {OUTCOME})",
    "execution by number": "execution_log VALUES (1, 'c1-s0', 'e', 'o', 'new', NULL, NULL, NULL, NULL, '')",
    "decision by number": "decision_log VALUES (1, 'new', 'c1', 'X', '', 'vetoed', 'LONG', 1, NULL, NULL, NULL, '', "
    "NULL, NULL, '{}')",
    "decision by id": "decision_log VALUES (3, 'c1-d0', 'c1', 'X', '', 'vetoed', 'LONG', 1, NULL, NULL, NULL, '', "
    "NULL, NULL, '{}')",
    "message by number": "outbox VALUES (1, 'sync', 'new', 'x', '')",
    "message by key": "outbox VALUES (5, 'sync', 'c1-s0', 'x', '')",
    "delivery by position": "outbox_delivery VALUES (1, 'later')",
    "verdicts by number": "verdict_log VALUES (1, 'new', 'e', 'denied', NULL, '[]', '', '')",
    "verdicts by signal": "verdict_log VALUES (2, 's1', 'argo', 'denied', NULL, '[]', '', '')",
    "pin by number": "account_pin VALUES (1, 'argo', 'SIM-2', 1, '')",
    "received by number": "inbox_log VALUES (1, 'new', 'h', 'x', '')",
    "received by signal": "inbox_log VALUES (2, 's1', 'h', 'x', '')",
    "intent by number": "intent_log VALUES (1, 'new', 's', '{}', '')",
    "intent by order": "intent_log VALUES (2, 'argo-s1', 's', '{}', '')",
    "order by number": "order_log VALUES (1, 9, 'c', 'o', 's', 'X', 'filled', '{}', '')",
    "order by position": "order_log VALUES (2, 1, 'c', 'o', 's', 'X', 'filled', '{}', '')",
    "fill by number": "fill_log VALUES (1, 'new', 'c', 's', 'X', 1, 1, 0, NULL, '', '')",
    "fill by execution": "fill_log VALUES (2, 'x1', 'c', 's', 'X', 1, 1, 0, NULL, '', '')",
    "change by number": "exchange_log VALUES (1, 'c', '{}', '')",
    "halt by number": "halt_log VALUES (1, 'new', 'halt', 'argo', 'operator', '', '', '', NULL, '')",
    "halt by id": "halt_log VALUES (2, 'argo-halt-1', 'halt', 'argo', 'operator', '', '', '', NULL, '')",
    "step by number": "flatten_log VALUES (1, 'new', 'flat', '', '')",
    "step by halt": "flatten_log VALUES (2, 'argo-halt-1', 'called', '', '')",
    "withdrawal by number": "withdrawal_log VALUES (1, 'new', '', '')",
    "withdrawal by order": "withdrawal_log VALUES (2, 'argo-s1', '', '')",
    "watch by number": "watch_log VALUES (1, 'argo', '{}', 'NORMAL', '', '', '')",
    "trade by number": f"trade_log VALUES (1, 'new', 's', {TRADE})",
    "trade by id": f"trade_log VALUES (2, 't1', 's', {TRADE})",
    "reported trade by number": f"trade_report VALUES (1, 'new', 'c1-s0', {TRADE})",
    "reported trade by id": f"trade_report VALUES (2, 't1', 'c1-s0', {TRADE})",
    "opinion by number": "opinion_log VALUES (1, 'sonar', 'X', 'm', 'h', 0, '', '', '', '{}', 'x', '')",
    "parity by number": "parity_report VALUES (1, 'new', 'argo', 1, 0, '', '{}', '')",
    "alert by number": "alert_log VALUES (1, 'new', 'info', '', 0, 1, '[]', '', '{}', '')",
    "alert's task by number": "alert_task VALUES (1, 9, 'slack', '')",
    "alert's task by channel": "alert_task VALUES (4, 1, 'slack', '')",
    "configuration by number": "configuration_log VALUES (1, 'new', 'start', '', '', '[]', '{}', '', '')",
    "alert's try by number": "alert_attempt VALUES (1, 1, 1, 1, '', '', '')",
    "call by number": "opinion_call VALUES (1, 'new', 'begun', 'sonar', 'X', 1, 0, '', '')",
    "call by id": "opinion_call VALUES (2, 'c1', 'begun', 'sonar', 'X', 1, 0, '', '')",
    "run by number": "lab_run VALUES (1, 'new', 'profit', 'k', '{}', '', '')",
    "run by id": "lab_run VALUES (2, 'r1', 'profit', 'k', '{}', '', '')",
    "run's step by number": "lab_step VALUES (1, 'r1', 'claimed', 9, 'o', 0, 0, '', '')",
    "end by number": "lab_end VALUES (1, 'new', 1, 'failed', '', '', 'x', '', '')",
    "end by run": "lab_end VALUES (2, 'r1', 1, 'failed', '', '', 'x', '', '')",
}
CONFLICT_TARGETS = {
    "cycle_log": "cycle_id",
    "signal_log": "signal_id",
    "outcome_log": "signal_id",
    "execution_log": "id",
    "decision_log": "decision_id",
    "outbox": "topic, key",
    "outbox_delivery": "position",
    "verdict_log": "signal_id, executor_id",
    "inbox_log": "signal_id",
    "intent_log": "client_order_id",
    "order_log": "position",
    "fill_log": "execution_id",
    "halt_log": "halt_id, kind",
    "flatten_log": "halt_id, step",
    "withdrawal_log": "client_order_id",
    "trade_log": "trade_id",
    "trade_report": "trade_id",
    "opinion_call": "call_id, step",
    "lab_run": "run_id",
    "lab_end": "run_id",
    "alert_task": "alert, channel",
}
GAPS = {name: statement.replace("(1,", "(99,", 1) for name, statement in REPLACEMENTS.items() if "by number" in name}


@pytest.fixture
async def filled(database: Database) -> Database:
    """One row at least in each table."""
    log = SqlSignalLog(database)
    cycle = published_cycle("c1", ["AAPL", "NVDA"])
    await log.append(cycle)
    await log.append(sample_cycle("c2", outcomes=[sample_outcome(cycle.signals[0])]))
    await SqlOutbox(database).mark_delivered([1], MOMENT)
    await run_statements(
        database, "INSERT INTO execution_log VALUES (1, 'c1-s0', 'paper', 'o1', 'filled', NULL, 1, 1, NULL, '')"
    )
    await _fill_executor(database)
    return database


async def _fill_executor(database: Database) -> None:
    clock = FixedClock(MOMENT)
    await SqlSignalInbox(database).receive(received("s1"))
    journal = SqlExecutionJournal(database, clock)
    await journal.decided(VERDICTS, (INTENT,))
    await journal.noted([noted(1)])
    await journal.withdrawn("argo-s1", "too old")
    await SqlExchangeStore(database).append([noted(1).numbered.change], (), MOMENT)
    await _fill_watch(database)
    await pin_account(database, AccountPin(executor_id="argo", account_number="SIM-1", starting_cash=1.0), MOMENT)


async def _fill_watch(database: Database) -> None:
    await SqlHaltLog(database).halt(FIRST)
    await SqlHaltLog(database).step(FIRST.halt_id, FlattenStep.CALLED, MOMENT)
    await SqlWatchLog(database).append(RECORD)
    await SqlOpinionLog(database).keep(sample_answer())
    await SqlOpinionBill(database).begin(sample_call())
    await _fill_lab(SqlLabRuns(database))
    await SqlAlertStore(database).keep(sample_alert(), EVERY)
    await SqlAlertStore(database).attempted(1, sample_attempt())
    await SqlParityReports(database).append(sample_report())
    await SqlConfigurationLog(database).append(sample_accepted())
    await run_statements(
        database,
        f"INSERT INTO trade_log VALUES (1, 't1', 's', {TRADE})",
        f"INSERT INTO trade_report VALUES (1, 't1', 'c1-s0', {TRADE})",
    )


async def _fill_lab(lab: SqlLabRuns) -> None:
    await lab.ask(sample_request())
    for event in (claim(), end()):
        await lab.note(event)


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
async def test_a_second_row_under_a_known_key_is_refused(filled: Database, attack: str) -> None:
    by_key = "append-only" if filled.dialect == "sqlite" else "duplicate key"
    expected = "not the next" if "by number" in attack else by_key
    await _refused(filled, f"INSERT INTO {_as_written(REPLACEMENTS[attack], filled.dialect)}", expected)


@pytest.mark.parametrize("attack", REPLACEMENTS)
async def test_insert_or_replace_is_refused(filled: Database, attack: str) -> None:
    # A row number is guarded by density, every other key by a look at what is there.
    guard = "not the next" if "by number" in attack else "append-only"
    expected = "syntax error" if filled.dialect == "postgresql" else guard
    await _refused(filled, f"INSERT OR REPLACE INTO {_as_written(REPLACEMENTS[attack], 'sqlite')}", expected)


@pytest.mark.parametrize("attack", [name for name in REPLACEMENTS if "by number" not in name])
async def test_on_conflict_do_update_is_refused(filled: Database, attack: str) -> None:
    statement = _as_written(REPLACEMENTS[attack], filled.dialect)
    table = statement.split()[0]
    upsert = f"INSERT INTO {statement} ON CONFLICT ({CONFLICT_TARGETS[table]}) DO UPDATE SET {TABLES[table]}"
    await _refused(filled, upsert, "append-only")


@pytest.mark.parametrize("attack", GAPS)
async def test_a_row_that_leaves_a_gap_is_refused(filled: Database, attack: str) -> None:
    await _refused(filled, f"INSERT INTO {_as_written(GAPS[attack], filled.dialect)}", "not the next")


def _as_written(statement: str, dialect: str) -> str:
    """The statement with bytes as the dialect writes them."""
    if statement.startswith(("outbox VALUES", "inbox_log VALUES", "opinion_log VALUES", "lab_end VALUES")):
        statement = statement.replace("'x'", "X'00'" if dialect == "sqlite" else r"'\x00'")
    return statement


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
