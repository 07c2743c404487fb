"""Two moving averages that cross, over bars of your own.

    python examples/sma_cross.py --bars FILE.npy --fast 10 --slow 30 --json
    python examples/sma_cross.py --bars FILE.npy --sweep 5:24 30:79 --json

FILE.npy holds rows (open, high, low, close, volume), oldest first: an array (bars, 5) of one symbol, or (symbols, bars,
5) of many. Each run is an account of its own with 100,000, long only: ten units are bought at the open after the mean
of the last FAST closes came to stand above that of the last SLOW, and sold at the open after it fell below; 0.1 % of
the notional for each side; an open position is marked at the last close.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest import PlainPace, cross_runs
from argo_core.errors import ArgoError, DataError

COLUMNS = ("open", "high", "low", "close", "volume")
OPEN, CLOSE, VOLUME = 0, 3, 4
ENGINES = {"auto": None, "numpy": False, "compiled": True}
HELP = """\
result, with --json as one object on one line:
  --fast N --slow N   final_equity (of several symbols: the sum over their accounts of 100,000 each), entries (filled
                      ones, a last open one included; of several symbols: the sum)
  --sweep A:B C:D     every pair of a fast window A, A+1, … B and a slow window C, C+1, … D, both ends included, of
                      which the fast one is the smaller: equity_sum (final equities, over all symbols and pairs),
                      entries (over all symbols and pairs), best ([fast, slow] of the pair with the largest final
                      equity over all symbols; the smaller windows where two are equal), best_equity (that equity)
  both                the keys of both; entries is then that of the sweep

Bars follow each other without a gap as far as the rule is concerned: an order fills at the next row's open, whatever
time or price lies between, and whatever its volume. Equal means are no crossing. An entry that the cash does not allow
is left out. Status 2 and one line on bad input."""


class OneLineParser(argparse.ArgumentParser):
    """Bad usage in one line, without the usage text before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{message}: see --help\n")


def arguments_of(words: list[str] | None = None) -> argparse.Namespace:
    """The command line, checked. Exits with status 2 on bad usage."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = OneLineParser(description="SMA cross over bars of your own.", epilog=HELP, formatter_class=plain)
    parser.add_argument("--bars", type=Path, required=True, metavar="FILE.npy", help="(bars, 5) or (symbols, bars, 5)")
    parser.add_argument("--fast", type=int, metavar="N", help="bars in the fast mean, 1 or more")
    parser.add_argument("--slow", type=int, metavar="N", help="bars in the slow mean, more than in the fast one")
    parser.add_argument(
        "--sweep", type=window_range, nargs=2, metavar=("FAST_FROM:FAST_TO", "SLOW_FROM:SLOW_TO"),
        help="try every pair, both ends included",
    )  # fmt: skip
    parser.add_argument("--engine", choices=ENGINES, default="auto", help="auto: compiled where the work is worth it")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="threads that share the runs (1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args(words)
    if (arguments.fast is None) != (arguments.slow is None):
        parser.error("--fast and --slow belong together")
    if arguments.fast is None and arguments.sweep is None:
        parser.error("give --fast N --slow N, or --sweep FAST_FROM:FAST_TO SLOW_FROM:SLOW_TO")
    if not 1 <= arguments.threads <= 256:
        parser.error("--threads is from 1 to 256")
    return arguments


def window_range(text: str) -> range:
    """`FROM:TO`, both ends included."""
    found = re.fullmatch(r"(\d{1,9}):(\d{1,9})", text)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is no range FROM:TO of whole numbers, 1 ≤ FROM ≤ TO")
    return range(int(found[1]), int(found[2]) + 1)


def read_bars(file: Path) -> NDArray[np.float64]:
    """Rows of the file, (bars, 5) or (symbols, bars, 5). Raises DataError."""
    try:
        rows = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError) as cause:
        raise DataError("bad_file", f"{file} cannot be read as an array of numbers: {one_line(cause)}") from cause
    if not isinstance(rows, np.ndarray) or rows.dtype.kind not in "iuf":
        raise DataError("bad_file", f"{file} is no single array of numbers: store one with numpy.save")
    if rows.ndim not in (2, 3) or rows.shape[-1] != len(COLUMNS) or 0 in rows.shape:
        raise DataError("bad_shape", f"{file} has shape {rows.shape}: give (bars, 5) or (symbols, bars, 5)")
    sound = np.isfinite(rows) & (rows > 0)
    sound[..., VOLUME] |= rows[..., VOLUME] == 0
    if not sound.all():
        *symbol, bar, column = np.unravel_index(int((~sound).argmax()), rows.shape)
        where = "".join(f"symbol {index}, " for index in symbol) + f"bar {bar}"
        value = rows[(*symbol, bar, column)]
        raise DataError("bad_bar", f"{file}, {where}: {COLUMNS[column]} is {value}: repair or drop the bar first")
    return np.asarray(rows, dtype=np.float64)


def one_line(cause: Exception) -> str:
    """The first line of an error that another package raised."""
    return (str(cause).splitlines() or [type(cause).__name__])[0]


def results(arguments: argparse.Namespace, rows: NDArray[np.float64], pace: PlainPace) -> dict[str, object]:
    """What is printed, by name."""
    prices = rows[..., OPEN], rows[..., CLOSE]
    told: dict[str, object] = {}
    if arguments.fast is not None:
        runs = cross_runs(*prices, arguments.fast, arguments.slow, pace=pace)
        told |= {"final_equity": math.fsum(runs.final_equity.flat), "entries": int(runs.entries.sum())}
    if arguments.sweep is not None:
        pairs = [(fast, slow) for fast in arguments.sweep[0] for slow in arguments.sweep[1] if fast < slow]
        if not pairs:
            raise DataError("bad_period", "the sweep has no pair with a fast window below the slow one: widen a range")
        runs = cross_runs(*prices, *np.transpose(pairs), pace=pace)
        by_pair = [math.fsum(equities) for equities in runs.final_equity.T]
        best = by_pair.index(max(by_pair))
        told |= {"equity_sum": math.fsum(runs.final_equity.flat), "entries": int(runs.entries.sum())}
        told |= {"best": list(pairs[best]), "best_equity": by_pair[best]}
    return told


def main() -> int:
    """Print the result; exit status 2 on bad input."""
    arguments = arguments_of()
    try:
        rows = read_bars(arguments.bars)
        with ThreadPoolExecutor(arguments.threads) as pool:
            pace = PlainPace(ENGINES[arguments.engine], pool.map, arguments.threads)
            told = results(arguments, rows, pace)
    except ArgoError as refused:
        print(refused, file=sys.stderr)
        return 2
    if arguments.json:
        print(json.dumps(told))
    else:
        for name, value in told.items():
            print(f"{name:<14}{value:,.2f}" if isinstance(value, float) else f"{name:<14}{value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
