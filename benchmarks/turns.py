"""Cycles of several generators made durable in turns, on a PostgreSQL that waits for the disk.

Run: `python -m benchmarks.turns [OPEN …]` (default 0 1000 5000). Two writers take turns, so that each finds the log
grown: the worst case of shards. A turn holds everybody else out from before the time of the decision until the commit;
included are the reading of what is new, entries, commitments, tree and signature of six signals, and the durable
append. `OPEN` is how many other signals are unresolved. Beside it the same turn where the end is read whole, as after
a failed append: turns of both kinds alternate, so that both meet the same machine.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from pathlib import Path

from argo_core.adapters.sql import Database, SqlLedgerStore, SqlSignalLog
from argo_core.adapters.sql.ledger_turns import SqlLedgerTurns
from argo_core.adapters.sql.upgrade import upgrade
from argo_core.ledger import Ledger
from argo_core.testing.contracts.ledger_turns import shared_ledger
from argo_core.testing.sample_cycles import MOMENT, published_cycle
from argo_core.testing.sample_ledger import append_drafted
from tests.argo.postgres_server import DURABLE_OPTIONS, postgres_cluster

MIGRATIONS = Path(__file__).parents[1] / "migrations" / "argo"
ROUNDS, SIGNALS, FILLED_AT_ONCE = 100, 6, 500


def main() -> int:
    """Print the figures; there is no limit to miss."""
    sizes = [int(text) for text in sys.argv[1:]] or [0, 1000, 5000]
    with postgres_cluster(DURABLE_OPTIONS) as cluster:
        asyncio.run(measure(f"{cluster.url}/postgres", sizes))
    return 0


async def measure(url: str, sizes: list[int]) -> None:
    await upgrade(url, MIGRATIONS)
    writers = [await Database.open(url) for _ in range(2)]
    ledgers = [shared_ledger(SqlLedgerStore(one), SqlLedgerTurns(one)) for one in writers]
    logs, filled = [SqlSignalLog(one) for one in writers], 0
    for ledger in ledgers:
        await ledger.keep(MOMENT)
    for size in sizes:
        for start in range(filled, size, FILLED_AT_ONCE):
            names = [f"O{number}" for number in range(start, min(start + FILLED_AT_ONCE, size))]
            async with ledgers[0].turn():
                await append_drafted(ledgers[0], logs[0], published_cycle(f"CYC-F{start}", names))
        filled = max(filled, size)
        print_turns(size, await turns_of(ledgers, logs, size))
    for writer in writers:
        await writer.close()


async def turns_of(ledgers: list[Ledger], logs: list[SqlSignalLog], size: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each turn, and of each that read the end whole."""
    took: tuple[list[float], list[float]] = [], []
    for number in range(2 * ROUNDS):
        ledger, log, whole = ledgers[number % 2], logs[number % 2], number // 2 % 2
        cycle = published_cycle(f"CYC-{size}-{number}", [f"T{size}-{number}-{signal}" for signal in range(SIGNALS)])
        if whole:
            ledger.forget()
        started = time.perf_counter()
        async with ledger.turn():
            await append_drafted(ledger, log, cycle)
        took[whole].append((time.perf_counter() - started) * 1000)
    return took


def print_turns(size: int, took: tuple[list[float], list[float]]) -> None:
    middle, whole = (statistics.median(times) for times in took)
    print(f"turn of {SIGNALS} signals, {size} others open, p50 / p95 {middle:9.1f} / {sorted(took[0])[94]:.1f} ms")
    print(f"  the same, the end read whole                     {whole:9.1f} / {sorted(took[1])[94]:.1f} ms")
    print(f"  turns a second, one after another                {1000 / middle:9.0f}")


if __name__ == "__main__":
    raise SystemExit(main())
