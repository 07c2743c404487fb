"""The feed: no gap, no double, nothing early, for every tier, wherever one resumes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpine_core.errors import ReaderError
from alpine_core.feed import EventKind, FeedItem, Position, SignalFeed
from alpine_core.model import DEFAULT_TERMS, SignalQuery, Tier
from alpine_core.testing import FixedClock, MemoryStore
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import MOMENT, sample_outcome, sample_verified
from alpine_core.tiers import Entitlements, SealedView, SignalView

POLICY = Entitlements()
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SIGNALS = {confidence: sample_verified("x", confidence=confidence) for confidence in (80.0, 97.0)}


async def filled(pattern: list[tuple[float, int]]) -> MemoryStore:
    """A signal of each confidence, so many seconds after the one before; every third one resolved at once."""
    store, clock, log = MemoryStore(), FixedClock(MOMENT), SampleLog()
    for number, (confidence, seconds) in enumerate(pattern):
        now = clock.advance(seconds=seconds)
        name = f"s{number}"
        await log.store_in(store, [sample_verified(name, confidence=confidence)], now)
        if number % 3 == 0:
            await log.resolve_in(store, sample_outcome(name), now)
    return store


async def drain(feed: SignalFeed, tier: Tier, position: str, now: FixedClock, limit: int) -> tuple[list[FeedItem], str]:
    items: list[FeedItem] = []
    while True:
        page = await feed.after(position, tier, now.now(), limit)
        assert len(page.items) <= limit
        items += page.items
        position = page.position
        if not page.more:
            return items, position


def whole(items: Iterable[FeedItem]) -> list[tuple[FeedItem, SignalView]]:
    """The events that are no seals, each with the signal that it shows."""
    return [(item, item.view) for item in items if isinstance(item.view, SignalView)]


def seals(items: Iterable[FeedItem]) -> list[tuple[str, int]]:
    """The seals among the events: where each leaves its reader, and its leaf in the log."""
    return [(item.event_id, item.view.leaf_index) for item in items if isinstance(item.view, SealedView)]


PATTERNS = st.lists(st.tuples(st.sampled_from([80.0, 97.0]), st.integers(0, 40_000)), max_size=25)


@given(PATTERNS, st.sampled_from(list(Tier)), st.integers(1, 5), st.lists(st.integers(1, 60_000), max_size=12))
async def test_what_was_pushed_in_parts_is_the_record_once_each_and_nothing_early(
    pattern: list[tuple[float, int]], tier: Tier, limit: int, steps: list[int]
) -> None:
    store = await filled(pattern)
    feed, clock = SignalFeed(store, POLICY), FixedClock(MOMENT)
    got: list[FeedItem] = []
    position = "0"
    for seconds in [*steps, 20 * 86_400]:
        clock.advance(seconds=seconds)
        items, position = await drain(feed, tier, position, clock, limit)
        for item in items:
            record = store.records[item.cursor - 1]
            assert item.live or POLICY.due_at(record, tier) <= clock.now()
            assert (item.kind is EventKind.SEALED) == isinstance(item.view, SealedView)
            if item.kind is EventKind.SEALED:
                assert not POLICY.is_live(record, tier)
                assert POLICY.due_at(record, tier) > clock.now()
        got += items
    assert sorted(item.cursor for item, _ in whole(got)) == [record.cursor for record in store.records]
    passed = {item.cursor: number for number, (item, _) in enumerate(whole(got))}
    sealed = [item for item in got if item.kind is EventKind.SEALED]
    assert len({item.cursor for item in sealed}) == len(sealed)
    for item in sealed:  # each seal before its signal, which says that it opens it
        opening, _ = whole(got)[passed[item.cursor]]
        assert got.index(item) < got.index(opening)
        assert opening.opens_seal
    for live in (True, False):
        strand = [item.cursor for item in got if item.live is live]
        assert strand == sorted(strand)


@given(PATTERNS, st.sampled_from(list(Tier)), st.integers(0, 200_000))
async def test_resuming_from_any_event_goes_on_exactly_behind_it(
    pattern: list[tuple[float, int]], tier: Tier, age: int
) -> None:
    feed, clock = SignalFeed(await filled(pattern), POLICY), FixedClock(MOMENT + timedelta(seconds=age))
    every, end = await drain(feed, tier, "0", clock, 100)
    for number, item in enumerate(every):
        rest, _ = await drain(feed, tier, item.event_id, clock, 3)
        assert rest == every[number + 1 :]
    assert await drain(feed, tier, end, clock, 3) == ([], end)


@given(PATTERNS, st.sampled_from(list(Tier)), st.integers(0, 200_000))
async def test_who_starts_now_gets_what_is_not_shown_yet_and_nothing_else(
    pattern: list[tuple[float, int]], tier: Tier, age: int
) -> None:
    store = await filled(pattern)
    feed, clock = SignalFeed(store, POLICY), FixedClock(MOMENT + timedelta(seconds=age))
    start = await feed.start(tier, clock.now())
    shown, _ = await drain(feed, tier, "0", clock, 100)
    assert (await drain(feed, tier, start, clock, 100))[0] == []
    clock.advance(seconds=20 * 86_400)
    later, _ = await drain(feed, tier, start, clock, 100)
    assert sorted(item.cursor for item, _ in whole([*shown, *later])) == [record.cursor for record in store.records]


async def test_the_delayed_feed_equals_the_live_one_record_by_record() -> None:
    store = await filled([(80.0, 10), (97.0, 10), (97.0, 5000), (80.0, 10)])
    feed, late = SignalFeed(store, POLICY), FixedClock(MOMENT + 3 * DAY)
    live, _ = await drain(feed, Tier.PREMIUM, "0", late, 100)
    delayed, _ = await drain(feed, Tier.FREE, "0", late, 100)
    assert [(item.cursor, item.kind, item.view) for item in live] == sorted(
        ((item.cursor, item.kind, item.view) for item in delayed), key=lambda seen: seen[0]
    )
    assert [item.kind.value for item in delayed] == ["signal", "signal", "signal", "signal", "outcome", "outcome"]


async def test_an_outcome_reaches_those_who_wait_before_its_signal_is_due() -> None:
    feed = SignalFeed(await filled([(97.0, 0), (97.0, 10)]), POLICY)
    early = await feed.after("0", Tier.FREE, MOMENT + HOUR)
    assert [(item.kind.value, view.signal_id, item.event_id) for item, view in whole(early.items)] == [
        ("outcome", "s0", "2.0")
    ]
    assert seals(early.items) == [("1.0", 1), ("3.0", 3)]
    late = await feed.after(early.position, Tier.FREE, MOMENT + DAY + HOUR)
    assert [(item.kind.value, view.signal_id) for item, view in whole(late.items)] == [
        ("signal", "s0"),
        ("signal", "s1"),
    ]
    assert (await feed.after(late.position, Tier.FREE, MOMENT + 9 * DAY)).items == ()


async def test_an_unlogged_signal_is_in_no_feed_and_no_page() -> None:
    store = MemoryStore()
    await store.store([sample_verified("bare")], MOMENT)
    feed = SignalFeed(store, POLICY)
    for tier in Tier:
        page = await feed.after("0", tier, MOMENT + 2 * DAY)
        assert (page.items, page.more) == ((), False)
        assert (await feed.page(SignalQuery(), tier, MOMENT + 2 * DAY)).items == ()
        assert await feed.one("bare", tier, MOMENT + 2 * DAY) is None


async def test_a_signals_event_stays_the_same_after_its_outcome() -> None:
    store = await filled([(80.0, 0)])
    feed = SignalFeed(store, POLICY)
    page = await feed.after("0", Tier.PREMIUM, MOMENT)
    assert [(item.event_id, item.kind.value, view.outcome) for item, view in whole(page.items)] == [
        ("1", "signal", None),
        ("2", "outcome", sample_outcome("s0")),
    ]


async def test_what_falls_due_next_is_told() -> None:
    store = await filled([(80.0, 0), (97.0, 60)])
    feed = SignalFeed(store, POLICY)
    page = await feed.after("0", Tier.BASIC, MOMENT + HOUR)
    assert [(view.signal_id, item.event_id) for item, view in whole(page.items)] == [("s0", "1.2"), ("s0", "2")]
    assert seals(page.items) == [("3.2", 3)]
    assert (page.position, page.due_at) == ("3.2", MOMENT + timedelta(seconds=60) + DAY)
    due = await feed.after(page.position, Tier.BASIC, MOMENT + timedelta(seconds=60) + DAY)
    assert [(view.signal_id, item.event_id) for item, view in whole(due.items)] == [("s1", "3")]


async def test_older_than_its_history_is_passed_over() -> None:
    store = await filled([(80.0, 0), (80.0, 20 * 86_400)])
    feed = SignalFeed(store, POLICY)
    page = await feed.after("0", Tier.FREE, MOMENT + 40 * DAY)
    assert [view.signal_id for _, view in whole(page.items)] == ["s1"]


async def test_after_an_upgrade_what_was_held_back_comes() -> None:
    store = await filled([(80.0, 0), (97.0, 60), (80.0, 60)])
    feed = SignalFeed(store, POLICY)
    basic = await feed.after("0", Tier.BASIC, MOMENT + HOUR)
    assert (basic.position, [view.signal_id for _, view in whole(basic.items)]) == ("4.2", ["s0", "s0", "s2"])
    premium = await feed.after(basic.position, Tier.PREMIUM, MOMENT + HOUR)
    assert [view.signal_id for _, view in whole(premium.items)] == ["s1", "s2"]


@pytest.mark.parametrize("text", ["", "-1", "1.2.3", "x", "1 ", "1.", "9" * 16, "١"])
async def test_a_text_that_is_no_position_is_the_readers_error(text: str) -> None:
    with pytest.raises(ReaderError):
        await SignalFeed(MemoryStore(), POLICY).after(text, Tier.PREMIUM, MOMENT)


@given(st.integers(0, 10**15 - 1), st.integers(0, 10**15 - 1))
def test_positions_are_written_and_read_as_a_pair(live: int, delayed: int) -> None:
    assert Position.parse(str(Position(live, delayed))) == Position(live, delayed)


async def test_pages_and_single_signals_pass_the_same_policy() -> None:
    store = await filled([(80.0, 0), (97.0, 60)])
    feed = SignalFeed(store, POLICY)
    now = MOMENT + HOUR
    for tier, names in ((Tier.FREE, ["s0"]), (Tier.BASIC, ["s0"]), (Tier.PREMIUM, ["s1", "s0"])):
        page = await feed.page(SignalQuery(), tier, now)
        assert [view.signal_id for view in page.items] == names
        single = [name for name in ("s1", "s0", "ghost") if await feed.one(name, tier, now) is not None]
        assert single == names


@given(PATTERNS, st.sampled_from(list(Tier)), st.integers(0, 40 * 86_400))
async def test_a_page_is_exactly_what_the_policy_lets_through(
    pattern: list[tuple[float, int]], tier: Tier, age: int
) -> None:
    store, now = await filled(pattern), MOMENT + timedelta(seconds=age)
    page = await SignalFeed(store, POLICY).page(SignalQuery(limit=100), tier, now)
    signals = [stored for number in range(len(pattern)) if (stored := await store.by_id(f"s{number}")) is not None]
    expected = [view for stored in reversed(signals) if (view := POLICY.view(stored, tier, now)) is not None]
    assert list(page.items) == expected


def test_the_default_terms_are_those_of_the_product() -> None:
    rows = [(row.delay_seconds, row.live_below_confidence, row.history_days) for row in DEFAULT_TERMS.values()]
    assert rows == [(86_400.0, None, 30), (86_400.0, 95.0, 365), (0.0, None, None), (0.0, None, None)]


@pytest.mark.parametrize(
    ("text", "tier", "resumed"),
    [
        ("3", Tier.PREMIUM, "3"),
        ("4", Tier.PREMIUM, "4"),
        ("900", Tier.PREMIUM, "4"),
        ("3.1", Tier.BASIC, "3.1"),
        ("900.1", Tier.BASIC, "4.1"),
        ("900.800", Tier.BASIC, "4"),
        ("999999999999999", Tier.FREE, "4"),
        ("900.1", Tier.FREE, "4.1"),
    ],
)
async def test_who_has_come_farther_than_the_record_goes_on_at_its_end(text: str, tier: Tier, resumed: str) -> None:
    feed = SignalFeed(await filled([(80.0, 1), (97.0, 1), (80.0, 1)]), POLICY)
    assert await feed.resume(text, tier) == resumed


@given(PATTERNS, st.sampled_from(list(Tier)), st.integers(0, 40 * 86_400), st.integers(1, 4))
async def test_rows_are_the_page_with_a_seal_at_each_place_that_is_still_hidden(
    pattern: list[tuple[float, int]], tier: Tier, age: int, limit: int
) -> None:
    store, now = await filled(pattern), MOMENT + timedelta(seconds=age)
    feed = SignalFeed(store, POLICY)
    rows: list[SignalView | SealedView] = []
    before: int | None = None
    while True:
        page = await feed.rows(SignalQuery(limit=limit, before=before), tier, now)
        assert len(page.items) <= limit
        rows += page.items
        before = page.next_before
        if before is None:
            break
    shown = (await feed.page(SignalQuery(limit=100), tier, now)).items
    assert [row for row in rows if isinstance(row, SignalView)] == list(shown)
    places = [row.alpine_signal_id for row in rows]
    assert places == sorted(places, reverse=True)
    signals = [stored for number in range(len(pattern)) if (stored := await store.by_id(f"s{number}")) is not None]
    since = POLICY.sealed_window(tier, now).since
    within = [stored.cursor for stored in signals if since is None or stored.received_at >= since]
    assert sorted(places) == within


@pytest.mark.parametrize(
    "asked",
    [
        {"symbol": "AAPL"},
        {"action": "BUY"},
        {"regime": "BULL"},
        {"min_confidence": 0.0},
        {"search": "s"},
        {"outcome": "win"},
    ],
)
async def test_what_is_sealed_cannot_be_looked_for_by_what_it_says(asked: dict[str, Any]) -> None:
    feed = SignalFeed(await filled([(80.0, 1), (97.0, 1)]), POLICY)
    for tier in Tier:
        query = SignalQuery(**asked)
        assert (await feed.rows(query, tier, MOMENT + HOUR)).items == (
            await feed.page(query, tier, MOMENT + HOUR)
        ).items
    sealed = (await feed.rows(SignalQuery(outcome="open"), Tier.FREE, MOMENT + HOUR)).items
    assert [type(row) for row in sealed] == [SealedView]
