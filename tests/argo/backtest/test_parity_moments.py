"""Pauses of a live market are looked into; a recorded market waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from argo_core.backtest.day_looks import DayLooks
from argo_core.backtest.history import History
from argo_core.backtest.parity_moments import asked_in, moments_of_day
from argo_core.model.bars import Bars
from argo_core.model.recorded_day import RecordedCycle, RecordedDay
from argo_core.testing.sample_cycles import sample_decision

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SYMBOLS = ("BTC-USD",)


def minutes(closes: list[float], symbol: str = "BTC-USD") -> Bars:
    """Bars of a minute, the first of which ends at noon."""
    start = np.datetime64("2026-03-02T11:59", "us") + np.arange(len(closes)) * np.timedelta64(1, "m")
    row = np.array(closes)
    return Bars.of(symbol, "1Min", start, np.array([row, row, row, row, np.ones(len(row))]))


def day_of(*seconds: int, source: str = "live", decided: tuple[int, ...] = ()) -> RecordedDay:
    """A cycle at each of these seconds after noon; at those of `decided` it evaluated the symbol."""
    cycles = tuple(
        RecordedCycle(
            cycle_id=f"C{second}",
            as_of=NOON + timedelta(seconds=second),
            decided_at=NOON + timedelta(seconds=second),
            data_source=source,
            symbols=1,
            skipped=int(second not in decided),
            decisions=(sample_decision("D1", symbol="BTC-USD"),) if second in decided else (),
        )
        for second in seconds
    )
    return RecordedDay(
        day="2026-03-02", cycles=cycles, signals=(), open_before=(), before=None, priced={"BTC-USD": 100.0}, shown=()
    )


def missed_in(looks: DayLooks, symbol: str = "BTC-USD") -> list[datetime]:
    """From noon on, rising."""
    return [each for each in looks.moments if each >= NOON and looks.missed(symbol, each)]


def test_ends_of_bars_while_no_cycle_ran_are_looked_at() -> None:
    bars = minutes([100.0] * 12)
    looks = DayLooks(day_of(*range(0, 61, 5), *range(480, 541, 5)), [bars], SYMBOLS)
    assert [each.minute for each in missed_in(looks)] == [2, 3, 4, 5, 6, 7, 10, 11]


def test_a_replay_that_waited_has_missed_nothing() -> None:
    assert missed_in(DayLooks(day_of(0, 5, 480, source="replay"), [minutes([100.0] * 12)], SYMBOLS)) == []


def test_a_symbol_is_asked_about_where_it_moved_or_was_asked_about_live() -> None:
    bars, day = minutes([100.0, 100.2, 101.0, 101.2]), day_of(0, 60, 120, 180, decided=(60,))
    looks = DayLooks(day_of(0, 60, 120, 180, source="replay"), [bars], SYMBOLS)
    asked = asked_in(History.of([bars], moments_of_day(looks)), day, looks, SYMBOLS, 0.005)
    # Unmoved, evaluated live at 100.2, 0.8 % above that, hardly above the last.
    assert asked.tolist() == [[False, True, True, False]]


def test_a_symbol_that_is_no_longer_followed_is_asked_about_only_where_it_was_live() -> None:
    bars, day = minutes([100.0, 110.0, 120.0]), day_of(0, 60, 120, decided=(120,))
    looks = DayLooks(day_of(0, 60, 120, source="replay"), [bars], ())
    asked = asked_in(History.of([bars], moments_of_day(looks)), day, looks, (), 0.005)
    assert asked.tolist() == [[False, False, True]]
