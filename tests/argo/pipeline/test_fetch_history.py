"""A long history is asked for in pieces, and is there whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from argo_core.errors import DataError, SourceError
from argo_core.model.bars import Bars
from argo_core.model.bars_hash import bars_hash
from argo_core.model.instant import to_instant64
from argo_core.model.last_price import LastPrice
from argo_core.model.partial_answer import PartialAnswer
from argo_core.model.timeframe import Timeframe
from argo_core.pipeline.fetch_history import fetch_history

MINUTE = Timeframe.parse("1Min")
FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC)
SYMBOLS = [f"S{number}" for number in range(12)]


class WholeYear:
    """Has a bar of every tenth minute of 2020 of every symbol but GONE; may fail for one symbol."""

    name, feed = "year", "all"

    def __init__(self, failing: str = "") -> None:
        self.failing, self.asked = failing, list[tuple[int, timedelta]]()

    async def bars(
        self, symbols: Sequence[str], timeframe: Timeframe, start: datetime, end: datetime
    ) -> Mapping[str, Bars]:
        """See `ports.MarketVendor`."""
        self.asked.append((len(symbols), end - start))
        known = {symbol: history(symbol, start, end) for symbol in symbols if symbol not in ("GONE", self.failing)}
        fault = SourceError("TIMEOUT", "too slow")
        return PartialAnswer(known, {self.failing: fault} if self.failing in symbols else {})

    async def last_prices(self, symbols: Sequence[str]) -> Mapping[str, LastPrice]:
        """Never asked."""
        return {}


def history(symbol: str, start: datetime, end: datetime) -> Bars:
    """Bars that start in [start, end)."""
    starts = np.arange(to_instant64(start), to_instant64(end), np.timedelta64(10, "m"))
    price = 10.0 + (starts - np.datetime64("2020-01-01")) / np.timedelta64(365, "D")
    return Bars.of(symbol, MINUTE, starts, np.array([price, price, price, price, price]))


async def test_the_pieces_join_to_the_whole_in_the_order_of_the_symbols() -> None:
    vendor, heard = WholeYear(), list[tuple[int, int]]()
    found = await fetch_history(vendor, SYMBOLS, MINUTE, FIRST, LAST, lambda done, every: heard.append((done, every)))
    assert list(found) == SYMBOLS
    assert bars_hash(found["S11"]) == bars_hash(history("S11", FIRST, LAST))
    assert [count for count, _ in vendor.asked] == [10, 10, 10, 2, 2, 2]
    assert max(length for _, length in vendor.asked) == timedelta(minutes=20_000)
    assert heard == [(number, 6) for number in range(1, 7)]


async def test_one_symbol_that_fails_fails_all_with_its_reason() -> None:
    with pytest.raises(SourceError, match="too slow"):
        await fetch_history(WholeYear("S3"), SYMBOLS, MINUTE, FIRST, LAST)


async def test_symbols_without_bars_are_named() -> None:
    with pytest.raises(DataError, match="year told no bars of GONE") as error:
        await fetch_history(WholeYear(), ["S1", "GONE"], MINUTE, FIRST, LAST)
    assert error.value.code == "no_bars"


async def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(DataError) as error:
        await fetch_history(WholeYear(), SYMBOLS, MINUTE, LAST, FIRST)
    assert error.value.code == "bad_period"
