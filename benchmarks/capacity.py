"""The arithmetic of docs/explanation/capacity.md: what a deployment needs, from what one core was measured to do.

Run: `python -m benchmarks.capacity`: prints the page's tables, and a test holds the page to them. The figures that go
in stand in `MEASURED`, each with the command that printed it; to plan with a machine of your own, measure and change
them. Nothing here is a measurement.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SECONDS, LIMIT_MS = 5.0, 300.0
"""From one cycle to the next; from a signal's arrival to the last subscriber's reading."""
FULL = 0.6
"""How much of a core may be planned with: queues grow without bound towards 1."""


@dataclass(frozen=True, slots=True)
class Measured:
    """`delivery_us` and `reader_kb`: of one event to one reader. `turn_ms`: a cycle of six signals made durable where
    two generators take turns, by the number of signals that are open then."""

    cycle_ms_per_1000: float
    turn_ms: tuple[tuple[int, float], ...]
    ingest_single_ms: float
    ingest_batched_per_second: float
    delivery_us: float
    reader_kb: float
    event_bytes: int
    announcement_bytes: int
    entry_bytes: int


MEASURED = Measured(
    cycle_ms_per_1000=192.1,
    turn_ms=((0, 8.1), (1_000, 9.4), (5_000, 11.1)),
    ingest_single_ms=2.34,
    ingest_batched_per_second=2_258.0,
    delivery_us=19.54,
    reader_kb=22.12,
    event_bytes=2_066,
    announcement_bytes=100,
    entry_bytes=413,
)

Row = tuple[str, ...]


def symbols_row(symbols: int, measured: Measured = MEASURED) -> Row:
    """Generators for so many symbols, all of which move in every cycle."""
    busy_ms = symbols / 1000 * measured.cycle_ms_per_1000
    shards = max(1, math.ceil(busy_ms / (SECONDS * 1000 * FULL)))
    return f"{symbols:,}", f"{busy_ms / 1000:.1f}", f"{shards}", f"{busy_ms / shards:,.0f}"


def turns_row(open_signals: int, turn_ms: float) -> Row:
    """Shards that a log can take, two turns of each in every cycle, and signals a second at six in every cycle."""
    a_second = 1000 / turn_ms * FULL
    shards = math.floor(a_second * SECONDS / 2)
    return f"{open_signals:,}", f"{turn_ms:.1f}", f"{a_second:.1f}", f"{shards}", f"{shards * 6 / SECONDS:.1f}"


def subscribers_row(subscribers: int, measured: Measured = MEASURED) -> Row:
    """Workers of one core each that tell everybody one signal within the limit, and what that takes."""
    work_ms = subscribers * measured.delivery_us / 1000
    workers = max(1, math.ceil(work_ms / (LIMIT_MS * FULL)))
    megabits = subscribers * measured.event_bytes * 8 / (LIMIT_MS / 1000) / 1e6
    return (
        f"{subscribers:,}",
        f"{work_ms / 1000:.2f}",
        f"{workers}",
        f"{subscribers / workers:,.0f}",
        f"{subscribers * measured.reader_kb / 1e6:.2f}",
        f"{subscribers * measured.event_bytes / 1e6:,.1f}",
        f"{megabits:,.0f}",
        f"{workers}",
        f"{workers * measured.announcement_bytes / 1000:.1f}",
    )


def executors_row(executors: int) -> Row:
    """Rows of the outbox and requests for an hour with a thousand signals and their marks in every cycle."""
    cycles = 3600 / SECONDS
    rows = (1 + executors) * (1_000 + cycles)
    return f"{executors}", f"{rows:,.0f}", f"{rows / 3600:.2f}", f"{executors / 10:.1f}"


def table(heads: Sequence[str], rows: Sequence[Row]) -> str:
    """In Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def tables() -> Iterator[str]:
    """Those of the page, in its order."""
    yield table(
        ("symbols that move", "seconds of a core in every cycle", "generators", "ms of each"),
        [symbols_row(count) for count in (500, 5_000, 10_000, 50_000, 100_000)],
    )
    yield table(
        ("open signals", "ms of a turn", "turns a second", "shards", "signals a second"),
        [turns_row(count, milliseconds) for count, milliseconds in MEASURED.turn_ms],
    )
    yield table(
        (
            "subscribers",
            "seconds of a core a signal",
            "workers",
            "readers of each",
            "GB of memory",
            "MB sent a signal",
            "Mbit/s for it",
            "messages and reads a signal",
            "kB over Redis a signal",
        ),
        [subscribers_row(count) for count in (1_000, 10_000, 100_000, 1_000_000)],
    )
    yield table(
        ("executors", "messages an hour", "messages a second", "health questions a second"),
        [executors_row(count) for count in (2, 10, 50)],
    )


def main() -> int:
    """Print the tables."""
    print("\n\n".join(tables()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
