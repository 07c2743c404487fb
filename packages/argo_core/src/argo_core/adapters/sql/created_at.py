"""The seeds' form of a creation time: `YYYY-MM-DD HH:MM:SS`, UTC, whole seconds."""

from __future__ import annotations

from datetime import UTC, datetime

from argo_core.model.instant import require_utc


def created_text(instant: datetime) -> str:
    """The second that `instant` lies in. Raises DataError `naive_time` for a datetime without a timezone."""
    return require_utc(instant).strftime("%Y-%m-%d %H:%M:%S")


def created_instant(text: str) -> datetime:
    """Inverse of `created_text`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
