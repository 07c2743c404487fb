"""A program for `test_ledger_sigkill`: lives that append to a ledger until they are killed at a labelled line.

An order is `URL FOLDER LABEL MOMENT VISIT DELAY`. A life tells what it released, once that was durable.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

import argo_core
from argo_core.adapters.entry_files import EntryFiles
from argo_core.adapters.sql import (
    Database,
    SqlCosignatureStore,
    SqlDecisionReader,
    SqlExecutionReportStore,
    SqlLedgerReader,
    SqlLedgerStore,
    SqlSignalLog,
)
from argo_core.ledger import Ledger, LedgerPolicy
from argo_core.ledger.note import parse_note
from argo_core.model.execution import ExecutionReports
from argo_core.model.signal import SealedSignal
from argo_core.model.trade import Trade
from argo_core.pipeline.cosigning import Cosigning
from argo_core.testing.contracts.execution_reports import TRADE
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_witness import MemoryWitness
from argo_core.testing.sample_cycles import published_cycle, sample_cycle, sample_outcome
from argo_core.testing.sample_ledger import KEY, ORIGIN, append_sealed
from tests.argo.adapters.sql.labelled_lines import Executioner, labelled_lines
from tests.argo.forked_lives import lead_lives, say

SOURCE = Path(argo_core.__file__).parent
BEGIN = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SYMBOLS = ("AAPL", "NVDA", "TSLA", "MSFT", "BTC-USD", "ETH-USD")


async def live(url: str, folder: Path, executioner: Executioner) -> None:
    """Continue after the newest stored cycle. An hour passes with each: days end and signals become due."""
    database = await Database.open(url)
    newest = await SqlDecisionReader(database).cycles(1)
    number = int(newest[0].cycle_id.removeprefix("c")) if newest else 0
    log, reader = SqlSignalLog(database), SqlLedgerReader(database)
    policy = LedgerPolicy(origin=ORIGIN, reveal_after_hours=3)
    ledger = Ledger(SqlLedgerStore(database), [KEY], policy, lambda: secrets.token_bytes(32))
    reports = SqlExecutionReportStore(database, FixedClock(BEGIN))
    files, witness = EntryFiles(folder, 20_000), MemoryWitness(ORIGIN, [KEY.verifier])
    witness.time += 1_000 * number + os.getpid()
    cosigning = Cosigning(reader, SqlCosignatureStore(database), (witness.key,))
    executioner.watch()
    while True:
        number += 1
        at = BEGIN + timedelta(hours=number)
        record = published_cycle(f"c{number}", SYMBOLS, at=at)
        if number > 1:
            earlier = published_cycle(f"c{number - 1}", SYMBOLS, at=at - timedelta(hours=1)).signals[:2]
            outcomes = [sample_outcome(sealed, at=at) for sealed in earlier]
            record = sample_cycle(
                f"c{number}", signals=record.signals, decisions=record.decisions, outcomes=outcomes, at=at
            )
        await append_sealed(ledger, log, record, at)
        await reports.store(ExecutionReports(trades=tuple(trade_of(sealed, at) for sealed in record.signals[:2])))
        stored = await reader.checkpoint()
        assert stored is not None
        say(json.dumps({"cycle": number, "size": stored.size, "root": stored.root.hex()}))
        await files.catch_up(reader)
        say(json.dumps({"lines": stored.size}))
        line = witness.cosigned(parse_note(stored.note).text)
        await cosigning.take((stored.size,), (line,))
        say(json.dumps({"cosigned": stored.size}))


def trade_of(sealed: SealedSignal, at: datetime) -> Trade:
    """What an account made of it within the hour. The next cycle closes its signal, the one after that logs it."""
    signal_id, symbol = sealed.signal.signal_id, sealed.signal.symbol
    times = {"opened_at": at, "closed_at": at + timedelta(minutes=30)}
    return msgspec.structs.replace(TRADE, trade_id=f"argo-{signal_id}", signal_id=signal_id, symbol=symbol, **times)


def one_life(order: list[str]) -> None:
    """Until it is killed."""
    url, folder, label, moment, visit, delay = order
    line = next(one for one in labelled_lines(SOURCE) if one.name == label)
    asyncio.run(live(url, Path(folder), Executioner(line, moment, int(visit), float(delay), say)))


if __name__ == "__main__":
    lead_lives(one_life)
