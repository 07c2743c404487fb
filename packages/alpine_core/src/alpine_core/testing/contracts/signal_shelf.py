"""What every signal shelf must do. Fixture: `house`, an empty SignalHouse."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alpine_core.model import SignalQuery, Window
from alpine_core.testing.samples import MOMENT, sample_outcome, sample_verified
from alpine_core.testing.signal_house import SignalHouse

ALL = Window()
HOUR = timedelta(hours=1)


async def fill(house: SignalHouse) -> None:
    """a (live, won late), b (premium, lost early), c (SELL), one hour apart; records 1 to 5."""
    await house.store.store([sample_verified("a", symbol="AAPL", confidence=80.0, regime="CHOP")], MOMENT)
    await house.store.store([sample_verified("b", symbol="NVDA", confidence=97.0, regime="TREND")], MOMENT + HOUR)
    sell = {"action": "SELL", "target_price": 160.0, "stop_price": 180.0, "reasoning": "100% of A_B"}
    await house.store.store([sample_verified("c", symbol="AAPL", confidence=90.0, **sell)], MOMENT + 2 * HOUR)
    await house.store.store_outcomes([sample_outcome("b", outcome="loss")], MOMENT + 3 * HOUR)
    await house.store.store_outcomes([sample_outcome("a")], MOMENT + 4 * HOUR)


async def names(house: SignalHouse, query: SignalQuery, window: Window = ALL) -> list[str]:
    return [stored.verified.fields.signal_id for stored in (await house.shelf.page(query, window)).items]


class SignalShelfContract:
    async def test_records_come_in_order_and_in_parts(self, house: SignalHouse) -> None:
        await fill(house)
        assert [record.cursor for record in await house.shelf.after(0, 3)] == [1, 2, 3]
        assert [record.cursor for record in await house.shelf.after(3, 3)] == [4, 5]
        assert await house.shelf.after(5, 3) == ()
        kinds = [
            (record.kind.value, record.stored.verified.fields.signal_id) for record in await house.shelf.after(2, 9)
        ]
        assert kinds == [("signal", "c"), ("outcome", "b"), ("outcome", "a")]

    async def test_an_empty_shelf_answers_with_nothing(self, house: SignalHouse) -> None:
        assert await house.shelf.newest_cursor() == 0
        assert await house.shelf.after(0, 10) == ()
        assert await house.shelf.by_id("a") is None
        page = await house.shelf.page(SignalQuery(), ALL)
        assert (page.items, page.next_before) == ((), None)

    async def test_pages_go_from_the_newest_back_without_gap(self, house: SignalHouse) -> None:
        await fill(house)
        first = await house.shelf.page(SignalQuery(limit=2), ALL)
        assert [stored.verified.fields.signal_id for stored in first.items] == ["c", "b"]
        second = await house.shelf.page(SignalQuery(limit=2, before=first.next_before), ALL)
        assert [stored.verified.fields.signal_id for stored in second.items] == ["a"]
        assert second.next_before is None

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            (SignalQuery(symbol="AAPL"), ["c", "a"]),
            (SignalQuery(symbol="aapl"), []),
            (SignalQuery(action="SELL"), ["c"]),
            (SignalQuery(regime="TREND"), ["b"]),
            (SignalQuery(min_confidence=90.0), ["c", "b"]),
            (SignalQuery(outcome="win"), ["a"]),
            (SignalQuery(outcome="loss"), ["b"]),
            (SignalQuery(outcome="open"), ["c"]),
            (SignalQuery(search="nvda"), ["b"]),
            (SignalQuery(search="MOMENTUM"), ["c", "b", "a"]),
            (SignalQuery(search="100%"), ["c"]),
            (SignalQuery(search="A_B"), ["c"]),
            (SignalQuery(search="AxB"), []),
            (SignalQuery(search="1_0"), []),
            (SignalQuery(search="1%f"), []),
            (SignalQuery(search="100/%"), []),
            (SignalQuery(search="/"), []),
            (SignalQuery(min_confidence=0.0, before=3), ["b", "a"]),
            (SignalQuery(symbol="AAPL", outcome="win", min_confidence=70.0), ["a"]),
        ],
    )
    async def test_filters_hold_together(self, house: SignalHouse, query: SignalQuery, found: list[str]) -> None:
        await fill(house)
        assert await names(house, query) == found

    @pytest.mark.parametrize(
        ("window", "found"),
        [
            (Window(until=MOMENT), ["a"]),
            (Window(until=MOMENT - HOUR), []),
            (Window(until=MOMENT, live_below=95.0), ["c", "a"]),
            (Window(until=MOMENT - HOUR, live_below=90.0), ["a"]),
            (Window(since=MOMENT + HOUR), ["c", "b"]),
            (Window(since=MOMENT + HOUR, until=MOMENT + HOUR), ["b"]),
        ],
    )
    async def test_a_window_shows_its_part(self, house: SignalHouse, window: Window, found: list[str]) -> None:
        await fill(house)
        assert await names(house, SignalQuery(), window) == found

    async def test_an_outcome_outside_the_window_shows_neither_in_answers_nor_through_filters(
        self, house: SignalHouse
    ) -> None:
        await fill(house)
        window = Window(until=MOMENT + 3 * HOUR)
        page = await house.shelf.page(SignalQuery(), window)
        assert [None if one.outcome is None else one.outcome.outcome for one in page.items] == [None, "loss", None]
        assert [one.resolved_at for one in page.items] == [None, MOMENT + 3 * HOUR, None]
        assert await names(house, SignalQuery(outcome="win"), window) == []
        assert await names(house, SignalQuery(outcome="open"), window) == ["c", "a"]
        live = Window(until=MOMENT + 2 * HOUR, live_below=95.0)
        assert await names(house, SignalQuery(outcome="win"), live) == ["a"]
        assert await names(house, SignalQuery(outcome="loss"), live) == []
