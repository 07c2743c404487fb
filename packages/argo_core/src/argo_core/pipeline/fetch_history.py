"""A long history of a vendor, in questions that are short enough to be answered in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from argo_core.errors import DataError
from argo_core.model.bars import Bars
from argo_core.model.partial_answer import unanswered
from argo_core.model.timeframe import Timeframe
from argo_core.ports.market_vendor import MarketVendor

SYMBOLS_AT_ONCE, BARS_AT_ONCE = 10, 20_000
LONGEST = timedelta(days=3650)


async def fetch_history(
    vendor: MarketVendor,
    symbols: Sequence[str],
    timeframe: Timeframe,
    first: datetime,
    last: datetime,
    progress: Callable[[int, int], None] = lambda done, every: None,
) -> dict[str, Bars]:
    """All complete bars of every symbol that start in [first, last), in the order of the symbols; all or nothing.
    `progress` hears (questions answered, of how many).

    Raises DataError `no_bars` for a symbol that the vendor told nothing of, `bad_period`; SourceError of the vendor.
    """
    if first >= last:
        raise DataError("bad_period", f"{first:%Y-%m-%d} to {last:%Y-%m-%d} is no period: let it end after it begins")
    windows, found = list(_windows(timeframe, first, last)), dict[str, Bars]()
    groups = [symbols[place : place + SYMBOLS_AT_ONCE] for place in range(0, len(symbols), SYMBOLS_AT_ONCE)]
    for number, group in enumerate(groups):
        for place, (begin, end) in enumerate(windows):
            answer = await vendor.bars(group, timeframe, begin, end)
            failed = next(iter(unanswered(answer).values()), None)
            if failed is not None:
                raise failed
            for symbol, bars in answer.items():
                known = found.get(symbol)
                found[symbol] = bars if known is None else known.joined(bars, len(known) + len(bars))
            progress(number * len(windows) + place + 1, len(groups) * len(windows))
    missing = [symbol for symbol in symbols if symbol not in found]
    if missing:
        raise DataError("no_bars", f"{vendor.name} told no bars of {', '.join(missing)}: nothing was imported")
    return {symbol: found[symbol] for symbol in symbols}


def _windows(timeframe: Timeframe, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The period in pieces of about so many bars of a market that never closes."""
    length = min(timedelta(seconds=timeframe.seconds * BARS_AT_ONCE), LONGEST)
    while first < last:
        yield first, min(first + length, last)
        first += length
