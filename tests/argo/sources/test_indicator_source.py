"""A vendor of few calls a day: who was not asked about is not expected, and no silence becomes a vote."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest

from argo_core.model.bars import Bars
from argo_core.model.indicator_readings import IndicatorReadings
from argo_core.model.instant import to_instant64
from argo_core.model.market_view import MarketView
from argo_core.model.source import Group, SourceSpec
from argo_core.model.vote import Absence
from argo_core.sources.absent_source import AbsentSource
from argo_core.sources.indicator_source import IndicatorSource, ReadingsState

NOW = datetime(2026, 3, 3, 15, tzinfo=UTC)
SPEC = SourceSpec(name="alpha_vantage", group=Group.TECHNICAL, weight=0.25)
READINGS = IndicatorReadings(
    symbol="AAPL", rsi=70.0, macd=2.0, macd_signal=1.0, sma=95.0, at=NOW - timedelta(hours=18),
    received_at=NOW - timedelta(hours=1), feed="alpha vantage",
)  # fmt: skip


def view(*symbols: str) -> MarketView:
    blank = MarketView.of([Bars.empty(symbol) for symbol in symbols], NOW)
    at = np.full(len(symbols), to_instant64(NOW))
    return MarketView(NOW, blank.symbols, blank.bars, np.full(len(symbols), 100.0), at)


def source(**state: object) -> IndicatorSource:
    return IndicatorSource(SPEC, lambda: ReadingsState(**state))  # type: ignore[arg-type]


EVERYONE = np.ones(2, dtype=np.bool_)


async def test_readings_vote_and_the_symbol_that_nobody_asked_about_is_not_expected() -> None:
    column = await source(readings={"AAPL": READINGS}, asked_at={"AAPL": NOW}).vote(view("AAPL", "TSLA"), EVERYONE)
    assert (column.direction.tolist(), column.expected.tolist()) == ([1, 0], [True, False])
    assert column.absence.tolist() == [Absence.NONE, Absence.NOT_EXPECTED]


@pytest.mark.parametrize(
    ("failures", "absence"),
    [({}, Absence.NO_DATA), ({"AAPL": "RATE_LIMITED"}, Absence.RATE_LIMITED), ({"AAPL": "odd"}, Absence.VENDOR_ERROR)],
)
async def test_a_question_without_readings_is_an_absence_with_its_reason(
    failures: dict[str, str], absence: Absence
) -> None:
    column = await source(asked_at={"AAPL": NOW}, failures=failures).vote(view("AAPL", "TSLA"), EVERYONE)
    assert (column.absence.tolist(), column.expected.tolist()) == ([absence, Absence.NOT_EXPECTED], [True, False])


async def test_a_row_that_the_cycle_did_not_ask_for_stays_so() -> None:
    asked = np.array([False, True])
    column = await source(readings={"AAPL": READINGS}, asked_at={"AAPL": NOW}).vote(view("AAPL", "TSLA"), asked)
    assert (column.absence.tolist(), column.expected.tolist()) == (
        [Absence.NOT_ASKED, Absence.NOT_EXPECTED],
        [False, False],
    )


async def test_a_source_that_is_off_is_absent_everywhere_and_expected_nowhere() -> None:
    column = await AbsentSource(SPEC, Absence.DISABLED).vote(view("AAPL", "TSLA"), EVERYONE)
    assert (column.absence.tolist(), column.expected.tolist()) == ([Absence.DISABLED] * 2, [False] * 2)


@pytest.mark.parametrize(
    ("sma", "absence"),
    [
        (400.0, Absence.CORPORATE_ACTION),  # four for one, the readings are of before it
        (10.0, Absence.CORPORATE_ACTION),  # one for ten
        (181.0, Absence.CORPORATE_ACTION),
        *((mean, Absence.NONE) for mean in (150.0, 143.0, 125.0, 110.0, 85.0, 82.0, 80.0, 78.0, 71.0, 60.0)),
    ],
)
async def test_readings_and_a_price_on_two_sides_of_a_split_are_no_vote(sma: float, absence: Absence) -> None:
    readings = msgspec.structs.replace(READINGS, sma=sma)
    column = await source(readings={"AAPL": readings}, asked_at={"AAPL": NOW}).vote(view("AAPL", "TSLA"), EVERYONE)
    assert column.absence.tolist() == [absence, Absence.NOT_EXPECTED]
    assert absence is Absence.NONE or column.direction[0] == 0
    assert column.checked() is column


async def test_a_coin_far_from_its_mean_is_no_split() -> None:
    readings = msgspec.structs.replace(READINGS, symbol="BTC-USD", sma=50.0)
    state = ReadingsState(readings={"BTC-USD": readings}, asked_at={"BTC-USD": NOW})
    column = await IndicatorSource(SPEC, lambda: state).vote(view("BTC-USD", "TSLA"), EVERYONE)
    assert column.absence.tolist() == [Absence.NONE, Absence.NOT_EXPECTED]


async def test_a_symbol_whose_price_in_the_view_is_doubtful_is_no_vote_here_either() -> None:
    doubted = dataclasses.replace(view("AAPL", "TSLA"), doubtful=frozenset({"AAPL", "TSLA"}))
    column = await source(readings={"AAPL": READINGS}, asked_at={"AAPL": NOW}).vote(doubted, EVERYONE)
    assert column.absence.tolist() == [Absence.CORPORATE_ACTION, Absence.NOT_EXPECTED]
