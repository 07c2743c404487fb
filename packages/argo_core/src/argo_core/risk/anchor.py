"""When a trading day begins, by the clock of a place."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from argo_core.errors import ConfigError
from argo_core.model.instant import require_utc

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


class DayAnchor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day begins at `at` (HH:MM) by the clock of `timezone` (IANA name).

    Where the clock is set forward over that time, the day begins as though it had not been; where it is set back and
    the time comes twice, the first counts. A day is then 23 or 25 hours long. Raises ConfigError for an unknown zone.
    """

    timezone: str = "America/New_York"
    at: str = "00:00"

    def __post_init__(self) -> None:
        if _TIME.fullmatch(self.at) is None:
            raise ConfigError(f"anchor: {self.at!r} is not a time of day: write it as HH:MM, for instance 17:00")
        try:
            ZoneInfo(self.timezone)
        except (OSError, ValueError, LookupError) as error:
            raise ConfigError(
                f"anchor: {self.timezone!r} is not a timezone: write an IANA name, for instance Europe/Prague"
            ) from error

    def last(self, instant: datetime) -> datetime:
        """The newest anchor at or before an aware instant, UTC. Raises DataError `naive_time`."""
        return self.around(instant)[0]

    def next(self, instant: datetime) -> datetime:
        """The first anchor after an aware instant, UTC. Raises DataError `naive_time`."""
        return self.around(instant)[1]

    def around(self, instant: datetime) -> tuple[datetime, datetime]:
        """The last and the next: when the day of an instant begins and ends. Raises DataError `naive_time`."""
        zone, at = ZoneInfo(self.timezone), time.fromisoformat(self.at)
        day = require_utc(instant).astimezone(zone).date()
        begins = _begins(day, at, zone)
        if begins <= instant:
            return begins, _begins(day + timedelta(days=1), at, zone)
        return _begins(day - timedelta(days=1), at, zone), begins


# The end of a day is the beginning of the next, and an account is looked at many times a day.
@lru_cache(maxsize=8)
def _begins(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
