"""Taking signals in, beside the floor: what parsing, hashing and a bare commit cost without anything of ours.

Run: `python -m benchmarks.ingest [--postgres URL]`. Each body holds the nine fields and six votes with evidence, about
1.6 kB, and its place in the provider's log with proof. Included: strict reading, the hash recomputed, the rules, the
commitment, the path to the checkpoint, the log's signature, consistency with what was witnessed, our cosignature, one
durable transaction (SQLite: WAL and synchronous=FULL), receipts, the announcement. A batch rests on one checkpoint. Not
included: HTTP. The floor is, in the same run and on the same disk: `json.loads`, SHA-256 of the body, and one
transaction with the plain driver that inserts the body and nothing else.
Ours and the floor take turns; medians of these pairs are compared, because the disk's speed drifts.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from alpine_core.adapters.memory_announcer import MemoryAnnouncer
from alpine_core.adapters.sql import Database, SqlSignalStore, SqlWitnessStore, upgrade
from alpine_core.adapters.system_clock import SystemClock
from alpine_core.intake import Intake, Witness
from alpine_core.testing.sample_log import SAMPLE_VKEY, SampleLog
from alpine_core.testing.samples import DETAILS, sample_members
from alpine_core.verify import SignalVerifier
from alpine_core.verify.cosignature import Cosigner
from alpine_core.verify.note_key import COSIGNER_KEY, SigningKey
from alpine_core.verify.pinned_policy import pinned_policy
from alpine_core.verify.seal_verifier import SealVerifier
from alpine_core.wire import read_signal

MIGRATIONS = Path(__file__).parent.parent / "migrations" / "alpine"
SINGLES, BATCHES, BATCH = 200, 5, 1000
WITNESS = SigningKey("alpine.localhost/witness", COSIGNER_KEY, b"w" * 32)
NOTE = b"provider.localhost/signals\n1000\n" + b"A" * 43 + b"=\n"
VOTES = [{**DETAILS["votes"][0], "source": f"source-{number}"} for number in range(6)]
Act = Callable[[], Awaitable[object]]


class Floor:
    """The same bodies with nothing but the standard library."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE floor (hash TEXT NOT NULL, body BLOB NOT NULL)")

    async def take(self, bodies: list[bytes]) -> None:
        rows = []
        for body in bodies:
            json.loads(body)
            rows.append((hashlib.sha256(body).hexdigest(), body))
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT INTO floor VALUES (?, ?)", rows)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


def main() -> int:
    """Print each figure beside its limit; exit status 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", metavar="URL", help="postgresql+asyncpg://USER@HOST/EMPTY_DATABASE")
    given = parser.parse_args()
    missed = asyncio.run(measure_sqlite())
    if given.postgres:
        missed |= asyncio.run(measure(given.postgres, None))
    return int(missed)


async def measure_sqlite() -> bool:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        floor = Floor(Path(folder) / "floor.db")
        try:
            return await measure(f"sqlite+aiosqlite:///{folder}/ours.db", floor)
        finally:
            floor.close()


async def measure(url: str, floor: Floor | None) -> bool:
    """Whether a limit was missed."""
    await upgrade(url, MIGRATIONS)
    database = await Database.open(url)
    store, clock = SqlSignalStore(database), SystemClock()
    seals = SealVerifier(pinned_policy([SAMPLE_VKEY], WITNESS.key))
    witness = Witness(seals, Cosigner(WITNESS), SqlWitnessStore(database), store, clock)
    intake = Intake(SignalVerifier(), store, MemoryAnnouncer(), clock, witness)
    try:
        print(f"{database.dialect}: {len(sealed(SampleLog(), ['x'])[0])} bytes a body, with proof")
        log = SampleLog()
        missed = await singles(intake, log, floor)
        return await batches(intake, log, floor) or missed
    finally:
        await database.close()


async def singles(intake: Intake, log: SampleLog, floor: Floor | None) -> bool:
    bodies = [body for number in range(SINGLES) for body in sealed(log, [f"one-{number}"])]
    ours, floors = [], []
    for body in bodies:
        if floor is not None:
            floors.append(await timed(lambda body=body: floor.take([body])))  # type: ignore[misc]
        ours.append(await timed(lambda body=body: intake.signal(body)))  # type: ignore[misc]
    pure = [timed_now(lambda body=body: SignalVerifier().verify(read_signal(body))) for body in bodies]  # type: ignore[misc]
    show("reading and verifying one", statistics.median(pure), None, "ms")
    signing = [timed_now(sign_and_verify) for _ in range(SINGLES)]
    show("one Ed25519 verification and one signature", statistics.median(signing), None, "ms")
    limit = statistics.median(floors) + statistics.median(signing) + 0.5 if floors else None
    if floors:
        show("floor: one signal, one commit", statistics.median(floors), None, "ms")
    name = "one proven signal, one commit (limit: floor + crypto + 0.5 ms)"
    missed = show(name, statistics.median(ours), limit, "ms")
    show("one signal, 95th of 100", statistics.quantiles(ours, n=20)[-1], None, "ms")
    return missed


async def batches(intake: Intake, log: SampleLog, floor: Floor | None) -> bool:
    ours, floors = [], []
    for number in range(BATCHES):
        bodies = sealed(log, [f"batch-{number}-{place}" for place in range(BATCH)])
        if floor is not None:
            floors.append(await timed(lambda bodies=bodies: floor.take(bodies)))  # type: ignore[misc]
        body = b'{"signals":[' + b",".join(bodies) + b"]}"
        ours.append(await timed(lambda body=body: intake.signals(body)))  # type: ignore[misc]
    rate = BATCH * 1000 / statistics.median(ours)
    if floors:
        show("floor: signals a second in batches of 1,000", BATCH * 1000 / statistics.median(floors), None, "/s")
        ratios = [one / other for one, other in zip(ours, floors, strict=True)]
        show("ours over the floor, median of pairs", statistics.median(ratios), None, "x")
    show("signals a second in batches of 1,000 (limit: at least 2,000)", rate, None, "/s")
    return rate < 2000


def sealed(log: SampleLog, names: list[str]) -> list[bytes]:
    """Bodies of one cycle: every signal's proof is in the checkpoint that ends it."""
    old_size = log.size if log.size > 1 else 0
    signals = [log.seal(sample_members(name, **{**DETAILS, "votes": VOTES})) for name in names]
    step = {"old_size": old_size, "consistency": log.consistency(old_size)}
    proofs = log.tlog_proofs([each["leaf_index"] for each in signals])
    return [
        json.dumps({**each, "tlog_proof": proof, **step}).encode() for each, proof in zip(signals, proofs, strict=True)
    ]


def sign_and_verify() -> None:
    assert WITNESS.key.holds(WITNESS.sign(NOTE), NOTE)


async def timed(act: Act) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    await act()
    return (time.perf_counter() - start) * 1000


def timed_now(act: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def show(name: str, value: float, limit: float | None, unit: str) -> bool:
    """Print one figure; whether it is over its limit."""
    print(f"  {name:<62}{value:>10.2f} {unit}" + ("" if limit is None else f"   limit {limit:.2f}"))
    return limit is not None and value > limit


if __name__ == "__main__":
    sys.exit(main())
