"""What every signal shelf must do. Fixture: `house`, an empty SignalHouse."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alpine_core.model import SignalQuery, Window
from alpine_core.model.query import Sort
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import MOMENT, sample_outcome, sample_verified
from alpine_core.testing.signal_house import SignalHouse

ALL = Window()
HOUR = timedelta(hours=1)


async def fill(house: SignalHouse) -> SampleLog:
    """a (live, won late, unlogged), b (premium, lost early), c (SELL), one hour apart; records 1 to 5."""
    log = SampleLog()
    await house.store.store([sample_verified("a", symbol="AAPL", confidence=80.0, regime="CHOP")], MOMENT)
    premium = sample_verified("b", symbol="NVDA", confidence=97.0, regime="TREND")
    await log.store_in(house.store, [premium], MOMENT + HOUR)
    sell = {"action": "SELL", "target_price": 160.0, "stop_price": 180.0, "reasoning": "100% of A_B"}
    open_one = sample_verified("c", symbol="AAPL", confidence=90.0, **sell)
    await log.store_in(house.store, [open_one], MOMENT + 2 * HOUR)
    await log.resolve_in(house.store, sample_outcome("b", outcome="loss"), MOMENT + 3 * HOUR)
    await house.store.store_outcomes([sample_outcome("a")], MOMENT + 4 * HOUR)
    return log


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
        ("sort", "found"),
        [
            ("newest", ["c", "b", "a"]),
            ("oldest", ["a", "b", "c"]),
            ("confidence", ["b", "c", "a"]),
            ("symbol", ["c", "a", "b"]),
            ("result", ["b", "a", "c"]),
        ],
    )
    async def test_the_whole_record_is_sorted_not_a_page_of_it(
        self, house: SignalHouse, sort: Sort, found: list[str]
    ) -> None:
        log = await fill(house)
        lost = sample_outcome("c", outcome="expired", result="cancelled", exit_price=None, profit_loss_pct=None)
        await log.resolve_in(house.store, lost, MOMENT + 5 * HOUR)
        assert await names(house, SignalQuery(sort=sort)) == found
        pages = [await house.shelf.page(SignalQuery(sort=sort, limit=1, offset=at), ALL) for at in range(4)]
        assert [one.verified.fields.signal_id for page in pages for one in page.items] == found
        following = [None] * 4 if sort == "newest" else [1, 2, None, None]
        assert [page.next_offset for page in pages] == following

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
            (Window(until=MOMENT), ["b", "a"]),
            (Window(until=MOMENT - HOUR), ["b", "a"]),
            (Window(until=MOMENT + 2 * HOUR), ["c", "b", "a"]),
            (Window(until=MOMENT, live_below=95.0), ["c", "b", "a"]),
            (Window(since=MOMENT + HOUR), ["c", "b"]),
            (Window(since=MOMENT + HOUR, until=MOMENT + HOUR), ["b"]),
            (Window(unlogged=False), ["c", "b"]),
            (Window(unlogged=False, until=MOMENT), ["b"]),
        ],
    )
    async def test_a_window_shows_its_part(self, house: SignalHouse, window: Window, found: list[str]) -> None:
        await fill(house)
        assert await names(house, SignalQuery(), window) == found

    async def test_an_outcome_shows_with_its_signal_in_answers_and_through_filters(self, house: SignalHouse) -> None:
        await fill(house)
        window = Window(until=MOMENT)
        page = await house.shelf.page(SignalQuery(), window)
        assert [None if one.outcome is None else one.outcome.outcome for one in page.items] == ["loss", "win"]
        assert [one.resolved_at for one in page.items] == [MOMENT + 3 * HOUR, MOMENT + 4 * HOUR]
        assert await names(house, SignalQuery(outcome="win"), window) == ["a"]
        assert await names(house, SignalQuery(outcome="open"), window) == []
        assert await names(house, SignalQuery(outcome="open"), Window(until=MOMENT, live_below=95.0)) == ["c"]

    async def test_seals_read_back_with_signals_and_outcomes(self, house: SignalHouse) -> None:
        log = await fill(house)
        found = [await house.shelf.by_id(name) for name in ("a", "b", "c")]
        assert [None if one is None or one.seal is None else one.seal.leaf_index for one in found] == [None, 1, 2]
        assert found[1] is not None
        assert found[1].outcome_seal is not None
        assert (found[1].outcome_seal.of, found[1].outcome_seal.entry) == (1, log.entries[3])
        kept = [record.stored for record in await house.shelf.after(0, 9)]
        assert [one.seal is not None for one in kept] == [False, True, True, True, False]
        assert [one.outcome_seal is not None for one in kept] == [False, False, False, True, False]
