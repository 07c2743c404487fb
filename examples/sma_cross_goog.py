"""Two moving averages that cross, over the daily bars of GOOG that ship inside the package `backtesting`.

    python examples/sma_cross_goog.py --json            # {"final_equity": 107430.0841, "entries": 33}

Ten shares are bought at the open after the mean of the last 10 closes came to stand above that of the last 30, and sold
at the open after it fell below. 100,000 to start with, 0.1 % of the notional for each side, marked at the last close.
The package is only read from, never imported; `make venv` installs it.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import sys
from pathlib import Path

from argo_core.backtest import cross_runs
from argo_core.errors import DataError

FAST, SLOW = 10, 30


def goog_file() -> Path:
    """The file inside the installed package. Raises DataError where it is missing."""
    package = importlib.util.find_spec("backtesting")
    for folder in (package.submodule_search_locations or []) if package is not None else []:
        file = Path(folder) / "test" / "GOOG.csv"
        if file.is_file():
            return file
    raise DataError("no_data", "GOOG.csv of the package backtesting is not installed here: run make venv")


def read_prices(file: Path) -> tuple[list[float], list[float]]:
    """Opens and closes, oldest first. Raises DataError where the file is not what it should be."""
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    try:
        return [float(row["Open"]) for row in rows], [float(row["Close"]) for row in rows]
    except (KeyError, TypeError, ValueError) as cause:
        raise DataError("bad_file", f"{file} does not hold columns Open and Close of numbers: run make venv") from cause


def main() -> int:
    """Print the account's end; exit status 2 where there is no data."""
    parser = argparse.ArgumentParser(description=f"SMA {FAST}/{SLOW} cross over the daily bars of GOOG")
    parser.add_argument("--json", action="store_true", help='print {"final_equity", "entries"}')
    arguments = parser.parse_args()
    try:
        runs = cross_runs(*read_prices(goog_file()), FAST, SLOW)
    except DataError as refused:
        print(refused, file=sys.stderr)
        return 2
    equity, entries = float(runs.final_equity[0, 0]), int(runs.entries[0, 0])
    if arguments.json:
        print(json.dumps({"final_equity": equity, "entries": entries}))
    else:
        print(f"final equity {equity:,.2f} after {entries} entries")
    return 0


if __name__ == "__main__":
    sys.exit(main())
