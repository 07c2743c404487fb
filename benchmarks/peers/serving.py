"""A peer in a process of its own: it reads its work once, and then runs it once for each line it is sent.

The parent alternates its own runs with these, so that both see the same machine. Time is taken here, without the pipe.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """Prices (symbols, bars) and rows (fast, slow); every symbol runs with every row."""

    opens: NDArray[np.float64]
    highs: NDArray[np.float64]
    lows: NDArray[np.float64]
    closes: NDArray[np.float64]
    pairs: NDArray[np.int64]


Run = Callable[[Any, bool], tuple[float, Any]]
Prepare = Callable[[Work], Any]


def serve(run: Run, prepare: Prepare = lambda work: work) -> None:
    """`run(prepared, headline)` gives the sum of final equities and, called afterwards, the number of entries.

    `prepare` turns the work into the peer's own objects once, and takes no part in the time.
    """
    with np.load(sys.argv[1]) as file:
        work = Work(*(file[name] for name in ("opens", "highs", "lows", "closes", "pairs")))
    prepared = prepare(work)
    for line in sys.stdin:
        started = time.perf_counter()
        equity, count_entries = run(prepared, line.strip() == "headline")
        seconds = time.perf_counter() - started
        print(json.dumps({"seconds": seconds, "equity": float(equity), "entries": int(count_entries())}), flush=True)
