"""One tier's stream within one worker: reads the feed once, and wakes who waits."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from functools import partial

import msgspec

from alpine_core.adapters.push_form import Form, PushLimits
from alpine_core.adapters.push_subscriber import Subscriber
from alpine_core.errors import OurError, StoreError
from alpine_core.fanout.frame import Frame
from alpine_core.fanout.reader import Lagged, Reader
from alpine_core.fanout.record_tracing import RecordTracing
from alpine_core.fanout.ring import Ring
from alpine_core.feed.signal_feed import FeedItem, SignalFeed
from alpine_core.model.position import Position
from alpine_core.model.tier import Tier
from alpine_core.ports.announcer import Announcer
from alpine_core.ports.clock import Clock
from alpine_core.ports.live_push import Send

_PAGE = 100
_WITHOUT_PAUSE = 8  # about a tenth of a millisecond: a page waits that long at each of its steps


class PushChannel:
    """Opened once for each tier that has subscribers. `position` is up to where its rings have been filled."""

    def __init__(
        self,
        feed: SignalFeed,
        announcer: Announcer,
        clock: Clock,
        tier: Tier,
        forms: Mapping[str, Form],
        limits: PushLimits,
        tracing: RecordTracing,
    ) -> None:
        self._feed, self._announcer, self._clock, self._tier = feed, announcer, clock, tier
        self._forms, self._limits, self._tracing = forms, limits, tracing
        self._rings = {name: Ring(limits.ring_frames) for name in forms}
        # A burst must leave everybody who keeps up within the ring.
        self._page = max(1, min(_PAGE, limits.ring_frames // 2))
        self._waiting: list[asyncio.Future[None]] = []
        self._reading: asyncio.Task[None] | None = None
        self._closed = False
        self.position = Position(0, 0)
        self.subscribers: set[Subscriber] = set()
        self.shed = 0

    async def open(self) -> None:
        """Begin at what is newest now. Raises StoreError."""
        self.position = Position.parse(await self._feed.start(self._tier, self._clock.now()))
        self._reading = asyncio.create_task(self._read_on(), name=f"alpine push {self._tier}")
        self._reading.add_done_callback(lambda _task: self._end_all())

    @property
    def is_broken(self) -> bool:
        """Whether reading has ended by a fault of ours."""
        return self._reading is not None and self._reading.done() and not self._closed

    def join(self, form: str, after: str | None, send: Send | None = None) -> Subscriber:
        """A new subscriber, beyond `after` or, if that is None, beyond what is newest. Raises ReaderError."""
        position = self.position if after is None else self._feed.position(after, self._tier)
        subscriber = Subscriber(form, Reader(self._rings[form], position), send)
        self.subscribers.add(subscriber)
        return subscriber

    def leave(self, subscriber: Subscriber) -> None:
        self.subscribers.discard(subscriber)
        subscriber.leave()

    async def next_piece(self, subscriber: Subscriber) -> bytes:
        """What is new for the subscriber, as soon as something is; empty when its stream has ended.

        Raises OurError if reading broke.
        """
        while not (piece := self.news_of(subscriber)):
            if subscriber.is_over:
                break
            # A future of its own: one that many tasks await is cancelled for all when one of them is.
            woken = asyncio.get_running_loop().create_future()
            self._waiting.append(woken)
            await woken
        return piece

    def news_of(self, subscriber: Subscriber) -> bytes:
        """What is new for the subscriber now, perhaps nothing. One that lags too far is given up on, others end with
        the channel. Raises OurError if reading broke."""
        if self._ended():
            subscriber.end()
            return b""
        while subscriber.reader.has_news:
            try:
                if piece := subscriber.reader.take():
                    return piece
            except Lagged:
                self.give_up(subscriber)
                break
        return b""

    def _ended(self) -> bool:
        if self._reading is not None and self.is_broken:
            raise self._broken() from self._reading.exception()
        return self._closed

    def _broken(self) -> OurError:
        return OurError("the stream broke: see its cause")

    def give_up(self, subscriber: Subscriber) -> None:
        """Let go of one who reads too slowly: nobody else is touched, and it may come again."""
        if subscriber.given_up:
            return
        subscriber.given_up = True
        self.shed += 1
        subscriber.end()

    async def close(self) -> None:
        """End reading and every subscription."""
        self._closed = True
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])
        self._end_all()

    async def _read_on(self) -> None:
        loop = asyncio.get_running_loop()
        heard, beat_at = 0, loop.time() + self._limits.heartbeat_seconds
        due_at: datetime | None = self._clock.now()  # read at once, and again if the store is away
        while True:
            heard = await self._announcer.wait(heard, self._patience(due_at, beat_at - loop.time()))
            try:
                due_at = await self._catch_up()
            except StoreError:
                # The store is away: subscribers wait, and the next reading tries again.
                due_at = None
                await asyncio.sleep(self._limits.poll_seconds)
            if loop.time() >= beat_at:
                beat_at = loop.time() + self._limits.heartbeat_seconds
                await self._beat()
            self._shed_slow(loop.time())

    def _patience(self, due_at: datetime | None, until_beat: float) -> float:
        """Seconds to wait for an announcement: a delayed record falls due without one."""
        waits = [self._limits.poll_seconds, until_beat]
        if due_at is not None:
            waits.append((due_at - self._clock.now()).total_seconds())
        return max(0.0, min(waits))

    async def _catch_up(self) -> datetime | None:
        while True:
            page = await self._feed.after(str(self.position), self._tier, self._clock.now(), self._page)
            # No await between the two: whoever joins finds rings and position that belong together.
            self.position = Position.parse(page.position)
            for name in {subscriber.form for subscriber in self.subscribers} if page.items else ():
                for item in page.items:
                    self._rings[name].append(_frame(self._forms[name], item))
            if page.items:
                with self._tracing.push(self._tier, [item.cursor for item in page.items], len(self.subscribers)):
                    await self._wake()
            if not page.more:
                return page.due_at
            # Subscribers take this page before the next one pushes it out of the ring.
            await asyncio.sleep(0)

    async def _beat(self) -> None:
        for name in {subscriber.form for subscriber in self.subscribers}:
            beat = self._forms[name].heartbeat
            self._rings[name].append(
                Frame(payload=beat, position=self.position, cursor=0, live=True, with_id=partial(_same, beat))
            )
        await self._wake()

    async def _wake(self) -> None:
        self._wake_waiting()
        for number, subscriber in enumerate(list(self.subscribers), 1):
            if subscriber.is_served:
                try:
                    subscriber.push()
                except Lagged:
                    self.give_up(subscriber)
            if number % _WITHOUT_PAUSE == 0:
                await asyncio.sleep(0)  # pages are answered while thousands are sent to

    def _wake_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for woken in waiting:
            if not woken.done():
                woken.set_result(None)

    def _end_all(self) -> None:
        """Reading has ended: by `close`, or by a fault of ours that every subscriber is told."""
        failure = None
        if self._reading is not None and self.is_broken:
            failure = self._broken()
            failure.__cause__ = self._reading.exception()
        for subscriber in list(self.subscribers):
            if subscriber.is_served:
                subscriber.end(failure)
        self._wake_waiting()

    def _shed_slow(self, now: float) -> None:
        for subscriber in self.subscribers:
            since = subscriber.since
            if since is not None and (subscriber.reader.is_lagging or now - since > self._limits.stall_seconds):
                self.give_up(subscriber)


def _frame(form: Form, item: FeedItem) -> Frame:
    return Frame(
        payload=form.render(item),
        position=Position.parse(item.event_id),
        cursor=item.cursor,
        live=item.live,
        with_id=partial(_written_with, form, item),
    )


def _same(payload: bytes, _event_id: str) -> bytes:
    return payload


def _written_with(form: Form, item: FeedItem, event_id: str) -> bytes:
    return form.render(msgspec.structs.replace(item, event_id=event_id))
