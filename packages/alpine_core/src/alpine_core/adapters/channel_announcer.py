"""Announcements between the workers of one service, over a channel that may come and go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import msgspec

from alpine_core.adapters.cursor_channel import ChannelAway, CursorChannel, Publish
from alpine_core.adapters.memory_announcer import MemoryAnnouncer


class ChannelPatience(msgspec.Struct, frozen=True, kw_only=True):
    """`beat_seconds`: how often the newest cursor is said again into silence. `echo_seconds`: how long the channel may
    take to say it back before it counts as away. `retry_seconds`: how long until it is opened again."""

    beat_seconds: float = 5.0
    echo_seconds: float = 3.0
    retry_seconds: float = 0.5


class ChannelAnnouncer:
    """`ports.Announcer` for all workers together. The channel is opened when the first cursor is said or waited for.

    Own announcements are heard at once, others' by the channel. While that is away nothing is heard of others, and who
    waits reads the shelf after each wait, as the port asks of it; once it is back every worker says the newest cursor
    that it knows, and whoever knows a newer one answers with that: so an announcement lost in between is made good,
    whichever side missed it. `on_change` is told "" when the channel is there and the name of an error when it goes,
    each once. `close` when done.
    """

    def __init__(
        self, channel: CursorChannel, on_change: Callable[[str], None], patience: ChannelPatience | None = None
    ) -> None:
        self._channel, self._on_change = channel, on_change
        self._patience = patience or ChannelPatience()
        self._local = MemoryAnnouncer()
        self._newest = 0  # of the own and of those heard
        self._woken, self._echo = asyncio.Event(), asyncio.Event()
        self._is_lost = self._is_closing = False
        self._was_there: bool | None = None
        self._keeping: asyncio.Task[None] | None = None

    @property
    def is_there(self) -> bool:
        """Whether others are heard at this moment."""
        return self._was_there is True

    def announce(self, cursor: int) -> None:
        self._keep_open()
        self._local.announce(cursor)
        if cursor > self._newest:
            self._newest = cursor
            self._woken.set()

    async def wait(self, beyond: int, seconds: float) -> int:
        self._keep_open()
        return await self._local.wait(beyond, seconds)

    async def close(self) -> None:
        """Leave the channel; what is announced later stays in this process."""
        self._is_closing = True
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])

    def _keep_open(self) -> None:
        if self._keeping is None:
            self._keeping = asyncio.get_running_loop().create_task(self._keep_on(), name="alpine channel")

    async def _keep_on(self) -> None:
        # Looked at besides being cancelled: on Python 3.11 a driver's `asyncio.wait_for` may swallow that.
        while not self._is_closing:
            self._is_lost = False
            try:
                async with self._channel.opened(self._hear, self._lose) as publish:
                    await self._talk(publish)
            except ChannelAway as away:
                self._tell(there=False, why=type(away.__cause__ or away).__name__)
            if not self._is_closing:
                await asyncio.sleep(self._patience.retry_seconds)

    async def _talk(self, publish: Publish) -> None:
        """Say the newest cursor whenever it grows, and into silence; what is said in a burst is said once."""
        while not self._is_closing:
            self._woken.clear()
            self._echo.clear()
            await publish(self._newest)
            try:
                async with asyncio.timeout(self._patience.echo_seconds):
                    await self._echo.wait()
            except TimeoutError as error:
                raise ChannelAway("the channel does not say back what it is told") from error
            self._tell(there=True)
            if not self._is_closing:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._patience.beat_seconds):
                        await self._woken.wait()
            if self._is_lost:
                raise ChannelAway("the channel was closed by the other side")

    def _hear(self, cursor: int) -> None:
        self._echo.set()
        if cursor < self._newest:
            # Somebody missed the newest: it is said again.
            self._woken.set()
            return
        # Not said again: whoever announced it has said it to everybody.
        self._newest = cursor
        self._local.announce(cursor)

    def _lose(self) -> None:
        self._is_lost = True
        self._woken.set()

    def _tell(self, *, there: bool, why: str = "") -> None:
        if there is not self._was_there:
            self._was_there = there
            self._on_change(why)
