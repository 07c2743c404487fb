"""Attacks by the owner of the database, who can drop every trigger: each ends in the finding that names its row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

import pytest

from argo_core.adapters.sql import (
    Database,
    SqlAuditReader,
    SqlExecutionReportStore,
    SqlLedgerReader,
    SqlLedgerStore,
    SqlSignalLog,
)
from argo_core.ledger import SigningKey
from argo_core.ledger.merkle import leaf_hash
from argo_core.model.ledger_audit import AuditReport
from argo_core.pipeline.audit_ledger import LedgerAudit
from argo_core.testing.contracts.execution_reports import TRADE
from argo_core.testing.contracts.ledger_realised import report
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_cycles import (
    MOMENT,
    published_cycle,
    sample_cycle,
    sample_decision,
    sample_outcome,
)
from argo_core.testing.sample_ledger import KEY, ORIGIN, append_sealed, sample_ledger
from tests.argo.statements import run_statements

TRIGGERS = {
    "sqlite": "SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT 'ALTER TABLE ' || relname || ' DISABLE TRIGGER ALL' FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
}


@pytest.fixture
async def written(database: Database) -> Database:
    """Three signals: s0 closed, s1 revealed by time, s2 hidden; a day of decisions; entries 0 to 9."""
    ledger, log = sample_ledger(SqlLedgerStore(database), reveal_after_hours=30), SqlSignalLog(database)
    record = published_cycle("c1", ["AAPL", "NVDA"])
    await append_sealed(ledger, log, record)
    ended = sample_outcome(record.signals[0], at=MOMENT + timedelta(minutes=1))
    second = sample_cycle("c2", outcomes=[ended], decisions=[sample_decision("d-x")])
    await append_sealed(ledger, log, second, MOMENT + timedelta(minutes=2))
    late = MOMENT + timedelta(days=1, hours=7)
    await append_sealed(ledger, log, published_cycle("c3", ["TSLA"], at=late), late)
    return database


async def audited(database: Database, key: SigningKey = KEY) -> AuditReport:
    store, reader, rows = SqlLedgerStore(database), SqlLedgerReader(database), SqlAuditReader(database)
    return await LedgerAudit(store, reader, rows, ORIGIN, (key.verifier,)).run()


def found(report: AuditReport) -> set[tuple[str, str]]:
    return {(finding.code, finding.where) for finding in report.findings}


async def attack(database: Database, *statements: str) -> None:
    """As the owner: without triggers and checks."""
    async with database.reading() as connection:
        guards = [row[0] for row in await connection.exec_driver_sql(TRIGGERS[database.dialect])]
    if database.dialect == "postgresql":
        guards.append("ALTER TABLE log_leaf DROP CONSTRAINT IF EXISTS log_leaf_hash_check")
    await run_statements(database, *guards, *statements)


async def test_an_untouched_log_has_no_findings(written: Database) -> None:
    report = await audited(written)
    assert report == AuditReport(size=10, signals=3, revealed=2, resolved=1, findings=())


async def test_progress_is_told(written: Database) -> None:
    heard: list[tuple[int, int]] = []
    store, reader, rows = SqlLedgerStore(written), SqlLedgerReader(written), SqlAuditReader(written)
    await LedgerAudit(store, reader, rows, ORIGIN, (KEY.verifier,)).run(lambda done, of: heard.append((done, of)))
    assert heard == [(0, 10), (10, 10)]


@pytest.fixture
async def traded(written: Database) -> Database:
    """And a trade on s0, entry 10."""
    await report(SqlExecutionReportStore(written, FixedClock(MOMENT)), TRADE)
    await sample_ledger(SqlLedgerStore(written)).keep(MOMENT + timedelta(days=1, hours=8))
    return written


async def test_an_untouched_trade_has_no_findings(traded: Database) -> None:
    assert (await audited(traded)) == AuditReport(size=11, signals=3, revealed=2, resolved=1, findings=())


TRADE_ATTACKS: dict[str, tuple[str, set[tuple[str, str]]]] = {
    "a trade's result is changed": (
        "UPDATE trade_report SET net_pct = 9.5",
        {("realised_mismatch", "trade argo-4-c1-s0")},
    ),
    "a trade changes its signal": (
        "UPDATE trade_report SET signal_id = 'c1-s1'",
        {("realised_mismatch", "trade argo-4-c1-s0")},
    ),
    "a trade is removed": (
        "DELETE FROM trade_report",
        {("realised_missing", "trade argo-4-c1-s0")},
    ),
    "a trade's entry is forgotten": (
        "DELETE FROM realised_seal",
        {("realised_missing", "entry 10")},
    ),
    "a trade's entry is denied": (
        "UPDATE realised_seal SET leaf_index = NULL",
        {("realised_missing", "entry 10"), ("realised_missing", "trade argo-4-c1-s0")},
    ),
    "a trade is said to be in another entry": (
        "UPDATE realised_seal SET leaf_index = 1",
        {("realised_mismatch", "trade argo-4-c1-s0"), ("realised_missing", "entry 10")},
    ),
}


async def test_a_trade_that_was_kept_out_of_the_log_is_named(written: Database) -> None:
    await report(SqlExecutionReportStore(written, FixedClock(MOMENT)), TRADE)
    await attack(written, "INSERT INTO realised_seal VALUES ('argo-4-c1-s0', NULL)")
    await sample_ledger(SqlLedgerStore(written)).keep(MOMENT + timedelta(days=1, hours=8))
    assert found(await audited(written)) == {("realised_missing", "trade argo-4-c1-s0")}


@pytest.mark.parametrize("name", TRADE_ATTACKS)
async def test_a_changed_trade_is_named(traded: Database, name: str) -> None:
    statement, expected = TRADE_ATTACKS[name]
    await attack(traded, statement)
    assert found(await audited(traded)) == expected


ROW_ATTACKS: dict[str, tuple[str, set[tuple[str, str]]]] = {
    "a price of a signal is changed": (
        "UPDATE signal_log SET entry_price = 170 WHERE signal_id = 'c1-s1'",
        {("signal_changed", "signal c1-s1"), ("commit_mismatch", "signal c1-s1"), ("reveal_mismatch", "signal c1-s1")},
    ),
    "a hidden signal is exchanged": (
        "UPDATE signal_log SET action = 'SELL' WHERE signal_id = 'c3-s0'",
        {("signal_changed", "signal c3-s0"), ("commit_mismatch", "signal c3-s0")},
    ),
    "a hash is changed": (
        f"UPDATE signal_log SET verification_hash = '{'0' * 64}' WHERE signal_id = 'c3-s0'",
        {("signal_changed", "signal c3-s0")},
    ),
    "a salt is changed": (
        "UPDATE signal_seal SET salt = SALT WHERE signal_id = 'c3-s0'",
        {("commit_mismatch", "signal c3-s0")},
    ),
    "a deadline is moved": (
        "UPDATE signal_seal SET reveal_by = '2027-01-01T00:00:00.000000Z' WHERE signal_id = 'c3-s0'",
        {("seal_changed", "signal c3-s0")},
    ),
    "a loss becomes a stop that was never hit": (
        "UPDATE outcome_log SET result = 'stop' WHERE signal_id = 'c1-s0'",
        {("outcome_mismatch", "signal c1-s0")},
    ),
    "an exit price is changed": (
        "UPDATE outcome_log SET exit_price = 190 WHERE signal_id = 'c1-s0'",
        {("outcome_mismatch", "signal c1-s0")},
    ),
    "an outcome's entry is denied": (
        "UPDATE outcome_entry SET leaf_index = NULL",
        {("outcome_mismatch", "signal c1-s0")},
    ),
    "a reveal is denied": (
        "DELETE FROM reveal_log WHERE signal_id = 'c1-s1'",
        {("reveal_mismatch", "signal c1-s1")},
    ),
    "a seal is removed": (
        "DELETE FROM signal_seal WHERE signal_id = 'c3-s0'",
        {("seal_missing", "entry 9"), ("unsealed", "scheme jcs-1")},
    ),
    "a veto is rewritten": (
        "UPDATE decision_log SET body = '{}' WHERE decision_id = 'd-x'",
        {("decisions_mismatch", "decisions of 2026-03-02")},
    ),
    "a decision is removed": (
        "DELETE FROM decision_log WHERE decision_id = 'd-x'",
        {("decisions_mismatch", "decisions of 2026-03-02")},
    ),
    "a memory of an entry is changed": (
        "UPDATE log_fact SET digest = '' WHERE kind = 'decisions'",
        {("fact_mismatch", "entry 6")},
    ),
    "a stored hash is changed": (
        "UPDATE log_hash SET h = SALT WHERE pos = 3",
        {("hash_mismatch", "entry 0")},
    ),
    "a root is changed": (
        "UPDATE log_checkpoint SET root = SALT WHERE size = 4",
        {("root_mismatch", "checkpoint 4")},
    ),
    "a note is of another size": (
        "UPDATE log_checkpoint SET note = (SELECT c.note FROM log_checkpoint AS c WHERE c.size = 2) WHERE size = 4",
        {("root_mismatch", "checkpoint 4")},
    ),
}


@pytest.mark.parametrize("name", ROW_ATTACKS)
async def test_a_changed_row_is_named(written: Database, name: str) -> None:
    statement, expected = ROW_ATTACKS[name]
    salt = f"X'{'07' * 32}'" if written.dialect == "sqlite" else f"'\\x{'07' * 32}'::bytea"
    await attack(written, statement.replace("SALT", salt))
    assert found(await audited(written)) == expected


Changed = Callable[[bytes], bytes]
ENTRY_ATTACKS: dict[str, tuple[int, Changed, set[str]]] = {
    "an outcome is rewritten": (5, lambda entry: entry.replace(b'"target"', b'"manual"'), {"outcome_mismatch"}),
    "an entry is back-dated": (4, lambda entry: entry.replace(b"2026-03-02", b"2026-03-01"), {"time_regression"}),
    "a number is skipped": (3, lambda entry: entry.replace(b'"seq":1', b'"seq":2'), {"seq_gap", "seal_changed"}),
    "an entry is spaced out": (6, lambda entry: entry.replace(b":", b": ", 1), {"non_canonical_entry"}),
}


@pytest.mark.parametrize("name", ENTRY_ATTACKS)
async def test_a_changed_entry_leads_to_no_signed_root_even_with_its_hash_put_right(
    written: Database, name: str
) -> None:
    index, change, codes = ENTRY_ATTACKS[name]
    entry = change((await SqlLedgerReader(written).entries(index, 1))[0])
    sqlite = written.dialect == "sqlite"
    texts = [f"X'{one.hex()}'" if sqlite else f"'\\x{one.hex()}'::bytea" for one in (entry, leaf_hash(entry))]
    await attack(written, f"UPDATE log_leaf SET entry = {texts[0]}, leaf_hash = {texts[1]} WHERE idx = {index}")
    report = await audited(written)
    assert codes | {"hash_mismatch", "root_mismatch"} <= {code for code, _ in found(report)}
    assert ("root_mismatch", "checkpoint 10") in found(report)


async def test_a_log_signed_by_another_key_is_not_ours(written: Database) -> None:
    report = await audited(written, SigningKey(ORIGIN, bytes(32)))
    assert {code for code, _ in found(report)} == {"bad_log_signature"}


async def test_a_tail_that_was_cut_off_is_missing(written: Database) -> None:
    await attack(written, "DELETE FROM signal_seal WHERE leaf_index > 8", "DELETE FROM log_leaf WHERE idx > 8")
    assert ("entry_missing", "entry 9") in found(await audited(written))


async def test_entries_that_no_signed_note_covers_are_named(written: Database) -> None:
    newest = "(SELECT max(size) FROM log_checkpoint AS c)"
    await attack(written, f"DELETE FROM log_checkpoint WHERE size = {newest}")
    report = await audited(written)
    assert report.size == 10
    assert [(one.code, one.where) for one in report.findings] == [("note_missing", "entries 9 to 9")]
    await attack(written, "DELETE FROM log_checkpoint")
    assert found(await audited(written)) == {("note_missing", "entries 0 to 9")}


async def test_stored_hashes_beyond_the_last_entry_are_named(written: Database) -> None:
    salt = f"X'{'07' * 32}'" if written.dialect == "sqlite" else f"'\\x{'07' * 32}'::bytea"
    await attack(written, f"INSERT INTO log_hash (pos, h) SELECT max(pos) + 1, {salt} FROM log_hash")
    assert found(await audited(written)) == {("note_missing", "stored hash 18")}


async def test_a_changed_entry_behind_the_last_note_is_found_as_well(written: Database) -> None:
    await attack(
        written,
        "DELETE FROM log_checkpoint WHERE size > 8",
        "UPDATE signal_log SET action = 'SELL' WHERE signal_id = 'c3-s0'",
    )
    assert {("note_missing", "entries 6 to 9"), ("commit_mismatch", "signal c3-s0")} <= found(await audited(written))


class BusyReader(SqlLedgerReader):
    """A writer appends right after entries were read, each time as long as it has something."""

    def __init__(self, database: Database, appends: list[Callable[[], Awaitable[object]]]) -> None:
        super().__init__(database)
        self.appends = appends

    async def entries(self, start: int, limit: int) -> tuple[bytes, ...]:
        found = await super().entries(start, limit)
        if self.appends:
            await self.appends.pop(0)()
        return found


async def test_what_a_writer_appends_meanwhile_is_no_finding(written: Database) -> None:
    store, log = SqlLedgerStore(written), SqlSignalLog(written)
    ledger, late = sample_ledger(store, reveal_after_hours=30), MOMENT + timedelta(days=1, hours=8)
    cycles = [published_cycle(f"m{number}", ["MSFT"], at=late) for number in range(3)]
    reader = BusyReader(written, [partial(append_sealed, ledger, log, cycle, late) for cycle in cycles])
    audit = LedgerAudit(store, reader, SqlAuditReader(written), ORIGIN, (KEY.verifier,))
    report = await audit.run()
    assert (report.size, report.findings) == (13, ())
