"""A password of Redis that is rotated while a process runs: each new connection logs in with the one that stands."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from redis.asyncio import Redis

from argo_core.adapters.redis import RedisLine, open_redis
from argo_core.adapters.redis.line import RedisGone
from tests.argo.adapters.redis.conftest import PATIENT
from tests.argo.adapters.redis.redis_server import RedisServer

OLD, NEW = "old-password-of-redis", "new-password-of-redis"


async def test_after_a_rotation_new_connections_log_in_with_the_new_password(own_server: RedisServer) -> None:
    admin: Any = Redis.from_url(own_server.url)
    await admin.config_set("requirepass", OLD)
    standing = [OLD]
    url = own_server.url.replace("redis://", "redis://:never-the-one@")
    said: list[str] = []
    async with open_redis(
        url,
        ticks=time.monotonic,
        say=said.append,
        answer_seconds=PATIENT,
        retry_seconds=0.0,
        password=lambda: standing[0],
    ) as line:
        assert line.standing == "healthy"
        await admin.config_set("requirepass", NEW)
        await admin.client_kill_filter(_type="normal", skipme=True)
        assert not await _answers(line)
        standing[0] = NEW
        assert await _answers(line)
    await admin.aclose()
    assert said[-1].endswith("is back")
    assert not any(word in sentence for sentence in said for word in (OLD, NEW, "never-the-one"))


async def test_without_a_password_of_its_own_that_of_the_address_is_used(own_server: RedisServer) -> None:
    admin: Any = Redis.from_url(own_server.url)
    await admin.config_set("requirepass", OLD)
    url = own_server.url.replace("redis://", f"redis://:{OLD}@")
    async with open_redis(
        url, ticks=time.monotonic, say=lambda _: None, answer_seconds=PATIENT, password=lambda: ""
    ) as line:
        assert line.standing == "healthy"
    await admin.aclose()


async def _answers(line: RedisLine) -> bool:
    for _ in range(3):  # the first attempt after a loss may still meet the connection that was lost
        with suppress(RedisGone):
            await line.ask(lambda client: client.ping())
            return True
    return False
