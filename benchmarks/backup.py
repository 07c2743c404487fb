"""A database of many sealed signals: backed up, restored elsewhere, verified against a witness; an older one refused.

Run: `python -m benchmarks.backup [SIGNALS]` (2,000 unless told otherwise; a million takes some minutes and 8 GB of
disk). Prints sizes and seconds, and ends with status 1 unless all of it held.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from argo_core.adapters.backups import BackupFolder, Restorer
from argo_core.adapters.backups.database_facts import facts_at
from argo_core.adapters.sql import (
    Database,
    SqlAuditReader,
    SqlLedgerReader,
    SqlLedgerStore,
    SqlSignalLog,
    SqlSignalReader,
)
from argo_core.adapters.sql.upgrade import upgrade
from argo_core.errors import Disputed
from argo_core.model.backup import LedgerMark
from argo_core.model.restored_database import CheckedBackup
from argo_core.pipeline.audit_ledger import LedgerAudit
from argo_core.pipeline.check_backup import RestoredCheck
from argo_core.pipeline.ledger_feed import LedgerFeed
from argo_core.pipeline.restore_guard import RestoreGuard
from argo_core.testing.memory_witness import MemoryWitness
from argo_core.testing.sample_cycles import MOMENT, sample_cycle, sample_signal
from argo_core.testing.sample_ledger import KEY, ORIGIN, append_sealed, sample_ledger

MIGRATIONS = Path(__file__).parents[1] / "migrations" / "argo"
SIGNALS, A_CYCLE = 2_000, 1_000


async def filled(url: str, first: int, signals: int, a_cycle: int = A_CYCLE) -> None:
    """So many signals more, each with its entry, under a note for every `a_cycle`."""
    database = await Database.open(url)
    try:
        log, ledger = SqlSignalLog(database), sample_ledger(SqlLedgerStore(database))
        for number in range(first, first + signals, a_cycle):
            at = MOMENT + timedelta(milliseconds=number)
            some = [sample_signal(f"s{one}", symbol=f"S{one}", at=at) for one in range(number, number + a_cycle)]
            await append_sealed(ledger, log, sample_cycle(f"c{number}", signals=some, at=at), at)
    finally:
        await database.close()


async def look(url: str, mark: LedgerMark | None) -> CheckedBackup:
    """Every signal and the whole log."""
    database = await Database.open(url)
    try:
        store, reader = SqlLedgerStore(database), SqlLedgerReader(database)
        audit = LedgerAudit(store, reader, SqlAuditReader(database), ORIGIN, (KEY.verifier,))
        return await RestoredCheck(SqlSignalReader(database), reader, audit).look(mark, lambda _done, _every: None)
    finally:
        await database.close()


async def witnessed(url: str, witness: MemoryWitness) -> str:
    """What the witness makes of the database's log, in words; it takes over what it had not seen."""
    database = await Database.open(url)
    try:
        reader = SqlLedgerReader(database)
        report = await RestoreGuard(LedgerFeed(reader), (witness,), ORIGIN, (KEY.verifier,)).check()
        newest = await reader.checkpoint()
        if newest is not None and witness.seen is None:
            await witness.submit(0, (), newest.note, newest.size)
        return f"confirmed {report.size:,} entries"
    except Disputed as error:
        return f"{error.code}: {error}"
    finally:
        await database.close()


async def measure(folder: Path, signals: int) -> bool:
    """Prints as it goes; whether all held."""
    source, begun = f"sqlite+aiosqlite:///{folder / 'signals.db'}", time.monotonic()

    def say(what: str) -> None:
        nonlocal begun
        print(f"{what}: {time.monotonic() - begun:.1f} s", flush=True)
        begun = time.monotonic()

    await upgrade(source, MIGRATIONS)
    await filled(source, 0, signals, max(A_CYCLE, signals // 100))
    say(f"written {signals:,} signals, {(folder / 'signals.db').stat().st_size:,} bytes")
    shelf, restorer = BackupFolder(folder / "backups", source), Restorer(look, MIGRATIONS)
    older = await shelf.take(datetime.now(UTC))
    say(f"backed up, {older.bytes:,} bytes")
    await filled(source, signals, A_CYCLE)
    newer = await shelf.take(datetime.now(UTC) + timedelta(seconds=1))
    say(f"{A_CYCLE:,} signals more, backed up again")
    witness = MemoryWitness(ORIGIN, [KEY.verifier])
    await witnessed(source, witness)
    held = True
    for record, expected in ((newer, "confirmed"), (older, "behind")):
        target = f"sqlite+aiosqlite:///{folder / record.name}.db"
        report = await restorer.restore(shelf.folder / record.name, target)
        facts = await facts_at(target)
        words = await witnessed(target, witness)
        say(f"restored and verified {facts.rows['signal_log']:,} signals, the witness: {words}")
        held = held and report.checked == CheckedBackup() and facts == report.manifest.facts and expected in words
        print(msgspec.json.encode(report.checked).decode())
    return held


if __name__ == "__main__":
    wanted = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else SIGNALS
    with tempfile.TemporaryDirectory(prefix="argo-backup-") as name:
        all_held = asyncio.run(measure(Path(name), wanted))
    print("ok: everything held" if all_held else "FAILED")
    sys.exit(0 if all_held else 1)
