"""Plain rules beside a plain compiled loop and beside peers.

Run: `python -m benchmarks.backtest [--peers-python PATH] [--whole]`. PATH is the interpreter of an environment in which
some of vectorbt (with plotly below 6), backtesting, backtrader and nautilus_trader are installed; each peer runs in a
process of its own.

Workloads, all with the rule of `examples/sma_cross.py` and accounts of 100,000: a one run over GOOG's 2,148 days,
10/30; b one run over 1,000,000 bars, 10/30; c 1,000 pairs (5…24 × 30…79) over 2,000 bars; d 500 symbols × 2,500 bars,
10/30. b, c and d are seeded walks: they measure time and say nothing else.

Medians of warm paired runs: the two sides of a ratio take turns, and the ratio is the median over the turns. Ours
includes all checks of prices and windows. "headline" adds return, Sharpe, drawdown, trades and win rate on both sides.
The limit is the same rule as one plain compiled loop over checked arrays. Every result must be equal to the limit's
to the cent, and so must each peer's, before it is timed. Peers that need minutes get the first part of each workload,
and ours is then timed on that part; `--whole` gives them all of it, once.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from argo_core.backtest import PlainPace, cross_runs
from benchmarks.peers.limit import limit
from benchmarks.peers.process import PEERS, PeerProcess, PeerUnusable
from benchmarks.peers.serving import Work
from benchmarks.peers.workloads import WORKLOADS, part_of

ROOT = Path(__file__).parents[1]
TURNS = {"a": 41, "b": 9, "c": 9, "d": 9}
# vectorbt bare, and with statistics; of the others, whichever they always do
VECTORBT_GOALS = {"a": (5.0, 120.0), "b": (5.0, 10.0), "c": (9.0, 10.0), "d": (19.0, 10.0)}
SLOW_PEER_GOAL = 500.0


def main() -> int:
    """Print each figure beside its goal; exit status 1 if one is missed."""
    parser = argparse.ArgumentParser(description="plain rules beside a compiled loop and beside peers")
    parser.add_argument("--peers-python", type=Path, help="interpreter of an environment with the peers")
    parser.add_argument("--whole", action="store_true", help="give slow peers whole workloads, once")
    parser.add_argument("--only", choices=PEERS, action="append", help="this peer (repeat for several)")
    arguments = parser.parse_args()
    missed = 0
    works = {name: make() for name, make in WORKLOADS.items()}
    print(f"{'warm milliseconds':<22}{'limit':>9}{'ours':>9}{'ratio':>7}{'headline':>10}{'2 threads':>11}{'numpy':>9}")
    for name, work in works.items():
        missed += beside_the_limit(name, work)
    missed += cold_start()
    for peer in (arguments.only or PEERS) if arguments.peers_python is not None else ():
        missed += beside_a_peer(arguments.peers_python, peer, works, arguments.whole)
    return int(missed > 0)


def beside_the_limit(name: str, work: Work) -> int:
    """One line: medians of all ways to run, in turns. 1 if a goal is missed."""
    expected = limit(work)
    with ThreadPoolExecutor(2) as pool:
        ways = {
            "ours": (PlainPace(compiled=True), False),
            "headline": (PlainPace(compiled=True), True),
            "threads": (PlainPace(True, pool.map, 2), False),
            "numpy": (PlainPace(compiled=False), False),
        }
        taken: dict[str, list[float]] = {"limit": [], **{way: [] for way in ways}}
        for turn in range(TURNS[name] + 1):
            seconds = {"limit": timed_limit(work)}
            for way, (pace, headline) in ways.items():
                seconds[way] = timed(work, pace, headline, expected)
            for way in taken if turn else ():
                taken[way].append(1000 * seconds[way])
    middle = {way: statistics.median(values) for way, values in taken.items()}
    ratio = statistics.median(a / b for a, b in zip(taken["ours"], taken["limit"], strict=True))
    bad = middle["headline"] > 0.5 if name == "a" else ratio > 3
    print(
        f"{name + ' ' + size(work):<22}{middle['limit']:>9.3f}{middle['ours']:>9.3f}{ratio:>7.2f}"
        f"{middle['headline']:>10.3f}{middle['threads']:>11.3f}{middle['numpy']:>9.2f}"
        f"   goal {'headline ≤ 0.5 ms' if name == 'a' else 'ratio ≤ 3'}{'  MISSED' if bad else ''}"
    )
    return int(bad)


def timed(work: Work, pace: PlainPace, headline: bool, expected: tuple[float, int]) -> float:
    """Seconds of one run of ours. Its result must be the limit's."""
    started = time.perf_counter()
    runs = cross_runs(work.opens, work.closes, work.pairs[:, 0], work.pairs[:, 1], headline=headline, pace=pace)
    seconds = time.perf_counter() - started
    must_equal("ours", (float(runs.final_equity.sum()), int(runs.entries.sum())), expected, runs.entries.size)
    return seconds


