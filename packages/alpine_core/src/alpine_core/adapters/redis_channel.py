"""Cursors over Redis publish and subscribe: extra `redis`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from alpine_core.adapters.cursor_channel import ChannelAway, Publish, read_cursor
from alpine_core.adapters.redis_login import AddressNow, log_in_as_of_now

TIMEOUT_SECONDS = 2.0


class RedisChannel:
    """`CursorChannel` over the channel `name` of the Redis at `url`: workers of one database name it alike."""

    def __init__(self, url: str, name: str, now: AddressNow | None = None) -> None:
        """`now`: the address as it stands, for its password; see `redis_login`."""
        self._url, self._name, self._now = url, name, now

    @asynccontextmanager
    async def opened(self, heard: Callable[[int], None], lost: Callable[[], None]) -> AsyncIterator[Publish]:
        # A client for each opening, without retries of its own: whoever opened it decides when to come again.
        redis: Any = Redis.from_url(
            self._url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            decode_responses=True,
            retry=Retry(NoBackoff(), 0),
        )
        log_in_as_of_now(redis, self._now)
        ear = redis.pubsub(ignore_subscribe_messages=True)
        reading: asyncio.Task[None] | None = None
        try:
            await _asked(ear.subscribe(self._name))
            reading = asyncio.create_task(_read(ear, heard, lost), name="alpine redis channel")
            yield lambda cursor: _asked(redis.publish(self._name, str(cursor)))
        finally:
            if reading is not None:
                while not reading.done():  # see ChannelAnnouncer: a cancellation may be swallowed below
                    reading.cancel()
                    await asyncio.wait([reading], timeout=0.1)
            with suppress(RedisError, OSError):
                await ear.aclose()
            with suppress(RedisError, OSError):
                await redis.aclose()


async def _asked(asking: Any) -> None:
    try:
        await asking
    except (RedisError, OSError, TimeoutError) as error:
        raise ChannelAway("Redis does not answer") from error


async def _read(ear: Any, heard: Callable[[int], None], lost: Callable[[], None]) -> None:
    try:
        while True:
            # Without a deadline: whether the line lives is told by what we say ourselves and hear again.
            message = await ear.get_message(timeout=None)
            cursor = None if message is None else read_cursor(str(message["data"]))
            if cursor is not None:
                heard(cursor)
    except (RedisError, OSError, TimeoutError):
        lost()
