"""The consensus alone over a long history: ours with numpy and as machine code, and the limit.

Run: `python -m benchmarks.consensus_history [--rounds N]`. 500 symbols at 2,500 moments, six votes in each cell, taken
in the parts that a backtest takes. The votes are **generated** (seeded: this measures time and says nothing about
markets) and lie in their arrays when the clock starts. Included: the vote of each group, sums, confidence, agreement,
coverage, prices held against each other, vetoes. Millions of cells a second of the processor's time, on one core: the
median of rounds that alternate between the two. Results are equal to the last bit (`tests/argo/consensus`).
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time

import numpy as np

from argo_core.backtest.cells import Cells
from argo_core.backtest.strategy import PART
from argo_core.consensus import ConsensusEngine, ConsensusPolicy, VoteTable, Weights
from argo_core.measures.compiled import has_compiler
from argo_core.model.regime import Regime
from argo_core.model.vote import Absence

SYMBOLS, MOMENTS, LIMIT = 500, 2_500, 10.0
AT = np.datetime64("2026-01-02T15:30", "us")
Part = tuple[VoteTable, Cells, np.ndarray]


def main() -> int:
    """Print each figure beside the limit; exit status 1 if the faster one misses it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    rng, weights = np.random.default_rng(7), Weights.default()
    cells = SYMBOLS * MOMENTS
    parts = [part(rng, weights, min(PART, cells - begin)) for begin in range(0, cells, PART)]
    names = {"numpy": False} | ({"machine code": True} if has_compiler() else {})
    engines = {name: ConsensusEngine(weights, ConsensusPolicy(threshold=60), flag) for name, flag in names.items()}
    speeds: dict[str, list[float]] = {name: [] for name in engines}
    for number in range(rounds + 1):
        for name, engine in engines.items():
            speed = millions_a_second(engine, parts, cells)
            if number:  # the first round loads and compiles
                speeds[name].append(speed)
    found = {name: statistics.median(each) for name, each in speeds.items()}
    for name, speed in found.items():
        print(f"{cells:,} cells x {len(weights.members)} votes, {name}: {speed:.1f} million a second, goal {LIMIT:g}")
    return int(max(found.values()) < LIMIT)


def millions_a_second(engine: ConsensusEngine, parts: list[Part], cells: int) -> float:
    """One pass over all cells."""
    started = time.process_time()
    for table, cells_seen, regime in parts:
        engine.decide(table, cells_seen, regime)
    return cells / (time.process_time() - started) / 1e6


def part(rng: np.random.Generator, weights: Weights, count: int) -> Part:
    """Votes on so many cells: a tenth silent, a third of the others aged, prices within a tenth of a percent."""
    shape = (len(weights.members), count)
    silent = rng.random(shape) < 0.1
    factor = np.where(rng.random(shape) < 0.3, rng.random(shape), 1.0)
    names = ("S",) * count
    table = VoteTable(
        weights=weights,
        symbols=names,
        columns=(),
        direction=rng.integers(-1, 2, shape).astype(np.int8),
        confidence=rng.uniform(40.0, 100.0, shape),
        price=100.0 * (1.0 + rng.normal(0.0, 0.0005, shape)),
        age_seconds=np.where(silent, np.nan, 1.0),
        age_factor=np.where(silent, 0.0, factor),
        absence=np.where(silent, Absence.NO_DATA, Absence.NONE).astype(np.uint8),
        expected=np.ones(shape, dtype=np.bool_),
    )
    at, number = np.full(count, AT), np.arange(count)
    seen = Cells(number, number, number, names, at, np.full(count, 100.0), at)
    return table, seen, rng.integers(0, len(Regime), count).astype(np.int8)


if __name__ == "__main__":
    sys.exit(main())
