"""What every shelf of bars must do. Fixture: `house`, an empty SignalHouse."""

from __future__ import annotations

from datetime import timedelta

from alpine_core.model import AlarmKind, MarkReceipt
from alpine_core.testing.samples import MOMENT, sample_series
from alpine_core.testing.signal_house import SignalHouse

DAY = timedelta(days=1)


class MarkShelfContract:
    async def test_bars_read_back_by_symbol_and_time(self, house: SignalHouse) -> None:
        days, minutes = sample_series(count=3), sample_series(timeframe="1m", count=1)
        receipt = await house.store.store_marks([days, minutes, sample_series("NVDA")], MOMENT)
        assert receipt == MarkReceipt(stored=6, duplicates=0, conflicts=0)
        assert await house.marks.bars("AAPL", MOMENT, MOMENT + 9 * DAY) == (days, minutes)
        within = await house.marks.bars("AAPL", MOMENT + DAY, MOMENT + DAY)
        assert [series.marks for series in within] == [days.marks[1:2]]
        assert await house.marks.bars("TSLA", MOMENT, MOMENT + DAY) == ()

    async def test_the_first_bar_stands_and_another_raises_an_alarm(self, house: SignalHouse) -> None:
        await house.store.store_marks([sample_series(count=2)], MOMENT)
        receipt = await house.store.store_marks([sample_series(count=1), sample_series(count=1, close=177.0)], MOMENT)
        assert receipt == MarkReceipt(stored=0, duplicates=1, conflicts=1)
        series = await house.marks.bars("AAPL", MOMENT, MOMENT)
        assert [mark.close for mark in series[0].marks] == [176.0]
        assert [alarm.kind for alarm in await house.alarms.newest(5)] == [AlarmKind.MARK_CONFLICT]

    async def test_a_bar_twice_in_one_message_is_stored_once(self, house: SignalHouse) -> None:
        receipt = await house.store.store_marks([sample_series(count=1), sample_series(count=2)], MOMENT)
        assert receipt == MarkReceipt(stored=2, duplicates=1, conflicts=0)

    async def test_no_bars_are_no_bars(self, house: SignalHouse) -> None:
        nothing = MarkReceipt(stored=0, duplicates=0, conflicts=0)
        assert await house.store.store_marks([], MOMENT) == nothing
        assert await house.store.store_marks([sample_series(count=0)], MOMENT) == nothing
