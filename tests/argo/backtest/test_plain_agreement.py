"""The fast paths give what the definition of the plain account gives: every trade, every figure, to the last bit."""

from __future__ import annotations

import math
import statistics
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.backtest.plain_account import PlainAccount, crossings_on_paper, walk
from argo_core.backtest.plain_backtest import PlainPace, cross_runs, signal_runs
from argo_core.backtest.plain_tally import PlainRuns
from argo_core.backtest.plain_terms import PlainTerms
from argo_core.measures.compiled import has_compiler
from tests.argo.backtest.price_walks import Floats, random_panel, walks

# The lane with the lowest versions has no compiler: there the numpy path is held against the definition alone.
PACES = [PlainPace(compiled=False), *([PlainPace(compiled=True)] if has_compiler() else [])]

windows = st.integers(1, 6).flatmap(lambda fast: st.tuples(st.just(fast), st.integers(fast + 1, 15)))
all_terms = st.builds(
    PlainTerms,
    start_cash=st.sampled_from([100_000.0, 1_005.0, 10_000.0, 0.05]),
    units=st.sampled_from([10.0, 1.0, 0.3]),
    fee_ratio=st.sampled_from([0.001, 0.0, 0.25]),
)


def agrees(runs: PlainRuns, account: PlainAccount, start_cash: float, run: int = 0) -> None:
    """Asserts that one of the runs is the account."""
    assert runs.fill_bars is not None
    assert runs.fill_bars[run].tolist() == [fill.bar for fill in account.fills]
    assert runs.entries.flat[run] == account.entries
    assert runs.closed.flat[run] == len(account.fills) - account.entries
    assert runs.refused.flat[run] == account.refused
    assert runs.final_equity.flat[run] == account.equity[-1]
    assert runs.fees.flat[run] == pytest.approx(math.fsum(fill.fee for fill in account.fills), rel=1e-13)
    assert runs.headline is not None
    peaks = np.maximum.accumulate(account.equity)
    assert runs.headline.max_drawdown.flat[run] == ((peaks - account.equity) / peaks).max()
    assert runs.headline.total_return.flat[run] == account.equity[-1] / start_cash - 1
    trades = list(zip(account.fills[::2], account.fills[1::2], strict=False))
    results = [out.price * -out.units - out.fee - (into.price * into.units + into.fee) for into, out in trades]
    share = statistics.mean(result > 0 for result in results) if trades else math.nan
    assert runs.headline.win_rate.flat[run] == pytest.approx(share, nan_ok=True)


