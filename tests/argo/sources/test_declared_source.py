"""A source of one's own: a function of bars and a decorator."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import numpy as np
import pytest

from argo_core.errors import ConfigError, DataError, SourceError
from argo_core.model.bars import Bars
from argo_core.model.last_price import LastPrice
from argo_core.model.market_view import MarketView
from argo_core.model.source import Group
from argo_core.model.vote import Absence
from argo_core.sources import source
from argo_core.testing.contracts.source import SourceContract

START = np.datetime64("2026-01-02T15:00", "us")
NOW = datetime(2026, 1, 2, 15, 4, tzinfo=UTC)


def rising(symbol: str, count: int = 4) -> Bars:
    close = 100.0 + np.arange(count)
    values = np.array([close, close + 1, close - 1, close, np.ones(count)])
    return Bars.of(symbol, "1Min", START + np.arange(count) * np.timedelta64(1, "m"), values)


@source("last_change", group=Group.TECHNICAL, weight=0.5)
def last_change(bars: Bars) -> tuple[np.ndarray, np.ndarray]:
    change = np.diff(bars.close, prepend=bars.close[:1])
    return np.sign(change), np.where(np.arange(len(bars)) == 0, np.nan, 70.0)


@pytest.fixture(name="view")
def two_symbols() -> MarketView:
    return MarketView.of([rising("AAPL"), rising("MSFT")], NOW)


class TestDeclaredSource(SourceContract):
    @pytest.fixture(name="source")
    def declared(self) -> object:
        return last_change


async def test_the_last_entry_votes(view: MarketView) -> None:
    column = await last_change.vote(view, np.array([True, True]))
    assert column.direction.tolist() == [1, 1]
    assert column.confidence.tolist() == [70.0, 70.0]


async def test_a_symbol_that_is_still_warming_up_is_absent() -> None:
    column = await last_change.vote(MarketView.of([rising("AAPL", 1)], NOW), np.array([True]))
    assert column.absence.tolist() == [Absence.WARMING_UP]


@pytest.mark.parametrize(
    ("bars", "answered", "why"),
    [
        (1, True, Absence.WARMING_UP),
        (0, True, Absence.NO_DATA),
        (1, False, Absence.VENDORS_SILENT),
        (0, False, Absence.VENDORS_SILENT),
    ],
)
async def test_bars_that_the_vendors_did_not_bring_are_not_put_down_to_warming_up(
    bars: int, answered: bool, why: Absence
) -> None:
    seen = MarketView.of([rising("AAPL", 1).first(bars)], NOW)
    traded = LastPrice(symbol="AAPL", price=100.0, at=NOW, received_at=NOW, feed="iex")
    view = dataclasses.replace(seen, answered=answered).with_prices({"AAPL": traded})
    assert (await last_change.vote(view, np.array([True]))).absence.tolist() == [why]


async def test_enough_bars_of_before_still_vote_while_no_vendor_answers(view: MarketView) -> None:
    column = await last_change.vote(dataclasses.replace(view, answered=False), np.array([True, True]))
    assert column.absence.tolist() == [Absence.NONE, Absence.NONE]


async def test_a_function_that_answers_too_few_entries_is_refused(view: MarketView) -> None:
    @source("short", group=Group.AI, weight=0.5)
    def short(_bars: Bars) -> tuple[np.ndarray, np.ndarray]:
        return np.zeros(1), np.zeros(1)

    with pytest.raises(DataError, match="one direction and one confidence per bar"):
        await short.vote(view, np.array([True, True]))


@pytest.mark.parametrize("nonsense", [[257, 1, 1, 1], [0.7, 1, 1, 1], [float("nan"), 1, 1, 1], ["LONG"] * 4])
async def test_a_direction_that_is_none_is_refused_not_rounded(view: MarketView, nonsense: list[float]) -> None:
    @source("odd", group=Group.AI, weight=0.5)
    def odd(_bars: Bars) -> tuple[np.ndarray, np.ndarray]:
        return np.array(nonsense), np.full(4, 70.0)

    with pytest.raises(DataError, match="odd"):
        await odd.vote(view, np.array([True, True]))


async def test_a_function_that_raises_is_a_source_that_failed_not_a_dead_cycle(view: MarketView) -> None:
    @source("broken", group=Group.AI, weight=0.5)
    def broken(_bars: Bars) -> tuple[np.ndarray, np.ndarray]:
        raise ZeroDivisionError

    with pytest.raises(SourceError, match="broken") as failure:
        await broken.vote(view, np.array([True, True]))
    assert isinstance(failure.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize(("name", "weight"), [("Bad Name", 0.5), ("good", 0.0), ("good", 1.5)])
def test_a_bad_name_or_weight_is_refused(name: str, weight: float) -> None:
    with pytest.raises(ConfigError):
        source(name, group=Group.AI, weight=weight)
