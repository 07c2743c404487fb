"""Plain rules at full speed: long only, a fixed number of units, decided on a close and filled at the next open.

`plain_account.walk` is the definition. What runs here is either compiled (numba, extra `fast`) or numpy that works only
where there are orders; both give what the definition gives, to the last bit. Each run is an account of its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from argo_core.backtest.plain_door import PlainPrices, signal_flags, window_pairs
from argo_core.backtest.plain_sparse import settle_signals
from argo_core.backtest.plain_tally import COLUMNS, PlainRuns, read_tallies
from argo_core.backtest.plain_terms import PlainTerms
from argo_core.errors import ConfigError
from argo_core.measures.compiled import has_compiler
from argo_core.measures.mean_order import crossings, mean_order, on_grid, order_margin
from argo_core.measures.panel import Floats, Integers

# Loading compiled code takes about as long as numpy needs for this many bars of all runs together.
COMPILED_FROM_STEPS = 5_000_000

_DOUBT = COLUMNS.index("doubt")


class Spread(Protocol):
    """Calls a function for every part, in any order or at once, like `map` of an executor of threads."""

    def __call__(self, work: Callable[[slice], None], parts: list[slice], /) -> Iterable[None]: ...


@dataclass(frozen=True, slots=True)
class PlainPace:
    """How runs are computed; results do not depend on it.

    `compiled`: True for machine code, False for numpy, None to choose by the amount of work. `spread` over `parts`
    equal shares of the runs: the `map` of a pool of threads, since kernels work without the interpreter's lock.
    """

    compiled: bool | None = None
    spread: Spread | None = None
    parts: int = 1


def cross_runs(
    opens: ArrayLike,
    closes: ArrayLike,
    fast: ArrayLike,
    slow: ArrayLike,
    *,
    terms: PlainTerms = PlainTerms(),
    headline: bool = False,
    fills: bool = False,
    pace: PlainPace = PlainPace(),
) -> PlainRuns:
    """Enter when the mean of the last `fast` closes crosses above that of the last `slow`, leave when it crosses below.

    `opens`, `closes` (bars,) or (symbols, bars), positive, oldest first; `fast` < `slow` whole numbers of bars, one
    each or (pairs,) each. Every symbol runs with every pair. Crossings are decided without rounding (`mean_order`):
    equal means are neither above nor below. Fewer bars than `slow` mean no entry. `fills` keeps the bars of all fills,
    eight bytes for each bar of each run on the compiled path.
    Raises DataError `bad_shape`, `bad_price`, `bad_period`; ConfigError if machine code is asked for and numba missing.
    """
    prices, pairs = PlainPrices.of(opens, closes), window_pairs(fast, slow)
    symbols, bars = prices.closes.shape
    table = np.empty((symbols, len(pairs), 3), dtype=np.int64)
    table[:, :, 0], table[:, :, 1:] = np.arange(symbols)[:, None], pairs
    runs = table.reshape(-1, 3)
    tallies = np.zeros((len(runs), len(COLUMNS)))
    wanted = _wants_compiled(pace, len(runs) * bars)
    kept = np.empty((len(runs), bars if fills and wanted else 0), dtype=np.int64)
    lists: list[Integers] = [np.empty(0, dtype=np.int64)] * len(runs)
    if wanted:
        from argo_core.backtest.plain_kernels import run_crosses

        margins = _margins(prices, runs)

        def compiled(part: slice) -> None:
            figures = (terms.start_cash, terms.units, terms.fee_ratio)
            run_crosses(
                prices.opens, prices.closes, runs[part], margins[part], figures, headline, tallies[part], kept[part]
            )

        _spread(pace, len(runs), compiled)
        if fills:
            lists = _kept_fills(kept, tallies)
    open_runs = np.flatnonzero(tallies[:, _DOUBT]) if wanted else np.arange(len(runs))
    if open_runs.size:
        _cross_sparsely(prices, runs, open_runs, terms, headline, tallies, lists, pace)
    return read_tallies(tallies, symbols, bars, terms, headline, lists if fills else None)


def _cross_sparsely(
    prices: PlainPrices,
    runs: Integers,
    open_runs: Integers,
    terms: PlainTerms,
    headline: bool,
    tallies: Floats,
    lists: list[Integers],
    pace: PlainPace,
) -> None:
    """Runs that are not settled yet, with numpy; window sums are shared by the pairs of a symbol."""

    def sparse(part: slice) -> None:
        symbol, sums = -1, dict[int, Floats]()
        for run in open_runs[part].tolist():
            if runs[run, 0] != symbol:
                symbol, sums = int(runs[run, 0]), {}
            close, fast, slow = prices.closes[symbol], int(runs[run, 1]), int(runs[run, 2])
            rises, falls = crossings(mean_order(close, fast, slow, sums), slow, close.size)
            tallies[run], lists[run] = settle_signals(prices.opens[symbol], close, rises, falls, terms, headline)

    _spread(pace, len(open_runs), sparse)


def signal_runs(
    opens: ArrayLike,
    closes: ArrayLike,
    entries: ArrayLike,
    exits: ArrayLike,
    *,
    terms: PlainTerms = PlainTerms(),
    headline: bool = False,
    fills: bool = False,
    pace: PlainPace = PlainPace(),
) -> PlainRuns:
    """Any rule, given as signals: with nothing held `entries[t]` buys at the open of t + 1, else `exits[t]` sells.

    `opens`, `closes` (bars,) or (symbols, bars); `entries`, `exits` of bool, (bars,), (symbols, bars) or (symbols,
    rules, bars). What a signal on bar t may know ends with the close of t; that is the caller's to keep. Otherwise as
    `cross_runs`. Raises DataError `bad_shape`, `bad_price`, `bad_signals`; ConfigError as there.
    """
    prices = PlainPrices.of(opens, closes)
    symbols, bars = prices.closes.shape
    enters, leaves = (side.reshape(-1, bars) for side in signal_flags(entries, exits, symbols, bars))
    owners = np.repeat(np.arange(symbols), len(enters) // symbols)
    tallies = np.zeros((len(enters), len(COLUMNS)))
    lists: list[Integers] = [np.empty(0, dtype=np.int64)] * len(enters)
    if _wants_compiled(pace, enters.size):
        from argo_core.backtest.plain_kernels import run_signals

        kept = np.empty((len(enters), bars if fills else 0), dtype=np.int64)
        figures = (terms.start_cash, terms.units, terms.fee_ratio)

        def compiled(part: slice) -> None:
            sides = owners[part], enters[part], leaves[part]
            run_signals(prices.opens, prices.closes, *sides, figures, headline, tallies[part], kept[part])

        _spread(pace, len(enters), compiled)
        lists = _kept_fills(kept, tallies) if fills else lists
    else:

        def sparse(part: slice) -> None:
            for run in range(part.start, part.stop):
                series = prices.opens[owners[run]], prices.closes[owners[run]]
                tallies[run], lists[run] = settle_signals(*series, enters[run], leaves[run], terms, headline)

        _spread(pace, len(enters), sparse)
    return read_tallies(tallies, symbols, bars, terms, headline, lists if fills else None)


def _wants_compiled(pace: PlainPace, steps: int) -> bool:
    if pace.compiled is None:
        return steps >= COMPILED_FROM_STEPS and has_compiler()
    if pace.compiled and not has_compiler():
        raise ConfigError("compiled runs need numba: install argo-core[fast], or let numpy do it")
    return pace.compiled


def _margins(prices: PlainPrices, runs: Integers) -> Floats:
    """How close two compared sums may come before rounding could decide, for each run; 0 where nothing is rounded."""
    from argo_core.backtest.plain_kernels import RENEWAL

    margins = order_margin(prices.largest[runs[:, 0]], runs[:, 1], runs[:, 2], RENEWAL)
    exact = on_grid(prices.closes, prices.largest, int(runs[:, 1].max()), int(runs[:, 2].max()))
    return np.where(exact[runs[:, 0]], 0.0, margins) if exact.any() else margins


def _kept_fills(kept: NDArray[np.int64], tallies: Floats) -> list[Integers]:
    counts = (tallies[:, COLUMNS.index("entries")] + tallies[:, COLUMNS.index("closed")]).astype(np.int64)
    return [row[:count].copy() for row, count in zip(kept, counts.tolist(), strict=True)]


def _spread(pace: PlainPace, runs: int, work: Callable[[slice], None]) -> None:
    parts = max(1, min(pace.parts, runs))
    bounds = [runs * index // parts for index in range(parts + 1)]
    shares = [slice(first, last) for first, last in itertools.pairwise(bounds)]
    if pace.spread is None:
        for share in shares:
            work(share)
    else:
        for _ in pace.spread(work, shares):  # an executor's map raises what its work raised only when it is read
            pass
