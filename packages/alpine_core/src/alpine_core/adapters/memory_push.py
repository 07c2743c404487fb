"""Push to the subscribers of one worker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

from alpine_core.adapters.push_channel import PushChannel
from alpine_core.adapters.push_form import Form, PushLimits
from alpine_core.adapters.push_subscriber import Subscriber
from alpine_core.fanout.record_tracing import RecordTracing
from alpine_core.feed.signal_feed import SignalFeed
from alpine_core.model.position import Position
from alpine_core.model.tier import Tier
from alpine_core.ports.announcer import Announcer
from alpine_core.ports.clock import Clock
from alpine_core.ports.live_push import Gone, PushEnded, Send

_CATCH_UP = 100


class MemoryPush:
    """`ports.LivePush` for one event loop. `close` ends every subscription.

    Each tier is read once, each event written once for each form; a subscriber costs a place in a ring that all share.
    """

    def __init__(
        self,
        feed: SignalFeed,
        announcer: Announcer,
        clock: Clock,
        forms: Mapping[str, Form],
        limits: PushLimits | None = None,
        tracing: RecordTracing | None = None,
    ) -> None:
        self._feed, self._announcer, self._clock = feed, announcer, clock
        self._forms = dict(forms)
        self._limits = limits or PushLimits()
        self._tracing = tracing or RecordTracing()
        self._channels: dict[Tier, PushChannel] = {}
        self._opening = asyncio.Lock()

    @property
    def subscribers(self) -> int:
        """How many are subscribed at this moment."""
        return sum(len(channel.subscribers) for channel in self._channels.values())

    @property
    def shed(self) -> int:
        """How many were given up on because they read too slowly."""
        return sum(channel.shed for channel in self._channels.values())

    async def subscribe(self, form: str, tier: Tier, after: str | None) -> AsyncIterator[bytes]:
        channel = await self._channel(tier)
        subscriber = channel.join(form, after)
        try:
            async for piece in self._missed(channel, subscriber, tier):
                yield piece
            while piece := await channel.next_piece(subscriber):
                yield piece
        finally:
            channel.leave(subscriber)

    async def serve(self, form: str, tier: Tier, after: str | None, send: Send, gone: Gone | None = None) -> PushEnded:
        channel = await self._channel(tier)
        subscriber = channel.join(form, after, send)
        try:
            # The channel moves this deadline from never to now when the subscriber is given up on.
            async with asyncio.timeout(None) as subscriber.deadline:
                async for piece in self._missed(channel, subscriber, tier):
                    await subscriber.deliver(piece)
                while piece := channel.news_of(subscriber):
                    await subscriber.deliver(piece)
                # No await since the last look: from here on the channel sends whatever comes.
                subscriber.is_served = True
                await (asyncio.get_running_loop().create_future() if gone is None else gone())
                return PushEnded.LEFT
        except TimeoutError:
            if not subscriber.is_over:
                raise
        finally:
            channel.leave(subscriber)
        if subscriber.failure is not None:
            raise subscriber.failure
        return PushEnded.SHED if subscriber.given_up else PushEnded.CLOSED

    async def close(self) -> None:
        """End every subscription and stop reading."""
        for channel in self._channels.values():
            await channel.close()

    async def _channel(self, tier: Tier) -> PushChannel:
        async with self._opening:
            channel = self._channels.get(tier)
            if channel is None or channel.is_broken:
                channel = PushChannel(
                    self._feed, self._announcer, self._clock, tier, self._forms, self._limits, self._tracing
                )
                await channel.open()
                self._channels[tier] = channel
        return channel

    async def _missed(self, channel: PushChannel, subscriber: Subscriber, tier: Tier) -> AsyncIterator[bytes]:
        """What lies between the subscriber and where the channel stands when it joins, read for it alone."""
        reader, until, render = subscriber.reader, channel.position, self._forms[subscriber.form].render
        while not reader.position.covers(until):
            page = await self._feed.after(str(reader.position), tier, self._clock.now(), _CATCH_UP)
            reader.position = Position.parse(page.position)
            if page.items:
                yield b"".join(render(item) for item in page.items)
            if not page.more:
                return
