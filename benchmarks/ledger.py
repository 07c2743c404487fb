"""Cost of the provable log on SQLite, beside one bare commit of the same run and the limits.

Run: `python -m benchmarks.ledger [ENTRIES]` (a million entries unless told otherwise, about two minutes). Included in
a cycle: entries, commitments, tree, signature, proofs and bodies of its six signals, and their durable append with
everything else that a cycle leaves. The bare commit is one row by the plain driver under the same settings, in turns.
"""

from __future__ import annotations

import asyncio
import gc
import random
import resource
import secrets
import sqlite3
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import msgspec

from argo_core.adapters.sql import Database, SqlLedgerReader, SqlLedgerStore, SqlSignalLog
from argo_core.adapters.sql.database import create_engine, parse_url
from argo_core.adapters.sql.schema import create_schema
from argo_core.ledger import Ledger, LedgerPolicy, SigningKey
from argo_core.ledger.batch import draft
from argo_core.ledger.entries import signal_entry
from argo_core.ledger.merkle import leaf_hash, verify_consistency, verify_inclusion
from argo_core.ledger.stored_hashes import consistency_plan, inclusion_plan
from argo_core.model.instant import to_text
from argo_core.model.ledger import LogHead
from argo_core.pipeline.publish import Routes, outbox_of
from argo_core.testing.sample_cycles import MOMENT, published_cycle

SYMBOLS = ("AAPL", "NVDA", "TSLA", "MSFT", "BTC-USD", "ETH-USD")
ORIGIN = "argo.localhost/signals"
ENTRIES = 1_000_000
ROUNDS, WARM_UP = 300, 20
MANY, MANY_ROUNDS = 500, 20
BATCH, BATCHES = 500, 20
FILLING = 25_000
PROOFS = 500

LIMIT_P95_MS = 10.0
LIMIT_RATIO = 3.0
LIMIT_MANY_MS = 15.0
LIMIT_RATE = 2_000.0
LIMIT_PROOF_MS = 2.0


@dataclass(slots=True)
class Timings:
    """Milliseconds, seconds where a name says so."""

    cycle_ms: list[float] = field(default_factory=list)
    seal_ms: list[float] = field(default_factory=list)
    bare_ms: list[float] = field(default_factory=list)
    many_ms: list[float] = field(default_factory=list)
    batch_s: list[float] = field(default_factory=list)
    fill_s: float = 0.0
    load_s: float = 0.0
    inclusion_ms: list[float] = field(default_factory=list)
    consistency_ms: list[float] = field(default_factory=list)


async def open_database(folder: Path, name: str) -> Database:
    url = f"sqlite+aiosqlite:///{folder / name}"
    engine = create_engine(parse_url(url), pool_size=1)
    async with engine.begin() as connection:
        await connection.run_sync(create_schema)
    await engine.dispose()
    return await Database.open(url)


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


async def cycles(folder: Path, key: SigningKey, timings: Timings) -> None:
    """Sealed cycles, durable, in turns with bare commits."""
    database, bare = await open_database(folder, "cycles.db"), open_bare(folder)
    log = SqlSignalLog(database)
    ledger = Ledger(SqlLedgerStore(database), [key], LedgerPolicy(origin=ORIGIN), lambda: secrets.token_bytes(32))
    for number in range(WARM_UP + ROUNDS):
        at = MOMENT + timedelta(seconds=5 * number)
        record = published_cycle(f"c{number}", SYMBOLS, at=at)
        start = time.perf_counter()
        await ledger.keep(at)
        drafted = ledger.draft(at, record.signals, record.outcomes, record.data_source)
        sealed = time.perf_counter()
        assert drafted is not None
        outbox = outbox_of(record, None, Routes(), drafted)
        await log.append(msgspec.structs.replace(record, outbox=outbox, ledger=drafted.batch))
        ledger.appended(drafted)
        between = time.perf_counter()
        bare_commit(bare)
        end = time.perf_counter()
        if number >= WARM_UP:
            timings.cycle_ms.append((between - start) * 1000)
            timings.seal_ms.append((sealed - start) * 1000)
            timings.bare_ms.append((end - between) * 1000)
    bare.close()
    await database.close()


async def many(folder: Path, key: SigningKey, timings: Timings) -> None:
    """What the ledger adds to the computing of a cycle of many signals: entries, tree, signature, proofs, bodies."""
    database = await open_database(folder, "many.db")
    ledger = Ledger(SqlLedgerStore(database), [key], LedgerPolicy(origin=ORIGIN), lambda: secrets.token_bytes(32))
    await ledger.keep(MOMENT)
    record = published_cycle("many", [f"S{number}" for number in range(MANY)])
    for _ in range(MANY_ROUNDS):
        start = time.perf_counter()
        drafted = ledger.draft(MOMENT, record.signals, (), record.data_source)
        outbox_of(record, None, Routes(), drafted)
        between = time.perf_counter()
        outbox_of(record, None, Routes())
        timings.many_ms.append((2 * between - start - time.perf_counter()) * 1000)
    await database.close()


