"""A program for `test_import_sigkill`: replaces every series again and again, prints each stored round."""

from __future__ import annotations

import sys
from pathlib import Path

from argo_core.adapters.parquet import ParquetLibrary
from argo_core.testing.sample_history import sample_history, sample_import

SYMBOLS = ("AAPL", "MSFT", "BTC-USD")
DAYS = 600


def import_for_ever(folder: Path) -> None:
    """Round N stores prices from N on; it begins after the newest stored round."""
    library = ParquetLibrary(folder)
    stored = library.series()
    number = int(library.load(stored[0].newest).open[0]) if stored else 0
    sys.stdout.write("ready\n")
    while True:
        number += 1
        library.store(
            [sample_import(sample_history(symbol, days=DAYS, close=float(number))) for symbol in SYMBOLS], replace=True
        )
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    import_for_ever(Path(sys.argv[1]))