def warm(work: Work, headline: bool, expected: tuple[float, int]) -> float:
    """Median seconds of ours after one run that does not count: while the peer ran, this process slept."""
    seconds = [timed(work, PlainPace(compiled=True), headline, expected) for _ in range(6)]
    return statistics.median(seconds[1:])


def timed_limit(work: Work) -> float:
    started = time.perf_counter()
    limit(work)
    return time.perf_counter() - started


def must_equal(who: str, found: tuple[float, int], expected: tuple[float, int], accounts: int) -> None:
    """Ends the benchmark where figures differ by more than half a cent for each account."""
    if abs(found[0] - expected[0]) > 0.005 * accounts or found[1] != expected[1]:
        raise PeerUnusable(f"{who} ends with {found[0]:,.4f} after {found[1]} entries, expected {expected}")


def beside_a_peer(python: Path, peer: str, works: dict[str, Work], whole: bool) -> int:
    """Lines of one peer. Where it cannot run here, or comes to another result, the reason is printed and it counts."""
    missed = 0
    for name, full in works.items():
        slow = peer != "vectorbt"
        work = full if whole or not slow else part_of(full)
        for headline in (True,) if slow else (False, True):
            try:
                pairs = turns_with(python, peer, work, headline, once=slow and name != "a")
            except PeerUnusable as unusable:
                print(f"{peer}, {name}: {unusable}")
                missed += 1
                continue
            ratio = statistics.median(theirs / ours for theirs, ours in pairs)
            goal = SLOW_PEER_GOAL if slow else VECTORBT_GOALS[name][headline]
            bad = ratio < goal and (not slow or name != "a")
            missed += bad
            theirs, ours = (1000 * statistics.median(side) for side in zip(*pairs, strict=True))
            print(
                f"{peer + ', ' + name + ' ' + size(work):<42}{'headline' if headline else 'bare':>9}{theirs:>13,.1f} ms"
                f"{ours:>10.3f} ms{ratio:>10,.0f} ×   goal {goal:,.0f} ×{'  MISSED' if bad else ''}",
                flush=True,
            )
    return missed


def turns_with(python: Path, peer: str, work: Work, headline: bool, once: bool) -> list[tuple[float, float]]:
    """Seconds of the peer and of ours, in turns: five after one that does not count, or a single one."""
    expected, accounts = limit(work), len(work.closes) * len(work.pairs)
    turns: list[tuple[float, float]] = []
    with PeerProcess(python, peer, work, ROOT) as process:
        for _ in range(1 if once else 6):
            equity, entries, seconds = process.run(headline)
            must_equal(peer, (equity, entries), expected, accounts)
            turns.append((seconds, warm(work, headline, expected)))
    return turns if once else turns[1:]


def size(work: Work) -> str:
    symbols, bars = work.closes.shape
    return f"({symbols} × {bars:,}, {len(work.pairs)} pairs)" if symbols * len(work.pairs) > 1 else f"({bars:,} bars)"


def cold_start() -> int:
    """Whole processes from start to printed result of a, the second start each. 1 if one is above its goal."""
    program = (
        "from examples.sma_cross_goog import goog_file, read_prices; "
        "from argo_core.backtest import PlainPace, cross_runs; "
        "print(cross_runs(*read_prices(goog_file()), 10, 30, headline=True, pace=PlainPace(compiled={})).final_equity)"
    )
    missed = 0
    for name, compiled, goal in (("numpy", False, 0.6), ("compiled, kept", True, 3.0)):
        seconds = []
        for _ in range(6):
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", program.format(compiled)], cwd=ROOT, check=True, capture_output=True)
            seconds.append(time.perf_counter() - started)
        middle = statistics.median(seconds[1:])
        missed += middle > goal
        print(f"{'cold start of a, ' + name:<36}{middle:>8.2f} s   goal {goal} s{'  MISSED' if middle > goal else ''}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
