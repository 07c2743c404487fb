"""A cache in Redis: shared by processes, and warm after a restart."""

from __future__ import annotations

import msgspec
from redis.asyncio import Redis

from argo_core.adapters.redis.line import RedisGone, RedisLine
from argo_core.adapters.vendor_path.memory_cache import Shelved
from argo_core.ports.byte_cache import Kept
from argo_core.ports.clock import Clock

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Kept)


class RedisByteCache:
    """A ByteCache. Values are msgpack of `Kept`; what is not (somebody else's bytes) counts as nothing. Redis itself
    drops what has expired, by its own clock."""

    def __init__(self, line: RedisLine, clock: Clock, prefix: str = "argo:cache:") -> None:
        self._line, self._clock, self._prefix = line, clock, prefix

    async def get(self, key: str) -> Kept | None:
        shelved = await self.look(key)
        return None if shelved is None else shelved.kept

    async def put(self, key: str, body: bytes, ttl_seconds: float) -> None:
        await self.shelve(key, Shelved(Kept(body, self._clock.now().timestamp()), ttl_seconds))

    async def look(self, key: str) -> Shelved | None:
        """As `get`, with the time that is left."""

        async def read(client: Redis) -> tuple[bytes | None, int]:
            async with client.pipeline(transaction=True) as both:
                both.get(self._prefix + key)
                both.pttl(self._prefix + key)
                body, left = await both.execute()
            return body, left

        try:
            body, left_ms = await self._line.ask(read)
        except RedisGone:
            return None
        if body is None or left_ms <= 0:
            return None
        try:
            return Shelved(_DECODER.decode(body), left_ms / 1000.0)
        except msgspec.DecodeError:
            return None

    async def shelve(self, key: str, shelved: Shelved) -> None:
        """As `put`, of something that was stored elsewhere earlier."""
        left_ms = int(shelved.left_seconds * 1000.0)

        async def write(client: Redis) -> None:
            if left_ms <= 0:
                await client.delete(self._prefix + key)
            else:
                await client.set(self._prefix + key, _ENCODER.encode(shelved.kept), px=left_ms)

        try:
            await self._line.ask(write)
        except RedisGone:
            return
