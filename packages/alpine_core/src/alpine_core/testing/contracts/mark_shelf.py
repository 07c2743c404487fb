"""What every shelf of bars must do. Fixture: `house`, an empty SignalHouse."""

from __future__ import annotations

from datetime import timedelta

from alpine_core.model import AlarmKind, MarkReceipt
from alpine_core.ports.mark_shelf import Span
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

    async def test_the_newest_bar_of_each_span_is_the_last_of_its_bars(self, house: SignalHouse) -> None:
        days, minutes = sample_series(count=3), sample_series(timeframe="1m", count=3, close=177.0)
        await house.store.store_marks([minutes, days, sample_series("NVDA", count=1, close=178.0)], MOMENT)
        spans = [
            Span("AAPL", MOMENT, MOMENT + 9 * DAY),
            Span("NVDA", MOMENT, MOMENT + 9 * DAY),
            Span("AAPL", MOMENT, MOMENT + DAY),
            Span("AAPL", MOMENT + 5 * DAY, MOMENT + 9 * DAY),
            Span("TSLA", MOMENT, MOMENT + DAY),
            Span("AAPL", MOMENT, MOMENT + 9 * DAY),
        ]
        found = await house.marks.newest_bars(spans)
        told = [None if mark is None else (mark.symbol, mark.start, mark.close) for mark in found]
        last = ("AAPL", MOMENT + 2 * DAY, 176.0)
        assert told == [last, ("NVDA", MOMENT, 178.0), ("AAPL", MOMENT + DAY, 176.0), None, None, last]
        assert await house.marks.newest_bars([]) == ()

    async def test_bars_are_cut_at_both_ends_and_stay_around_the_moment(self, house: SignalHouse) -> None:
        await house.store.store_marks([sample_series(count=20), sample_series("NVDA", count=20)], MOMENT)

        async def days(around: int | None, limit: int, since: int = 0, until: int = 30) -> list[int]:
            moment = None if around is None else MOMENT + around * DAY
            series = await house.marks.bars("AAPL", MOMENT + since * DAY, MOMENT + until * DAY, moment, limit)
            return [(mark.start - MOMENT).days for one in series for mark in one.marks]

        assert await days(10, 4) == [8, 9, 10, 11]
        assert await days(10, 5) == [7, 8, 9, 10, 11]
        assert await days(0, 4) == [0, 1, 2, 3]
        assert await days(-5, 4) == [0, 1, 2, 3]
        assert await days(1, 4) == [0, 1, 2, 3]
        assert await days(19, 4) == [16, 17, 18, 19]
        assert await days(25, 4) == [16, 17, 18, 19]
        assert await days(None, 3) == [17, 18, 19]
        assert await days(10, 6, since=9, until=12) == [9, 10, 11, 12]
        assert await days(10, 2, since=9, until=10) == [9, 10]

    async def test_timeframes_share_what_may_be_read(self, house: SignalHouse) -> None:
        await house.store.store_marks([sample_series(timeframe=name, count=9) for name in ("1m", "1h", "1d")], MOMENT)
        series = await house.marks.bars("AAPL", MOMENT, MOMENT + 30 * DAY, MOMENT, 6)
        assert [(one.timeframe, len(one.marks)) for one in series] == [("1d", 2), ("1h", 2), ("1m", 2)]
        assert [one.marks for one in series] == [sample_series(timeframe=one.timeframe).marks for one in series]

    async def test_of_more_bars_than_a_chart_needs_the_newest_are_read(self, house: SignalHouse) -> None:
        await house.store.store_marks([sample_series(count=2100)], MOMENT)
        (series,) = await house.marks.bars("AAPL", MOMENT, MOMENT + 3000 * DAY)
        assert (len(series.marks), series.marks[-1].start) == (2000, MOMENT + 2099 * DAY)

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
