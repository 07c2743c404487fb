"""Times that others send: of a market that there was or may be, so that no arithmetic on them can overflow."""

from __future__ import annotations

from datetime import UTC, datetime

from argo_core.errors import DataError

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def require_market_time(instant: datetime) -> datetime:
    """The instant in UTC. Raises DataError `naive_time`, or `bad_timestamp` outside the years 1970 to 2199."""
    if instant.tzinfo is None:
        raise DataError("naive_time", "a time has no timezone: write it in UTC, ending in Z")
    try:
        utc = instant.astimezone(UTC)
    except OverflowError:
        utc = LATEST
    if not EARLIEST <= utc < LATEST:
        raise DataError("bad_timestamp", "a time lies outside the years 1970 to 2199: correct it")
    return utc
