"""Moments as RFC 3339 writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from alpine_core.errors import SenderError

# RFC 3339 section 5.6, with the space that it permits in place of T; fractions beyond microseconds are cut.
_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,6})?[0-9]*([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def read_moment(name: str, text: str) -> datetime:
    """The moment in UTC. Raises SenderError `bad_timestamp` for a text that is not RFC 3339 or no moment (hour 24)."""
    found = _RFC3339.fullmatch(text)
    if found is not None:
        day, clock, fraction, zone = found.groups(default="")
        whole = f"{fraction:0<7}" if fraction else ""
        try:
            return datetime.fromisoformat(f"{day}T{clock}{whole}{zone.upper()}").astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise SenderError("bad_timestamp", f"{name}: write an RFC 3339 time, such as 2026-01-02T14:30:00Z")


def write_moment(moment: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ`: 27 characters whose order as text is their order in time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
