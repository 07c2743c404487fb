"""Push of one worker: everything once, nothing early, each event written once, slow readers shed alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import msgspec
import pytest

from alpine_core.adapters.memory_announcer import MemoryAnnouncer
from alpine_core.adapters.memory_push import MemoryPush
from alpine_core.adapters.push_form import Form, PushLimits
from alpine_core.errors import OurError, ReaderError
from alpine_core.feed import FeedItem, SignalFeed
from alpine_core.model import DEFAULT_TERMS, Tier
from alpine_core.ports import PushEnded
from alpine_core.testing import FixedClock, MemoryStore
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import sample_outcome, sample_verified
from alpine_core.tiers import Entitlements, SealedView

SOON = PushLimits(ring_frames=8, stall_seconds=0.05, heartbeat_seconds=60.0, poll_seconds=0.01)


class House:
    def __init__(self, limits: PushLimits = SOON) -> None:
        self.store, self.announcer, self.clock = MemoryStore(), MemoryAnnouncer(), FixedClock()
        self.log = SampleLog()
        self.written: list[str] = []
        terms = dict(DEFAULT_TERMS)
        terms[Tier.BASIC] = msgspec.structs.replace(terms[Tier.BASIC], delay_seconds=60.0)
        self.feed = SignalFeed(self.store, Entitlements(terms))
        forms = {"line": Form(render=self.line, heartbeat=b"~"), "bad": Form(render=self.bad, heartbeat=b"~")}
        self.push = MemoryPush(self.feed, self.announcer, self.clock, forms, limits)

    def line(self, item: FeedItem) -> bytes:
        self.written.append(item.event_id)
        name = f"leaf{item.view.leaf_index}" if isinstance(item.view, SealedView) else item.view.signal_id
        return f"{item.event_id} {item.kind} {name}\n".encode()

    def bad(self, item: FeedItem) -> bytes:
        raise ZeroDivisionError

    async def add(self, name: str, confidence: float = 80.0) -> None:
        signal = sample_verified(name, confidence=confidence)
        receipts = await self.log.store_in(self.store, [signal], self.clock.now())
        self.announcer.announce(receipts[0].record_cursor or 0)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    yield made
    await made.push.close()


class Reading:
    """A subscriber that keeps what it gets."""

    def __init__(self, house: House, tier: Tier = Tier.PREMIUM, after: str | None = "0", form: str = "line") -> None:
        self.got = b""
        self.broken = False
        self.open = asyncio.Event()
        self.open.set()
        self.task = asyncio.create_task(house.push.serve(form, tier, after, self.send))

    async def send(self, piece: bytes) -> None:
        await self.open.wait()
        if self.broken:
            raise BrokenPipeError
        self.got += piece

    async def until(self, wanted: bytes) -> None:
        await polled(lambda: self.got == wanted or self.task.done())
        assert self.got == wanted


async def polled(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.001)


async def test_what_was_missed_comes_first_and_then_what_happens(house: House) -> None:
    await house.add("a")
    await house.add("b")
    reading = Reading(house, after="1")
    await reading.until(b"2 signal b\n")
    await house.add("c")
    await house.log.resolve_in(house.store, sample_outcome("a"), house.clock.now())
    house.announcer.announce(4)
    await reading.until(b"2 signal b\n3 signal c\n4 outcome a\n")


async def test_without_a_position_only_news_comes(house: House) -> None:
    await house.add("a")
    reading = Reading(house, after=None)
    await polled(lambda: house.push.subscribers == 1)
    await house.add("b")
    await reading.until(b"2 signal b\n")


async def test_an_event_is_written_once_however_many_read_it(house: House) -> None:
    readings = [Reading(house, after=None) for _ in range(50)]
    await polled(lambda: house.push.subscribers == 50)
    await house.add("a")
    for reading in readings:
        await reading.until(b"1 signal a\n")
    assert house.written == ["1"]


async def test_what_another_process_stored_comes_without_an_announcement(house: House) -> None:
    reading = Reading(house)
    await polled(lambda: house.push.subscribers == 1)
    await house.log.store_in(house.store, [sample_verified("a")], house.clock.now())
    await reading.until(b"1 signal a\n")


async def test_a_delayed_record_comes_when_it_is_due_and_not_before(house: House) -> None:
    basic, premium = Reading(house, Tier.BASIC), Reading(house)
    await house.add("top", confidence=97.0)
    await house.add("low")
    await premium.until(b"1 signal top\n2 signal low\n")
    await basic.until(b"1.0 sealed leaf1\n2.0 signal low\n")
    house.clock.moment += timedelta(seconds=59)
    await house.add("lower")
    await basic.until(b"1.0 sealed leaf1\n2.0 signal low\n3.0 signal lower\n")
    house.clock.moment += timedelta(seconds=1)
    await basic.until(b"1.0 sealed leaf1\n2.0 signal low\n3.0 signal lower\n3.1 signal top\n")


async def test_a_reader_that_stands_still_is_shed_and_the_others_read_on(house: House) -> None:
    still, reading = Reading(house), Reading(house)
    await polled(lambda: house.push.subscribers == 2)
    still.open.clear()
    wanted = b""
    for number in range(1, 21):
        await house.add(f"s{number}")
        wanted += f"{number} signal s{number}\n".encode()
        await reading.until(wanted)
    assert await still.task is PushEnded.SHED
    assert (house.push.shed, house.push.subscribers, still.got) == (1, 1, b"")
    assert not reading.task.done()


async def test_a_piece_that_takes_too_long_is_given_up_on(house: House) -> None:
    still = Reading(house)
    still.open.clear()
    await house.add("a")
    assert await still.task is PushEnded.SHED


async def test_who_was_shed_resumes_without_gap(house: House) -> None:
    for number in range(1, 31):
        await house.add(f"s{number}")
    reading = Reading(house, after="17")
    await reading.until(b"".join(f"{number} signal s{number}\n".encode() for number in range(18, 31)))


async def test_silent_lines_are_kept_open() -> None:
    house = House(msgspec.structs.replace(SOON, heartbeat_seconds=0.01))
    reading = Reading(house)
    await polled(lambda: reading.got.count(b"~") > 2)
    await house.push.close()
    assert await reading.task is PushEnded.CLOSED


async def test_closing_ends_every_subscription(house: House) -> None:
    readings = [Reading(house) for _ in range(3)]
    await polled(lambda: house.push.subscribers == 3)
    await house.push.close()
    assert [await reading.task for reading in readings] == [PushEnded.CLOSED] * 3


async def test_one_who_leaves_wakes_and_ends_nobody_else(house: House) -> None:
    leaving, staying = Reading(house), Reading(house)
    await polled(lambda: house.push.subscribers == 2)
    leaving.task.cancel()
    await polled(lambda: house.push.subscribers == 1)
    await house.add("a")
    await staying.until(b"1 signal a\n")


async def test_a_form_that_fails_is_our_fault_and_is_told(house: House) -> None:
    reading = Reading(house, form="bad", after=None)
    await polled(lambda: house.push.subscribers == 1)
    await house.add("a")
    with pytest.raises(OurError):
        await reading.task


async def test_a_bad_position_is_the_readers_error(house: House) -> None:
    with pytest.raises(ReaderError):
        await Reading(house, after="x").task
    assert house.push.subscribers == 0


async def test_pieces_can_be_asked_for_one_by_one(house: House) -> None:
    await house.add("a")
    pieces = house.push.subscribe("line", Tier.PREMIUM, "0")
    assert await anext(pieces) == b"1 signal a\n"
    await house.add("b")
    assert await anext(pieces) == b"2 signal b\n"


async def test_joining_during_a_stream_of_news_misses_and_repeats_nothing(house: House) -> None:
    readings: list[Reading] = []
    for number in range(1, 61):
        await house.add(f"s{number}", confidence=97.0 if number % 3 == 0 else 80.0)
        house.clock.moment += timedelta(seconds=1)
        if number % 4 == 0:
            readings.append(Reading(house, Tier.BASIC if number % 8 else Tier.PREMIUM))
        await asyncio.sleep(0)
    house.clock.moment += timedelta(seconds=120)
    names = {f"s{number}".encode() for number in range(1, 61)}
    for reading in readings:
        await polled(lambda reading=reading: reading.got.count(b" signal ") >= 60)  # type: ignore[misc]
        got = [line.split()[2] for line in reading.got.splitlines() if b" sealed " not in line]
        assert (len(got), set(got)) == (60, names)


async def test_what_comes_while_a_piece_is_on_its_way_follows_it() -> None:
    house = House(msgspec.structs.replace(SOON, stall_seconds=60.0))
    slow, quick = Reading(house, after=None), Reading(house, after=None)
    await polled(lambda: house.push.subscribers == 2)
    slow.open.clear()
    wanted = b""
    for number in range(1, 6):
        await house.add(f"s{number}")
        wanted += f"{number} signal s{number}\n".encode()
        await quick.until(wanted)
    assert slow.got == b""
    slow.open.set()
    await slow.until(wanted)
    await house.add("s6")
    await slow.until(wanted + b"6 signal s6\n")
    await house.push.close()


@pytest.mark.parametrize("waits", [False, True])
async def test_a_sending_that_fails_ends_its_own_subscriber_only(house: House, waits: bool) -> None:
    failing, reading = Reading(house, after=None), Reading(house, after=None)
    await polled(lambda: house.push.subscribers == 2)
    failing.broken = True
    if waits:
        failing.open.clear()
    await house.add("a")
    await reading.until(b"1 signal a\n")
    failing.open.set()
    with pytest.raises(BrokenPipeError):
        await failing.task
    await house.add("b")
    await reading.until(b"1 signal a\n2 signal b\n")
    assert house.push.subscribers == 1


async def test_one_who_goes_by_itself_ends_its_serving_even_while_a_piece_is_on_its_way(house: House) -> None:
    gone, held = asyncio.Event(), asyncio.Event()

    async def send(_piece: bytes) -> None:
        await held.wait()

    async def left() -> None:
        await gone.wait()

    serving = asyncio.create_task(house.push.serve("line", Tier.PREMIUM, None, send, left))
    await polled(lambda: house.push.subscribers == 1)
    await house.add("a")
    gone.set()
    assert await serving is PushEnded.LEFT
    assert house.push.subscribers == 0


async def test_what_leaving_raises_ends_the_serving(house: House) -> None:
    async def left() -> None:
        raise ConnectionAbortedError

    async def send(_piece: bytes) -> None:
        return

    with pytest.raises(ConnectionAbortedError):
        await house.push.serve("line", Tier.PREMIUM, None, send, left)
    assert house.push.subscribers == 0