def same(one: PlainRuns, other: PlainRuns) -> None:
    """Asserts equality of every number of two results, NaN included."""
    for name in ("final_equity", "entries", "closed", "refused", "fees"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert one.headline is not None
    assert other.headline is not None
    for name in one.headline.__slots__:
        np.testing.assert_array_equal(getattr(one.headline, name), getattr(other.headline, name))


@given(walks(), windows, all_terms)
def test_a_cross_agrees_to_the_last_trade(
    series: tuple[Floats, Floats], pair: tuple[int, int], terms: PlainTerms
) -> None:
    opens, closes = series
    account = walk(opens.tolist(), closes.tolist(), *crossings_on_paper(closes.tolist(), *pair), terms)
    found = [cross_runs(opens, closes, *pair, terms=terms, headline=True, fills=True, pace=pace) for pace in PACES]
    for runs in found:
        agrees(runs, account, terms.start_cash)
        same(runs, found[0])


@given(walks(), st.integers(0, 2**32 - 1), st.sampled_from([0.05, 0.5, 1.0]), all_terms)
def test_any_signals_agree_to_the_last_trade(
    series: tuple[Floats, Floats], seed: int, density: float, terms: PlainTerms
) -> None:
    opens, closes = series
    entries, exits = np.random.default_rng(seed).random((2, closes.size)) < density
    account = walk(opens.tolist(), closes.tolist(), entries.tolist(), exits.tolist(), terms)
    found = [
        signal_runs(opens, closes, entries, exits, terms=terms, headline=True, fills=True, pace=pace) for pace in PACES
    ]
    for runs in found:
        agrees(runs, account, terms.start_cash)
        same(runs, found[0])


@pytest.mark.parametrize("pace", PACES, ids=lambda pace: "compiled" if pace.compiled else "numpy")
def test_many_symbols_and_pairs_are_each_their_own_account(pace: PlainPace) -> None:
    opens, closes = random_panel(3, symbols=12, bars=300)
    fast, slow = [2, 5, 9, 3], [7, 20, 21, 4]
    runs = cross_runs(opens, closes, fast, slow, headline=True, fills=True, pace=pace)
    assert runs.final_equity.shape == runs.entries.shape == (12, 4)
    for symbol in range(12):
        for rule in range(4):
            signals = crossings_on_paper(closes[symbol].tolist(), fast[rule], slow[rule])
            account = walk(opens[symbol].tolist(), closes[symbol].tolist(), *signals, PlainTerms())
            agrees(runs, account, 100_000.0, run=4 * symbol + rule)


@pytest.mark.parametrize("pace", PACES, ids=lambda pace: "compiled" if pace.compiled else "numpy")
def test_threads_change_nothing(pace: PlainPace) -> None:
    opens, closes = random_panel(4, symbols=7, bars=400)
    entries, exits = np.random.default_rng(1).random((2, 7, 3, 400)) < 0.2
    with ThreadPoolExecutor(2) as pool:
        shared = PlainPace(compiled=pace.compiled, spread=pool.map, parts=3)
        for chosen in (pace, shared):
            crosses = cross_runs(opens, closes, [3, 5], [8, 13], headline=True, pace=chosen)
            signals = signal_runs(opens, closes, entries, exits, headline=True, pace=chosen)
            if chosen is pace:
                alone = crosses, signals
    same(crosses, alone[0])
    same(signals, alone[1])
    assert crosses.entries.sum() > 100


@pytest.mark.parametrize("pace", PACES, ids=lambda pace: "compiled" if pace.compiled else "numpy")
def test_running_sums_are_renewed_over_long_histories(pace: PlainPace) -> None:
    opens, closes = random_panel(8, symbols=1, bars=20_000)
    closes[0, 9_000:15_000] = closes[0, 9_000]
    runs = cross_runs(opens, closes, 4, 11, headline=True, fills=True, pace=pace)
    signals = crossings_on_paper(closes[0].tolist(), 4, 11)
    agrees(runs, walk(opens[0].tolist(), closes[0].tolist(), *signals, PlainTerms()), 100_000.0)


def test_the_sharpe_ratio_is_that_of_the_equity_at_closes() -> None:
    opens, closes = random_panel(5, symbols=1, bars=500)
    runs = cross_runs(opens[0], closes[0], 5, 17, headline=True, pace=PACES[-1])
    account = walk(opens[0].tolist(), closes[0].tolist(), *crossings_on_paper(closes[0].tolist(), 5, 17), PlainTerms())
    changes = [now / was - 1 for was, now in zip(account.equity, account.equity[1:], strict=False)]
    assert runs.headline is not None
    expected = statistics.mean(changes) / statistics.stdev(changes) * math.sqrt(252)
    assert runs.headline.sharpe[0, 0] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("pace", PACES, ids=lambda pace: "compiled" if pace.compiled else "numpy")
def test_a_running_sum_that_drifts_one_way_does_not_decide_between_equal_means(pace: PlainPace) -> None:
    """These eight prices over and over push a running sum of seven by more than two roundings a bar, always upwards.

    After 150,000 bars the drift is larger than the margin for 4,096: only a sum that was made anew sees that the means
    over the last eight bars are equal, where the price falls back to the mean of both windows.
    """
    cycle = np.random.default_rng(3837).uniform(0.1, 4.0, 8)
    closes = np.concatenate((np.tile(cycle, 18_750), [3.0, 2.5, 2.0, 1.0, 3.0, 1.0, 3.0, 1.0, 3.0, 2.0, 1.0, 1.0]))
    runs = cross_runs(closes, closes, 7, 8, fills=True, pace=pace)
    assert runs.fill_bars is not None
    on_paper = np.any(crossings_on_paper(closes[-20:].tolist(), 7, 8), axis=0)
    assert (np.flatnonzero(on_paper) - 20).tolist() == [-11, -9, -6, -5, -2, -1]
    fills = runs.fill_bars[0] - len(closes)
    assert fills[fills > -12].tolist() == [-10, -8, -5, -4, -1]
