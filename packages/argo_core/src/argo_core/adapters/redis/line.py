"""A connection to Redis that may go and come back without anybody having to care."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.credentials import CredentialProvider
from redis.exceptions import RedisError

from argo_core.errors import ConfigError

T = TypeVar("T")
ANSWER_SECONDS = 0.5
RETRY_SECONDS = 1.0


class RedisGone(Exception):
    """Redis does not answer, or did not a moment ago. Never leaves this package."""


class RedisLine:
    """One Redis, used by any number of calls of one event loop.

    After a failure nobody waits for it again until `retry_seconds` have passed, and then one call tries. `say` gets one
    sentence when it goes and one when it is back.
    """

    def __init__(
        self,
        client: Redis,
        place: str,
        *,
        ticks: Callable[[], float],
        say: Callable[[str], None],
        answer_seconds: float = ANSWER_SECONDS,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._client, self._place, self._ticks, self._say = client, place, ticks, say
        self._answer_seconds, self._retry_seconds = answer_seconds, retry_seconds
        self._gone, self._try_at = False, 0.0
        self._asked = False
        self._losses = 0

    @property
    def gone(self) -> bool:
        """Whether the last attempt failed."""
        return self._gone

    @property
    def standing(self) -> str:
        """`healthy` or `unhealthy`, as the last attempt went; `unknown` before the first."""
        if not self._asked:
            return "unknown"
        return "unhealthy" if self._gone else "healthy"

    async def tried(self) -> None:
        """Ask it for a sign of life, so that `standing` tells of now."""
        with suppress(RedisGone):
            await self.ask(_ping)

    async def ask(self, operation: Callable[[Redis], Awaitable[T]]) -> T:
        """What the operation answers. Raises RedisGone for whatever Redis or the way to it does wrong."""
        trying = self._gone
        if trying:
            if self._ticks() < self._try_at:
                raise RedisGone
            self._try_at = self._ticks() + self._retry_seconds  # the others keep out while this one tries
        losses = self._losses
        try:
            async with asyncio.timeout(self._answer_seconds):
                if trying:  # what lies in the pool belongs to the server that died, and would fail one by one
                    await self._client.connection_pool.disconnect(inuse_connections=False)
                answer = await operation(self._client)
        except (RedisError, OSError, TimeoutError) as error:
            if losses == self._losses or trying:  # else it is a late echo of a loss that is known
                self._lost(type(error).__name__)
            raise RedisGone from error
        self._found()
        return answer

    def _lost(self, why: str) -> None:
        self._asked = True
        self._try_at = self._ticks() + self._retry_seconds
        if not self._gone:
            self._gone = True
            self._losses += 1
            self._say(f"Redis at {self._place} does not answer ({why}): this process goes on alone until it is back")

    def _found(self) -> None:
        self._asked = True
        if self._gone:
            self._gone = False
            self._say(f"Redis at {self._place} is back")


async def _ping(client: Redis) -> None:
    await client.ping()


class _Login(CredentialProvider):
    """User and password as they stand when a connection is made."""

    def __init__(self, user: str, given: str, password: Callable[[], str]) -> None:
        self._user, self._given, self._password = user, given, password

    def get_credentials(self) -> tuple[str] | tuple[str, str]:
        password = self._password() or self._given
        return (self._user, password) if self._user else (password,)


def _log_in_with(known: dict[str, Any], password: Callable[[], str]) -> None:
    """`known`: what the pool makes connections with; it has made none yet. Without a password nobody logs in."""
    if not (password() or known.get("password")):
        return
    user, given = known.pop("username", None) or "", known.pop("password", None) or ""
    known["credential_provider"] = _Login(user, given, password)


@asynccontextmanager
async def open_redis(
    url: str,
    *,
    ticks: Callable[[], float],
    say: Callable[[str], None],
    answer_seconds: float = ANSWER_SECONDS,
    retry_seconds: float = RETRY_SECONDS,
    password: Callable[[], str] | None = None,
) -> AsyncIterator[RedisLine]:
    """A line to the Redis at `redis://…`, `rediss://…` or `unix://…`; it need not run. Closed at the end.

    Each new connection logs in with what `password` answers then, or with that of the address where it answers "".

    Raises ConfigError for a URL that is none; the message does not repeat it, since it may hold a password.
    """
    try:
        client = Redis.from_url(
            url, socket_timeout=answer_seconds, socket_connect_timeout=answer_seconds, retry=Retry(NoBackoff(), 0)
        )
    except ValueError:
        client = None
    if client is None:
        raise ConfigError("the address of Redis is none: write redis://host:port/0")
    known = client.connection_pool.connection_kwargs
    if password is not None:
        _log_in_with(known, password)
    place = str(known.get("path") or f"{known.get('host', 'localhost')}:{known.get('port', 6379)}")
    try:
        line = RedisLine(
            client, place, ticks=ticks, say=say, answer_seconds=answer_seconds, retry_seconds=retry_seconds
        )
        await line.tried()
        yield line
    finally:
        await client.aclose()
