"""A backup that recovered is as sound as the database that was lost, but for what nobody can give back."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from argo_core.adapters.sql import (
    Database,
    SqlAuditReader,
    SqlExecutionReportStore,
    SqlLedgerReader,
    SqlLedgerStore,
    SqlSignalLog,
    SqlSignalReader,
)
from argo_core.pipeline.audit_ledger import LedgerAudit
from argo_core.pipeline.recover import Recovery
from argo_core.testing.contracts.execution_reports import TRADE
from argo_core.testing.contracts.ledger_realised import report
from argo_core.testing.contracts.ledger_recovery import LATER, recovered
from argo_core.testing.memory_ledger import MemoryLedger
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.memory_reports import MemoryReports
from argo_core.testing.sample_cycles import MOMENT, sample_cycle, sample_outcome, sample_signal
from argo_core.testing.sample_ledger import KEY, ORIGIN, append_sealed, sample_ledger
from argo_core.testing.sample_recovery import LedgerCopy, write_after_backup, write_until_backup

HIDDEN = {("seal_missing", "entry 11")}


async def findings(database: Database) -> set[tuple[str, str]]:
    store, reader, rows = SqlLedgerStore(database), SqlLedgerReader(database), SqlAuditReader(database)
    report = await LedgerAudit(store, reader, rows, ORIGIN, (KEY.verifier,)).run()
    return {(finding.code, finding.where) for finding in report.findings}


async def test_the_audit_misses_nothing_but_the_hidden_signal_now_and_later(database: Database) -> None:
    log, store = SqlSignalLog(database), SqlLedgerStore(database)
    await recovered(log, store)
    assert await findings(database) == HIDDEN
    ended = [sample_outcome(one.sealed, at=LATER) for one in await log.open_signals()]
    ledger = sample_ledger(store)
    await append_sealed(ledger, log, sample_cycle("e2", outcomes=ended, at=LATER), LATER)
    await ledger.keep(LATER + timedelta(days=9))
    assert await findings(database) == HIDDEN


async def test_recovered_outcomes_have_the_results_that_their_entries_give(database: Database) -> None:
    await recovered(SqlSignalLog(database), SqlLedgerStore(database))
    reader = SqlSignalReader(database)
    known, unknown = await reader.signal("c0-s0"), await reader.signal("c1-s0")
    assert known is not None
    assert (known.outcome, known.result, known.exit_price) == ("win", "target", 180.25)
    assert (known.profit_loss_pct, known.net_pct) == (2.853067, 2.753067)
    assert known.sealed.signal.generated_by == "signal_generator"
    assert unknown is not None
    assert (unknown.outcome, unknown.result, unknown.exit_price) == ("win", "target", 180.25)
    assert (unknown.profit_loss_pct, unknown.net_pct) == (-2.853067, -2.953067)
    assert unknown.created_at == (MOMENT + timedelta(hours=2)).replace(microsecond=0)
    async with database.reading() as connection:
        rows = await connection.exec_driver_sql("SELECT signal_id, exit_at, created_at FROM outcome_log ORDER BY id")
        assert [tuple(row) for row in rows] == [
            ("c0-s0", "2026-03-02T16:30:00.250000Z", "2026-03-02 16:30:00"),
            ("c1-s0", "2026-03-02T18:30:00.250000Z", "2026-03-02 18:30:00"),
        ]


async def test_a_database_that_was_lost_whole_gets_back_every_signal_that_was_revealed(database: Database) -> None:
    whole = MemoryLedger()
    kept, writer = MemoryLog(whole), sample_ledger(whole)
    await write_until_backup(kept, writer)
    await write_after_backup(kept, writer)
    store = SqlLedgerStore(database)
    found = await Recovery(store, ORIGIN, (KEY.verifier,)).recover(LedgerCopy(whole), LATER)
    assert (found.before, found.after, found.hidden) == (0, 17, 1)
    assert await findings(database) == HIDDEN | {("decisions_mismatch", "decisions of 2026-03-02")}
    opened = [one.sealed.signal.signal_id for one in await SqlSignalLog(database).open_signals()]
    assert opened == ["c0-s1", "c1-s1", "c1-s2"]
    assert await sample_ledger(store).keep(LATER) is None
    async with database.reading() as connection:
        stored = await connection.exec_driver_sql("SELECT signal_id FROM signal_log ORDER BY id")
        assert stored.scalars().all() == ["c0-s0", "c0-s1", "c1-s0", "c1-s1", "c1-s2"]


async def test_a_trade_that_is_in_the_copy_is_not_logged_again_when_its_executor_reports_it_again(
    database: Database, reports: SqlExecutionReportStore
) -> None:
    whole = MemoryLedger()
    kept, writer, told = MemoryLog(whole), sample_ledger(whole), MemoryReports({"c0-s0": ("AAPL", "BUY")})
    whole.hear_trades(told.reported_trades)
    trade, issued = msgspec.structs.replace(TRADE, signal_id="c0-s0"), sample_signal("c0-s0")
    await write_until_backup(kept, writer)
    await append_sealed(writer, kept, sample_cycle("e0", outcomes=[sample_outcome(issued)]))
    await report(told, trade)
    await writer.keep(LATER)
    store = SqlLedgerStore(database)
    found = await Recovery(store, ORIGIN, (KEY.verifier,)).recover(LedgerCopy(whole), LATER)
    assert (found.after, found.hidden) == (10, 0)
    lost = {("decisions_mismatch", "decisions of 2026-03-02")}
    assert await findings(database) - lost == {("realised_missing", "trade argo-4-c1-s0")}
    await report(reports, trade)
    assert await sample_ledger(store).keep(LATER) is None
    assert await findings(database) <= lost
