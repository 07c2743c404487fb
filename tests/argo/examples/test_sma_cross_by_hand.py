"""The example against a loop written here, in fractions, that shares nothing with the library: many drawn markets."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from argo_core.backtest import PlainPace
from argo_core.measures.compiled import has_compiler
from examples.sma_cross import arguments_of, results

Floats = NDArray[np.float64]
ENGINES = [False, *([True] if has_compiler() else [])]
SWEEP = ("--sweep", "1:4", "3:6")
PAIRS = [(fast, slow) for fast in (1, 2, 3, 4) for slow in (3, 4, 5, 6) if fast < slow]


def by_hand(opens: Sequence[float], closes: Sequence[float], fast: int, slow: int) -> tuple[Fraction, int]:
    """Final equity and entries of one account, every number exact."""
    cash, held, entries, order = Fraction(100_000), 0, 0, 0
    exact, before = [Fraction(close) for close in closes], None
    for bar, opened in enumerate(opens):
        notional = 10 * Fraction(opened)
        if order > 0 and notional * 1001 / 1000 <= cash:
            cash, held, entries = cash - notional * 1001 / 1000, 10, entries + 1
        elif order < 0:
            cash, held = cash + notional * 999 / 1000, 0
        order, gap = 0, None
        if bar >= slow - 1:
            gap = sum(exact[bar - fast + 1 : bar + 1]) / fast - sum(exact[bar - slow + 1 : bar + 1]) / slow
            if before is not None and not held and gap > 0 >= before:
                order = 1
            elif before is not None and held and gap < 0 <= before:
                order = -1
        before = gap
    return cash + held * exact[-1], entries


def drawn(kind: str, generator: np.random.Generator) -> tuple[Floats, Floats]:
    """Opens and closes (symbols, bars): 1 to 3 symbols, 1 to 60 bars."""
    shape = (int(generator.integers(1, 4)), int(generator.integers(1, 61)))
    if kind == "ties":
        closes = generator.integers(1, 4, shape).astype(np.float64)
    elif kind == "tenths":  # means that are equal on paper and not in floats
        closes = generator.choice([0.1, 0.2, 0.3, 0.7], shape)
    elif kind == "dear":  # ten shares cost about all the cash
        closes = 9_990 * np.exp(np.cumsum(generator.normal(0, 0.02, shape), axis=1))
    else:
        closes = 100 * np.exp(np.cumsum(generator.normal(0, 0.03, shape), axis=1))
    return closes * generator.choice([1, 1, 1.01, 0.99], shape), closes


@pytest.mark.parametrize("compiled", ENGINES)
@pytest.mark.parametrize("kind", ["ties", "tenths", "dear", "walk"])
def test_one_pair_and_a_sweep_are_what_a_plain_loop_says(kind: str, compiled: bool) -> None:
    generator, bought = np.random.default_rng(3), 0
    for _ in range(12):
        opens, closes = drawn(kind, generator)
        rows = np.stack([opens, np.maximum(opens, closes), np.minimum(opens, closes), closes, opens * 0], axis=-1)
        told = results(
            arguments_of(["--bars", "here", "--fast", "2", "--slow", "5", *SWEEP]),
            rows[0] if len(rows) == 1 else rows,
            PlainPace(compiled, map, 2),
        )
        series = list(zip(opens.tolist(), closes.tolist(), strict=True))
        every = {pair: [by_hand(*one, *pair) for one in series] for pair in PAIRS}
        equity = {pair: sum(worth for worth, _ in every[pair]) for pair in PAIRS}
        best = max(PAIRS, key=lambda pair: equity[pair])  # the first of equals: the smaller windows
        entries = sum(count for accounts in every.values() for _, count in accounts)
        assert told["final_equity"] == pytest.approx(float(equity[2, 5]), rel=1e-12)
        assert told["equity_sum"] == pytest.approx(float(sum(equity.values())), rel=1e-12)
        assert (told["entries"], told["best"]) == (entries, list(best))
        assert told["best_equity"] == pytest.approx(float(equity[best]), rel=1e-12)
        bought += entries
    assert bought > 50


@pytest.mark.parametrize("compiled", ENGINES)
@pytest.mark.parametrize(
    ("closes", "fast", "slow"),
    [([7.0], 1, 2), ([5.0, 9.0, 5.0], 2, 4), ([5.0, 6.0], 1, 2), ([3.0] * 9, 2, 4)],
    ids=["one bar", "fewer bars than slow", "no bar before the first means", "equal means"],
)
def test_without_a_crossing_nothing_is_bought(closes: list[float], fast: int, slow: int, compiled: bool) -> None:
    rows = np.stack([np.array(closes)] * 5, axis=-1)
    told = results(
        arguments_of(["--bars", "here", "--fast", str(fast), "--slow", str(slow)]), rows, PlainPace(compiled)
    )
    assert told == {"final_equity": 100_000.0, "entries": 0}


@pytest.mark.parametrize("compiled", ENGINES)
@pytest.mark.parametrize(("opened", "entries"), [(9_990.009990009, 1), (9_990.00999001, 0)])
def test_ten_shares_are_bought_if_the_cash_pays_for_them_and_the_fee(
    opened: float, entries: int, compiled: bool
) -> None:
    closes, opens = np.array([5.0, 4.0, 9.0, 9.0]), np.array([5.0, 4.0, 9.0, opened])
    rows = np.stack([opens, closes, closes, closes, closes], axis=-1)
    told = results(arguments_of(["--bars", "here", "--fast", "1", "--slow", "2"]), rows, PlainPace(compiled))
    assert told["entries"] == entries
