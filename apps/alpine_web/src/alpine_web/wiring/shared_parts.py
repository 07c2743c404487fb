"""What several workers share, where the settings name something that they can share it by."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from alpine_core.adapters.channel_announcer import ChannelAnnouncer
from alpine_core.adapters.cursor_channel import CursorChannel
from alpine_core.adapters.file_lease import FileLease
from alpine_core.adapters.memory_announcer import MemoryAnnouncer
from alpine_core.adapters.memory_buckets import MemoryBuckets
from alpine_core.errors import OperatorError
from alpine_core.ports import Lease
from alpine_web.settings import Settings

if TYPE_CHECKING:
    from alpine_core.adapters.redis_buckets import RedisBuckets

log = structlog.get_logger(__name__)


def request_buckets(
    settings: Settings, ticks: Callable[[], float], now: Callable[[], str | None] | None = None
) -> MemoryBuckets | RedisBuckets:
    """The limits of requests, by `ticks` in seconds: of this process, or in Redis; `now` tells its address.

    Raises OperatorError if its package is missing.
    """
    own = MemoryBuckets(ticks)
    if settings.redis_url is None:
        return own
    try:
        from alpine_core.adapters.redis_buckets import RedisBuckets
    except ImportError as error:
        raise OperatorError("REDIS_URL needs a package: install alpine-web[redis], or leave it empty") from error
    return RedisBuckets(settings.redis_url, own, ticks, lambda why: log.warning("redis_away", error=why), now)


def news_announcer(
    settings: Settings, now: Callable[[], str | None] | None = None
) -> MemoryAnnouncer | ChannelAnnouncer:
    """How workers hear that something was stored."""
    channel: CursorChannel
    if settings.channel_in_use == "redis" and settings.redis_url is not None:
        from alpine_core.adapters.redis_channel import RedisChannel  # its driver is an extra

        channel = RedisChannel(settings.redis_url, f"alpine:cursor:{_database_name(settings.database_url)}", now)
    elif settings.channel_in_use == "postgresql":
        from alpine_core.adapters.postgres_channel import PostgresChannel  # its driver is an extra

        channel = PostgresChannel(settings.database_url)
    else:
        return MemoryAnnouncer()

    def tell(why: str) -> None:
        if why:
            log.warning("channel_away", channel=settings.channel_in_use, error=why, effect="others' news comes late")
        else:
            log.info("channel_there", channel=settings.channel_in_use)

    return ChannelAnnouncer(channel, tell)


def job_lease(settings: Settings) -> Lease:
    """Which worker does what one alone must do."""
    if settings.on_postgresql:
        from alpine_core.adapters.sql.postgres_lease import PostgresLease  # its driver is an extra

        return PostgresLease(settings.database_url)
    return FileLease(Path(f"{urlsplit(settings.database_url).path[1:]}.lease"))


def _database_name(url: str) -> str:
    """Tells databases apart that share one Redis: 16 hex digits of where it is, without who asks."""
    place = urlsplit(url)
    where = f"{place.hostname or ''}:{place.port or ''}{place.path}"
    return hashlib.sha256(where.encode()).hexdigest()[:16]