def entries_from(first: int, count: int) -> list[bytes]:
    """Signal entries of the usual size."""
    at, until = to_text(MOMENT), to_text(MOMENT + timedelta(days=1))
    return [signal_entry(at, "main", seq, f"{seq:064x}", until) for seq in range(first, first + count)]


async def fill(database: Database, key: SigningKey, entries: int, timings: Timings) -> LogHead:
    """A log of that many entries: first in batches of the measured size, then in large ones."""
    store, head = SqlLedgerStore(database), LogHead()
    began = time.perf_counter()
    while head.size < entries:
        count = BATCH if len(timings.batch_s) < BATCHES else min(FILLING, entries - head.size)
        texts = entries_from(head.size, min(count, entries - head.size))
        start = time.perf_counter()
        made = draft(head, texts, ORIGIN, [key], MOMENT)
        await store.append(made.batch)
        if count == BATCH:
            timings.batch_s.append(time.perf_counter() - start)
        head = made.batch.head
    timings.fill_s = time.perf_counter() - began
    return head


async def proofs(database: Database, head: LogHead, timings: Timings) -> None:
    """Proofs at random places, read from the stored hashes; each is verified, outside the clock."""
    reader, dice = SqlLedgerReader(database), random.Random(7)
    newest = await reader.checkpoint()
    assert newest is not None
    for _ in range(PROOFS):
        index = dice.randrange(head.size)
        start = time.perf_counter()
        plan = inclusion_plan(index, head.size)
        proof = plan.proof(await reader.hashes(plan.positions))
        timings.inclusion_ms.append((time.perf_counter() - start) * 1000)
        leaf = leaf_hash(entries_from(index, 1)[0])
        verify_inclusion(index, head.size, leaf, proof, newest.root)
        old = await reader.checkpoint(max(BATCH, index))
        assert old is not None
        start = time.perf_counter()
        plan = consistency_plan(old.size, head.size)
        proof = plan.proof(await reader.hashes(plan.positions))
        timings.consistency_ms.append((time.perf_counter() - start) * 1000)
        verify_consistency(old.size, head.size, old.root, newest.root, proof)
    start = time.perf_counter()
    assert (await SqlLedgerStore(database).load()).head.edge == head.edge
    timings.load_s = time.perf_counter() - start


async def measure(folder: Path, entries: int) -> Timings:
    timings, key = Timings(), SigningKey(ORIGIN, secrets.token_bytes(32))
    await cycles(folder, key, timings)
    await many(folder, key, timings)
    database = await open_database(folder, "large.db")
    head = await fill(database, key, entries, timings)
    gc.collect()
    await proofs(database, head, timings)
    await database.close()
    return timings


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def line(name: str, measured: float, unit: str, limit: float, *, least: bool = False) -> bool:
    met = measured >= limit if least else measured <= limit
    print(f"{name:<52}{measured:9.2f} {unit:<4} limit {limit:>8.2f} {unit:<4} {'met' if met else 'MISSED'}")
    return met


def main() -> int:
    """Prints the table; 1 if a limit is missed, else 0."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    with tempfile.TemporaryDirectory(prefix="argo_ledger_") as folder:
        timings = asyncio.run(measure(Path(folder), entries))
        size = (Path(folder) / "large.db").stat().st_size
    bare, cycle = statistics.median(timings.bare_ms), statistics.median(timings.cycle_ms)
    print(f"{'bare commit of one row, p50 / p95':<52}{bare:9.2f} / {percentile(timings.bare_ms, 95):.2f} ms")
    print(f"{'sealed cycle of 6 signals, durable, p50':<52}{cycle:9.2f} ms")
    print(f"{'  of that entries, tree and signature, p50':<52}{statistics.median(timings.seal_ms):9.2f} ms")
    met = [
        line("sealed cycle of 6 signals, durable, p95", percentile(timings.cycle_ms, 95), "ms", LIMIT_P95_MS),
        line("sealed cycle / bare commit, p50", cycle / bare, "x", LIMIT_RATIO),
        line(f"ledger's part of {MANY} signals, p50", statistics.median(timings.many_ms), "ms", LIMIT_MANY_MS),
        line(
            f"entries in batches of {BATCH}, durable",
            BATCH / statistics.median(timings.batch_s),
            "/s",
            LIMIT_RATE,
            least=True,
        ),
        line(f"inclusion proof at {entries} entries, p95", percentile(timings.inclusion_ms, 95), "ms", LIMIT_PROOF_MS),
    ]
    print(f"{'consistency proof, p95':<52}{percentile(timings.consistency_ms, 95):9.2f} ms")
    print(f"{'writer starts on that log in':<52}{timings.load_s:9.2f} s")
    print(f"{'filling it':<52}{entries / timings.fill_s:9.0f} /s   {size / entries:.0f} bytes an entry")
    print(f"{'most memory of the process':<52}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:9.0f} MB")
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
