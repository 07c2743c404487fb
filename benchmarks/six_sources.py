"""One hour of market on six vendors that answer in 120 ms, and 500 symbols, beside what was asked of them.

Run: `python -m benchmarks.six_sources`. The vendors are local programs over one made-up market (tests/argo/peers),
each with the limits of its plan; the generator is the real one with its own wiring, its database included. A cycle
runs every five seconds of the market's clock, in an hour in which New York's exchange is open; time between two cycles
in which nothing happens is left out, for the vendors as well. "Calls a cycle" counts what reached the vendors, language
models and indicators included, after the histories were loaded. The made-up market trades round the clock, so a day
has 96 quarters of an hour: with 500 symbols 77 days of it are the 7,400 bars a symbol that 400 days of a share have.
The share of questions that the cache answered is told twice: of the cycles' own, and of all, those that are asked
beside the cycles included. A language model's question names the price and the time, so no answer can be kept for the
next one; indicators are kept for half a day.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import structlog

from argo_core.pipeline import CycleReport
from argo_server.services import Services
from tests.argo.peers.peer_clock import PeerClock
from tests.argo.peers.program import Peers, running_peers
from tests.argo.six_sources.rig import KEY_VARIABLES, SOURCES, opened, settings_of

START = datetime(2026, 11, 18, 15, 2, tzinfo=UTC)
INTERVAL_SECONDS, HOUR_CYCLES = 5.0, 720
DELAY_MS = 120.0
SIX = ("AAPL", "NVDA", "TSLA", "MSFT", "BTC-USD", "ETH-USD")
MANY = tuple(f"S{number:03d}" for number in range(450)) + tuple(f"C{number:02d}-USD" for number in range(50))
MANY_CYCLES, MOST_WARMING = 60, 240
MANY_HISTORY_DAYS = 77
BREATH_SECONDS = 0.08
"""Between two cycles, for what is asked beside them: as much time as a few answers take."""
ASKED_BY_CYCLES = ("alpaca_pro", "massive", "yfinance")
"""The others are asked beside the cycles, when they are due; a cycle reads their answers from the record."""
TABLE = "{:60} {:>12} {:>12}"


class MarketTime(PeerClock):
    """The clock of a run; a pause ends when it has come so far, by itself or by a jump."""

    def __init__(self) -> None:
        super().__init__(START)
        self._jumped = asyncio.Event()

    def jump(self, seconds: float) -> None:
        self.ahead_seconds += seconds
        self._jumped.set()
        self._jumped = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        end = self.ticks() + seconds
        while (left := end - self.ticks()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._jumped.wait()


@dataclass(frozen=True)
class Run:
    """A generator and its vendors, whose clocks jump together."""

    services: Services
    peers: Peers
    clock: MarketTime

    async def cycle(self) -> CycleReport:
        """One cycle, five seconds after the last."""
        began = self.clock.ticks()
        report = await self.services.generator.run_once()
        await asyncio.sleep(BREATH_SECONDS)
        left = max(INTERVAL_SECONDS - (self.clock.ticks() - began), 0.0)
        await asyncio.to_thread(self.peers.jump, left)
        self.clock.jump(left)
        return report


def main() -> int:
    """Print each figure beside its limit; exit status 1 if one is missed."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    print(TABLE.format("measured", "", "limit"))
    return int(bool(asyncio.run(hour()) + asyncio.run(many())))


async def hour() -> int:
    """Six symbols for an hour; how many figures miss their limit."""
    async with running(SIX, history_days=60, threshold=0.005) as run:
        await until_settled(run, "alpaca_pro", "yfinance")
        run.peers.forget()
        before, all_before = questions(run.services, ASKED_BY_CYCLES), questions(run.services, list(SOURCES))
        reports = [await run.cycle() for _ in range(HOUR_CYCLES)]
        counts, after = run.peers.counts(), questions(run.services, ASKED_BY_CYCLES)
        calls = sum(counted["calls"] for counted in counts.values())
        limited = sum(counted["limited"] for counted in counts.values()) + refused(run.services)
        skipped, symbols = (sum(getattr(each.record, name) for each in reports) for name in ("skipped", "symbols"))
        missed = told("one hour: cycle p95, ms", percentile(reports, 95), 300.0)
        print(TABLE.format("one hour: cycle p50, ms", f"{percentile(reports, 50):.1f}", ""))
        missed += told(
            "one hour: cycles' questions answered by the cache, %", hit_rate(before, after), 80.0, at_least=True
        )
        everything = hit_rate(all_before, questions(run.services, list(SOURCES)))
        print(TABLE.format("one hour: all questions answered by the cache, %", f"{everything:.1f}", ""))
        missed += told("one hour: calls to vendors a cycle", calls / HOUR_CYCLES, 15.0)
        missed += told("one hour: rate-limit errors, the vendors' and our own", float(limited), 1.0)
        print(TABLE.format("one hour: symbols skipped, not moved, %", f"{100.0 * skipped / symbols:.1f}", ""))
        for name, counted in counts.items():
            print(TABLE.format(f"  calls to {name}", counted["calls"], ""))
        for standing in run.services.live.standing() if run.services.live else ():
            if standing.path is not None and standing.path.errors:
                print(TABLE.format(f"  errors of {standing.source}", str(standing.path.errors), ""))
        return missed


