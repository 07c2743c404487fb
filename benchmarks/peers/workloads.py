"""The four workloads, and the part of each that a slow peer gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from benchmarks.peers.serving import Work
from examples.sma_cross_goog import goog_file, read_prices

ONE_PAIR = np.array([[10, 30]])
PART_BARS, PART_PAIRS, PART_SYMBOLS = 100_000, 50, 40


def daily() -> Work:
    """a: GOOG; highs and lows are those of open and close, which no rule here looks at."""
    opens, closes = (np.array([values]) for values in read_prices(goog_file()))
    return Work(opens, np.maximum(opens, closes), np.minimum(opens, closes), closes, ONE_PAIR)


def long_history() -> Work:
    """b."""
    return walk(seed=2, symbols=1, bars=1_000_000, deviation=0.0005, pairs=ONE_PAIR)


def many_pairs() -> Work:
    """c."""
    grid = np.meshgrid(np.arange(5, 25), np.arange(30, 80), indexing="ij")
    return walk(seed=3, symbols=1, bars=2_000, deviation=0.01, pairs=np.stack([side.ravel() for side in grid], axis=1))


def many_symbols() -> Work:
    """d."""
    return walk(seed=4, symbols=500, bars=2_500, deviation=0.01, pairs=ONE_PAIR)


def walk(seed: int, symbols: int, bars: int, deviation: float, pairs: np.ndarray) -> Work:
    """Seeded walks from 100 with a gap before each open."""
    generator = np.random.default_rng(seed)
    closes = 100 * np.exp(generator.normal(0, deviation, (symbols, bars)).cumsum(axis=1))
    before = np.concatenate((closes[:, :1], closes[:, :-1]), axis=1)
    opens = before * np.exp(generator.normal(0, deviation / 5, (symbols, bars)))
    highs, lows = np.maximum(opens, closes) * 1.0001, np.minimum(opens, closes) * 0.9999
    return Work(opens, highs, lows, closes, pairs)


def part_of(work: Work) -> Work:
    """The first bars, pairs and symbols, few enough for a peer that needs some 50 µs a bar."""
    some = np.s_[:PART_SYMBOLS, :PART_BARS]
    return Work(work.opens[some], work.highs[some], work.lows[some], work.closes[some], work.pairs[:PART_PAIRS])


WORKLOADS: Mapping[str, Callable[[], Work]] = MappingProxyType(
    {"a": daily, "b": long_history, "c": many_pairs, "d": many_symbols}
)
