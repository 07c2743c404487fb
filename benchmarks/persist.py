"""Cost of making a cycle durable on SQLite, beside one bare commit of the same run and the limits.

Run: `python -m benchmarks.persist`. Included in an append: the checks, the JSON, every row of the cycle and the commit
(WAL, synchronous=FULL), through the pool. The bare commit is one row by the plain driver under the same settings. Both
take turns, so that a busy disk slows both alike.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec

from argo_core.adapters.sql import Database, SqlSignalLog
from argo_core.adapters.sql.database import create_engine, parse_url
from argo_core.adapters.sql.schema import create_schema
from argo_core.model.cycle import CycleRecord
from argo_core.testing.sample_cycles import MOMENT, published_cycle, sample_cycle, sample_decision, sample_vote

SYMBOLS = ("AAPL", "NVDA", "TSLA", "MSFT", "BTC-USD", "ETH-USD")
VOTES = 6
ROUNDS = 300
WARM_UP = 20
LARGE = 10_000
LARGE_ROUNDS = 5

LIMIT_P95_MS = 10.0
LIMIT_RATIO = 3.0
LIMIT_LARGE_S = 0.6


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds per append, per bare commit; seconds per cycle of `LARGE` decisions."""

    append_ms: list[float]
    bare_ms: list[float]
    large_s: list[float]


def small_cycle(number: int) -> CycleRecord:
    """Six signals with their decisions and messages, six votes each."""
    return published_cycle(f"small-{number}", SYMBOLS, at=MOMENT + timedelta(seconds=5 * number))


def large_cycle(number: int) -> CycleRecord:
    """`LARGE` vetoed decisions with six votes each."""
    votes = tuple(msgspec.structs.replace(sample_vote(), source=f"replay_{vote}") for vote in range(VOTES))
    decisions = [
        msgspec.structs.replace(sample_decision(f"large-{number}-{row}", symbol=f"S{row}"), votes=votes)
        for row in range(LARGE)
    ]
    return sample_cycle(f"large-{number}", decisions=decisions)


def open_bare(folder: Path) -> sqlite3.Connection:
    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, figure REAL NOT NULL)")
    return bare


def bare_commit(bare: sqlite3.Connection) -> None:
    bare.execute("BEGIN IMMEDIATE")
    bare.execute("INSERT INTO bare (figure) VALUES (1.0)")
    bare.execute("COMMIT")


async def open_database(folder: Path) -> Database:
    url = f"sqlite+aiosqlite:///{folder / 'argo.db'}"
    engine = create_engine(parse_url(url), pool_size=1)
    async with engine.begin() as connection:
        await connection.run_sync(create_schema)
    await engine.dispose()
    return await Database.open(url)


async def measure(folder: Path) -> Timings:
    database = await open_database(folder)
    log, bare = SqlSignalLog(database), open_bare(folder)
    append_ms, bare_ms, large_s = [], [], []
    for number in range(WARM_UP + ROUNDS):
        cycle = small_cycle(number)
        start = time.perf_counter()
        await log.append(cycle)
        between = time.perf_counter()
        bare_commit(bare)
        end = time.perf_counter()
        append_ms.append((between - start) * 1000)
        bare_ms.append((end - between) * 1000)
    for number in range(LARGE_ROUNDS):
        cycle = large_cycle(number)
        start = time.perf_counter()
        await log.append(cycle)
        large_s.append(time.perf_counter() - start)
    bare.close()
    await database.close()
    return Timings(append_ms[WARM_UP:], bare_ms[WARM_UP:], large_s)


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def line(name: str, measured: float, unit: str, limit: float) -> bool:
    met = measured <= limit
    print(f"{name:<44}{measured:9.2f} {unit:<4} limit {limit:>6.2f} {unit:<4} {'met' if met else 'MISSED'}")
    return met


def main() -> int:
    """Prints the table; 1 if a limit is missed, else 0."""
    with tempfile.TemporaryDirectory(prefix="argo_persist_") as folder:
        timings = asyncio.run(measure(Path(folder)))
    bare, append = statistics.median(timings.bare_ms), statistics.median(timings.append_ms)
    print(f"{'bare commit of one row, p50 / p95':<44}{bare:9.2f} / {percentile(timings.bare_ms, 95):.2f} ms")
    print(f"{'append of a cycle of 6 signals, p50':<44}{append:9.2f} ms")
    large = statistics.median(timings.large_s)
    met = [
        line("append of a cycle of 6 signals, p95", percentile(timings.append_ms, 95), "ms", LIMIT_P95_MS),
        line("append / bare commit, p50", append / bare, "x", LIMIT_RATIO),
        line(f"append of a cycle of {LARGE} decisions, p50", large, "s", LIMIT_LARGE_S),
    ]
    print(f"{'decisions made durable':<44}{LARGE / large:9.0f} rows/s")
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
