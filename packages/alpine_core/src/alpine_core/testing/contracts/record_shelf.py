"""What every record shelf must do. Fixture: `house`, an empty SignalHouse."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from alpine_core.model import ClosedSignal, DayClose, Mark, MarkSeries
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import MOMENT, sample_outcome, sample_verified
from alpine_core.testing.signal_house import SignalHouse

HOUR = timedelta(hours=1)
DAY = date(2026, 3, 2)


async def fill(house: SignalHouse) -> None:
    """a unlogged and won; b logged and lost; c logged and open; d logged, cancelled without a price."""
    log = SampleLog()
    await house.store.store([sample_verified("a")], MOMENT)
    details = {"regime": "BEAR", "win_probability": 0.7, "data_source": "replay", "as_of": "2018-11-01T20:00:00Z"}
    changes: tuple[dict[str, Any], ...] = (details, {}, {"as_of": None})
    for number, (name, changed) in enumerate(zip("bcd", changes, strict=True)):
        verified = sample_verified(name, symbol=f"SYM{number}", confidence=80.0 + number, **changed)
        await log.store_in(house.store, [verified], MOMENT + number * HOUR)
    lost = {"outcome": "loss", "result": "stop", "exit_price": 171.5, "profit_loss_pct": -2.139800, "net_pct": -2.3398}
    await log.resolve_in(house.store, sample_outcome("b", exit_at="2018-11-02T20:00:00Z", **lost), MOMENT + 5 * HOUR)
    await house.store.store_outcomes([sample_outcome("a")], MOMENT + 6 * HOUR)
    gone = {"outcome": "expired", "result": "cancelled", "exit_price": None, "profit_loss_pct": None}
    await log.resolve_in(house.store, sample_outcome("d", **gone), MOMENT + 7 * HOUR)


def series(timeframe: str, *bars: tuple[datetime, float]) -> MarkSeries:
    marks = (
        Mark(symbol="AAPL", timeframe=timeframe, start=start, open=9.0, high=99.0, low=1.0, close=close, volume=0.0)
        for start, close in bars
    )
    return MarkSeries(symbol="AAPL", timeframe=timeframe, origin="replay", marks=tuple(marks))


class RecordShelfContract:
    async def test_only_ended_signals_with_proven_places_are_told_in_order(self, house: SignalHouse) -> None:
        assert await house.record.closed(0, 10) == ()
        await fill(house)
        found = await house.record.closed(0, 10)
        assert [(each.signal_id, each.cursor) for each in found] == [("b", 5), ("d", 7)]
        assert [each.signal_id for each in await house.record.closed(0, 1)] == ["b"]
        assert [each.signal_id for each in await house.record.closed(5, 10)] == ["d"]
        assert await house.record.closed(7, 10) == ()

    async def test_what_is_told_is_what_was_stored(self, house: SignalHouse) -> None:
        await fill(house)
        first, second = await house.record.closed(0, 10)
        assert first == ClosedSignal(
            cursor=5,
            signal_id="b",
            symbol="SYM0",
            action="BUY",
            strategy="momentum_breakout",
            confidence=80.0,
            win_probability=0.7,
            regime="BEAR",
            entry_price=175.25,
            exit_price=171.5,
            result="stop",
            gross_pct=-2.1398,
            stated_net_pct=-2.3398,
            opened_at=datetime(2018, 11, 1, 20, tzinfo=UTC),
            closed_at=datetime(2018, 11, 2, 20, tzinfo=UTC),
            received_at=MOMENT,
            replayed=True,
        )
        bare = msgspec.structs.replace(second, signal_id="", symbol="")
        assert (bare.exit_price, bare.gross_pct, bare.stated_net_pct, bare.replayed) == (None, None, None, False)
        # Without a time of the market it is the one that was hashed.
        assert bare.opened_at == datetime(2026, 1, 2, 14, 30, 0, 123456, tzinfo=UTC)

    async def test_a_days_close_is_that_of_the_bar_that_starts_last(self, house: SignalHouse) -> None:
        at = datetime(2026, 3, 2, tzinfo=UTC)
        hourly = series("1h", (at, 10.0), (at + 23 * HOUR, 11.0), (at + 24 * HOUR, 12.0), (at + 72 * HOUR, 13.0))
        await house.store.store_marks([hourly, series("1d", (at, 20.0), (at + 24 * HOUR, 21.0))], MOMENT)
        expected = (
            DayClose(day=DAY, close=11.0),
            DayClose(day=DAY + timedelta(days=1), close=21.0),  # of two that start together the first by name
            DayClose(day=DAY + timedelta(days=3), close=13.0),
        )
        record = house.record
        assert await record.day_closes("AAPL", DAY, DAY + timedelta(days=9)) == expected
        assert await record.day_closes("AAPL", DAY, DAY) == expected[:1]
        assert await record.day_closes("AAPL", DAY + timedelta(days=1), DAY + timedelta(days=2)) == expected[1:2]
        assert await record.day_closes("MSFT", DAY, DAY) == ()
