"""Which cycles looked at which symbol on a day that several generators shared."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from argo_core.backtest.day_looks import DayLooks
from argo_core.backtest.history import History
from argo_core.backtest.parity_moments import asked_in, moments_of_day
from argo_core.model.bars import Bars
from argo_core.model.recorded_day import RecordedCycle, RecordedDay

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
COINS = ("BTC-USD", "ETH-USD", "XRP-USD")


def at(second: int) -> datetime:
    return NOON + timedelta(seconds=second)


def minutes(symbol: str, count: int = 20) -> Bars:
    """Bars of a minute that rise by 1 % each, the first of which ends at noon."""
    start = np.datetime64("2026-03-02T11:59", "us") + np.arange(count) * np.timedelta64(1, "m")
    row = 100.0 * 1.01 ** np.arange(count)
    return Bars.of(symbol, "1Min", start, np.array([row, row, row, row, np.ones(count)]))


def day_of(source: str = "live", **seconds: Iterable[int]) -> RecordedDay:
    """Cycles at these seconds after noon, by the end of their ids: `of` stands for one generator."""
    cycles = [
        RecordedCycle(
            cycle_id=f"CYC-{second}" if share == "of" else f"CYC-{second}-{share[1:].upper()}",
            as_of=at(second),
            decided_at=at(second),
            data_source=source,
            symbols=1,
            skipped=1,
            decisions=(),
        )
        for share, wanted in seconds.items()
        for second in wanted
    ]
    ordered = tuple(sorted(cycles, key=lambda cycle: cycle.as_of))
    return RecordedDay(day="2026-03-02", cycles=ordered, signals=(), open_before=(), before=None, priced={}, shown=())


def looks_of(day: RecordedDay) -> DayLooks:
    return DayLooks(day, [minutes(symbol) for symbol in COINS], COINS)


def test_a_symbol_is_looked_at_by_the_cycles_of_its_own_share() -> None:
    looks = looks_of(day_of("replay", s1of2=range(0, 20, 5), s2of2=range(2, 22, 5)))
    assert looks.moments == [at(second) for second in (0, 2, 5, 7, 10, 12, 15, 17)]
    assert looks.of("BTC-USD") == looks.of("XRP-USD") == {at(second) for second in (0, 5, 10, 15)}
    assert looks.of("ETH-USD") == {at(second) for second in (2, 7, 12, 17)}
    assert looks.cycle_at("ETH-USD", at(7)).cycle_id == "CYC-7-2OF2"
    with pytest.raises(LookupError, match="no cycle looked at ETH-USD"):
        looks.cycle_at("ETH-USD", at(5))


def test_while_one_generator_rests_only_its_symbols_are_missed() -> None:
    looks = looks_of(day_of(s1of2=range(0, 601, 5), s2of2=[*range(0, 61, 5), *range(480, 601, 5)]))
    within = [at(second) for second in range(120, 421, 60)]
    assert [looks.missed("ETH-USD", moment) for moment in within] == [True] * 6
    assert [looks.missed("BTC-USD", moment) for moment in within] == [False] * 6


def test_a_generator_that_never_ran_missed_the_whole_day() -> None:
    looks = looks_of(day_of(s1of2=range(0, 601, 5)))
    assert looks.missed("ETH-USD", at(300))
    assert not looks.missed("BTC-USD", at(300))


def test_generators_that_were_added_during_the_day_go_on_where_the_one_before_ended() -> None:
    looks = looks_of(day_of(of=range(0, 300, 5), s1of2=range(300, 601, 5), s2of2=range(300, 601, 5)))
    for coin in COINS:
        assert looks.of(coin) >= {at(second) for second in range(0, 601, 5)}
        assert not any(looks.missed(coin, at(second)) for second in range(0, 601, 60))


def test_what_moved_is_asked_about_at_the_moments_of_its_own_generator() -> None:
    day = day_of("replay", s1of2=range(0, 121, 60), s2of2=range(30, 151, 60))
    looks = looks_of(day)
    history = History.of([minutes(symbol) for symbol in COINS], moments_of_day(looks))
    asked = asked_in(history, day, looks, COINS, 0.005)
    assert asked.tolist() == [[True, False] * 3, [False, True] * 3, [True, False] * 3]
