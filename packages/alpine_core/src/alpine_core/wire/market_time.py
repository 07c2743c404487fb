"""The moment of the market that a provider's texts name, whatever they hold."""

from __future__ import annotations

from datetime import UTC, datetime

# The door refuses times outside; a row that somebody else wrote must not take the pages down with it.
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2201, 1, 1, tzinfo=UTC)


def market_time(*texts: str | None) -> datetime | None:
    """The first text that is an ISO 8601 time, aware UTC of the years 1970 to 2200; without a zone it is taken for UTC.

    None if no text is one.
    """
    for text in texts:
        try:
            moment = datetime.fromisoformat(text or "")
        except ValueError:
            continue
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        # Compared before it is converted: the ends of the calendar have no other zone.
        return min(max(aware, EARLIEST), LATEST).astimezone(UTC)
    return None