async def many() -> int:
    """500 symbols, all evaluated in each cycle; how many figures miss their limit."""
    async with running(MANY, history_days=MANY_HISTORY_DAYS, threshold=0.0) as run:
        cycles = await until_settled(run, "alpaca_pro")
        print(TABLE.format("500 symbols: cycles until the primary votes on all", cycles, ""))
        asked = run.peers.counts()["alpaca"]["calls"]
        print(TABLE.format("500 symbols: requests to the primary until then", asked, ""), flush=True)
        reports = [await run.cycle() for _ in range(MANY_CYCLES)]
        print(TABLE.format("500 symbols: cycle p50, ms", f"{percentile(reports, 50):.1f}", ""))
        for call in reports[-1].calls:
            print(TABLE.format(f"  votes of {call.source}", f"{call.answered} {call.failure or ''}", ""))
        for standing in run.services.live.standing() if run.services.live else ():
            if standing.path is not None and standing.path.errors:
                print(TABLE.format(f"  errors of {standing.source}", str(standing.path.errors), ""))
        return told("500 symbols: longest cycle, ms", percentile(reports, 100), INTERVAL_SECONDS * 1000.0)


@asynccontextmanager
async def running(symbols: Sequence[str], history_days: int, threshold: float) -> AsyncIterator[Run]:
    """A generator on an empty database, what is asked beside its cycles included. `threshold`: the ratio by which a
    price has to move for its symbol to be evaluated again."""
    options = ("--delay-ms", str(DELAY_MS), "--start", START.isoformat(), "--history-days", str(history_days + 60))
    with (
        tempfile.TemporaryDirectory() as folder,
        running_peers(*options, "--symbols", ",".join(symbols)) as peers,
    ):
        clock = MarketTime()
        clock.jump(peers.now() - clock.now().timestamp())
        environment = {**KEY_VARIABLES, **peers.environment(), "ARGO_CACHE_DIR": f"{folder}/cache"}
        sections: dict[str, dict[str, Any]] = {
            "signal_generation": {"price_change_threshold": threshold},
            "market": {"history_days": history_days},
        }
        settings = settings_of(Path(folder), environment, symbols, sections)
        async with opened(settings, clock, clock.sleep) as services, beside(services, clock):
            yield Run(services, peers, clock)


@asynccontextmanager
async def beside(services: Services, clock: MarketTime) -> AsyncIterator[None]:
    """What `argo_server.jobs.refreshing` does, with pauses of the market's clock."""
    assert services.live is not None
    live = services.live

    async def again_and_again(source: str) -> None:
        while True:
            await clock.sleep(await live.work[source]())

    tasks = [asyncio.create_task(again_and_again(source)) for source in live.work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await live.hush()


async def until_settled(run: Run, *sources: str) -> int:
    """How many cycles it takes until each of these sources votes on every symbol."""
    for count in range(1, MOST_WARMING):
        report = await run.cycle()
        votes = {call.source: call.answered for call in report.calls}
        if min(votes.get(source, 0) for source in sources) == report.record.symbols:
            return count
    raise SystemExit(f"{', '.join(sources)} do not vote on all symbols after {MOST_WARMING} cycles: {votes}")


def hit_rate(before: tuple[int, int], after: tuple[int, int]) -> float:
    """Percent of the questions in between that the cache answered."""
    hits, misses = (last - first for first, last in zip(before, after, strict=True))
    return 100.0 * hits / (hits + misses)


def questions(services: Services, names: Sequence[str]) -> tuple[int, int]:
    """Questions of these sources that the cache answered, and those that it did not."""
    standing = services.live.standing() if services.live else ()
    paths = [each.path for each in standing if each.source in names and each.path is not None]
    return sum(path.cache_hits for path in paths), sum(path.cache_misses for path in paths)


def refused(services: Services) -> int:
    """Calls that a vendor's limit, or our own, let nobody make."""
    standing = services.live.standing() if services.live else ()
    kinds = ("rate_limited", "own_limit")
    return sum(each.path.errors.get(kind, 0) for each in standing if each.path is not None for kind in kinds)


def percentile(reports: Sequence[CycleReport], share: float) -> float:
    """Of the cycles' durations, in milliseconds."""
    return float(np.percentile([report.duration_ms for report in reports], share))


def told(what: str, measured: float, limit: float, *, at_least: bool = False) -> int:
    """Print a row; 1 if the limit is missed."""
    print(TABLE.format(what, f"{measured:.1f}", f"{'> ' if at_least else '< '}{limit:g}"), flush=True)
    return int(not (measured > limit if at_least else measured < limit))


if __name__ == "__main__":
    sys.exit(main())
