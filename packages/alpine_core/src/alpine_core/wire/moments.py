"""Moments as RFC 3339 writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from alpine_core.errors import SenderError

# RFC 3339 section 5.6, with the space that it permits in place of T; fractions beyond microseconds are cut.
_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,6})?[0-9]*([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
# What lies outside is a mistake of the sender's, and within, days can be added and taken away without leaving the years
# that a date can have.
_YEARS = range(1970, 2201)


def read_moment(name: str, text: str) -> datetime:
    """The moment in UTC, of the years 1970 to 2200.

    Raises SenderError `bad_timestamp` for a text that is not RFC 3339, no moment (hour 24), or of another year.
    """
    moment = _moment(text)
    if moment is None:
        raise SenderError("bad_timestamp", f"{name}: write an RFC 3339 time, such as 2026-01-02T14:30:00Z")
    return moment


def write_moment(moment: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ`: 27 characters whose order as text is their order in time."""
    # Not strftime, which is seven times slower: a page of records has hundreds of moments.
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def optional_moment(moment: datetime | None) -> str | None:
    """The same, and None for None."""
    return None if moment is None else write_moment(moment)


@lru_cache(maxsize=1024)  # signals that come together, and their votes, name the same moments
def _moment(text: str) -> datetime | None:
    found = _RFC3339.fullmatch(text)
    if found is None:
        return None
    day, clock, fraction, zone = found.groups(default="")
    whole = f"{fraction:0<7}" if fraction else ""
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}{whole}{zone.upper()}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year in _YEARS else None
