"""The causality fuzzer finds planted leaks of every kind, names them, and accuses nobody else."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable

import numpy as np
import pytest
from numpy.random import PCG64, Generator

from argo_core.backtest.lookahead import Checked, LookaheadPlan, check_lookahead
from argo_core.backtest.vote_history import shipped_histories, vote_history
from argo_core.errors import DataError, SourceError
from argo_core.measures.panel import Floats
from argo_core.model.bars import Bars
from argo_core.sources import source

SEEDS = range(2) if os.environ.get("TEST_COUNTS", "slice") == "slice" else range(60)


def walk(seed: int, count: int = 300) -> Bars:
    """A walk with gaps, flat stretches and a jump."""
    generator = Generator(PCG64(seed))
    steps = generator.normal(0, 0.02, count) * (generator.random(count) > 0.1)
    steps[generator.integers(0, count)] += 0.2
    close = 100 * np.exp(np.cumsum(steps))
    opened = np.concatenate((close[:1], close[:-1])) * np.exp(generator.normal(0, 0.005, count))
    high = np.maximum(opened, close) * np.exp(np.abs(generator.normal(0, 0.01, count)))
    low = np.minimum(opened, close) / np.exp(np.abs(generator.normal(0, 0.01, count)))
    values = np.array([opened, high, low, close, generator.uniform(1, 1e6, count)])
    return Bars.of(
        "AAPL", "1Day", np.datetime64("2020-01-01", "us") + np.arange(count) * np.timedelta64(1, "D"), values
    )


def checked(function: Callable[[Bars], object], seed: int = 1) -> Checked:
    return check_lookahead("planted", vote_history("planted", function), walk(seed), LookaheadPlan(seed=seed))


def centred_window(bars: Bars) -> Floats:
    """A mean of five bars around each."""
    return np.convolve(bars.close, np.ones(5) / 5, mode="same")


def whole_sample(bars: Bars) -> Floats:
    """Prices in standard deviations of the whole history."""
    score: Floats = (bars.close - bars.close.mean()) / bars.close.std()
    return score


def shifted_label(bars: Bars) -> Floats:
    """Tomorrow's sign among the features."""
    return np.append(np.sign(np.diff(bars.close)), 0.0)


def resampled(bars: Bars) -> Floats:
    """Each day is given the close of its week."""
    weeks = np.arange(len(bars)) // 5
    ends = np.minimum(weeks * 5 + 4, len(bars) - 1)
    return bars.close[ends]


def filled(bars: Bars) -> Floats:
    """What is known at each tenth bar is laid over the gap before it."""
    known = np.where(np.arange(len(bars)) % 10 == 9, bars.close, np.nan)
    places = np.where(np.isnan(known), len(bars), np.arange(len(bars)))
    following = np.minimum.accumulate(places[::-1])[::-1]
    return np.append(known, 0.0)[following]


LEAKS = {
    "centred window": (centred_window, 2),
    "normalisation over the whole sample": (whole_sample, None),
    "shifted label": (shifted_label, 1),
    "resample": (resampled, 4),
    "fill from the future": (filled, 9),
}


@pytest.mark.parametrize("kind", LEAKS)
def test_a_planted_leak_is_found_whatever_the_seed(kind: str) -> None:
    leak, reach = LEAKS[kind]
    for seed in SEEDS:
        found = checked(leak, seed).leak
        assert found is not None
        assert found.function == "planted"
        assert found.amount > 0
        assert reach is None or 1 <= found.ahead <= reach


def test_the_finding_names_function_bar_and_amount() -> None:
    bars = walk(3)
    # A vote that from bar 150 on knows the close three bars later.
    known = np.minimum(np.arange(300) + 3 * (np.arange(300) >= 150), 299)

    def peeking(given: Bars) -> tuple[Floats, Floats]:
        ahead = given.close[np.minimum(known[: len(given)], len(given) - 1)]
        return np.zeros(len(given)), ahead

    found = check_lookahead("peeking", vote_history("peeking", peeking), bars, LookaheadPlan(places=239)).leak
    assert found is not None
    assert (found.function, found.symbol, found.column, found.bar) == ("peeking", "AAPL", "confidence", 150)
    assert found.said == bars.close[153]
    assert found.instead is not None
    assert found.amount == pytest.approx(abs(float(bars.close[153]) - found.instead))
    assert 1 <= found.ahead <= 3
    assert found.at.isoformat() == "2020-05-30T00:00:00+00:00"


@pytest.mark.parametrize("name", sorted(shipped_histories()))
def test_no_shipped_source_is_accused(name: str) -> None:
    for seed in SEEDS:
        found = check_lookahead(name, shipped_histories()[name], walk(seed), LookaheadPlan(seed=seed))
        assert (found.leak, found.comparisons) == (None, 121)


def test_causal_functions_that_round_differently_are_not_accused() -> None:
    def running(bars: Bars) -> Floats:
        # Convolution by Fourier transform: each length of history rounds in its own way.
        size = 2 * len(bars)
        weights = np.exp(-np.arange(len(bars)) / 10.0)
        return np.fft.irfft(np.fft.rfft(bars.close, size) * np.fft.rfft(weights, size), size)[: len(bars)]

    @source("momentum", group="technical", weight=0.25)
    def momentum(bars: Bars) -> tuple[Floats, Floats]:
        move = np.sign(bars.close - np.concatenate((np.full(10, bars.close[0]), bars.close[:-10])))
        return move, np.full(len(bars), 60.0)

    for function in (running, momentum):
        history = vote_history("causal", function)
        assert all(check_lookahead("causal", history, walk(seed)).leak is None for seed in SEEDS)


def test_an_answer_that_changes_by_itself_is_told_apart() -> None:
    counter = itertools.count()
    found = checked(lambda bars: np.full(len(bars), float(next(counter)))).leak
    assert found is not None
    assert found.change == "repeated"


def test_a_vote_that_falls_silent_without_its_future_is_a_leak() -> None:
    def late(bars: Bars) -> Floats:
        values = bars.close.copy()
        values[-3:] = np.nan
        return values

    found = checked(late).leak
    assert found is not None
    assert (found.instead, found.amount, found.change) == (None, float("inf"), "cut")


def test_what_cannot_be_checked_is_refused_in_one_line() -> None:
    with pytest.raises(DataError, match="at least 100"):
        check_lookahead("x", shipped_histories()["technical"], walk(1, 99))
    with pytest.raises(DataError, match="one value for each"):
        checked(lambda _bars: np.zeros(3))
    with pytest.raises(DataError, match="no numbers"):
        checked(lambda bars: ["up"] * len(bars))
    with pytest.raises(SourceError, match="raised ZeroDivisionError"):
        checked(lambda _bars: 1 / 0)
    with pytest.raises(DataError, match="no function of bars"):
        vote_history("text", "text")
