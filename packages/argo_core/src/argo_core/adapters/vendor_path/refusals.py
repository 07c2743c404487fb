"""What an HTTP answer that is no success means for a source."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import msgspec

from argo_core.adapters.vendor_path.document import Document
from argo_core.adapters.vendor_path.secrets import Redacted
from argo_core.errors import SourceError

LONGEST_WAIT_SECONDS = 86_400.0
_EPOCH_FROM, _MILLISECONDS_FROM = 1e9, 1e12
_KEY_OR_PLAN = frozenset({401, 402, 403})
_WORDS = ("message", "error", "detail", "description", "Information", "Note", "Error Message")


def refusal_of(vendor: str, document: Document, secrets: Redacted, now: datetime) -> SourceError:
    """The error of an answer that is no success.

    401, 402, 403: DISABLED, permanent. 408: TIMEOUT. 429: RATE_LIMITED with the vendor's wish. Other 4xx and 3xx:
    VENDOR_ERROR, permanent, since the same question gets the same answer. 5xx: VENDOR_ERROR, with its wish if named.
    """
    status = document.status
    said = secrets.sentence(f"{vendor} answered {status}{_said(document)}")
    wish = asked_wait(document.headers, now)
    if status == 429:
        return SourceError("RATE_LIMITED", f"{said}: we ask more slowly", retry_after=wish)
    if status in _KEY_OR_PLAN:
        return SourceError("DISABLED", f"{said}: check the key and what its plan includes", permanent=True)
    if status == 408:
        return SourceError("TIMEOUT", f"{said}: it is asked again", retry_after=wish)
    if status < 500:
        return SourceError("VENDOR_ERROR", f"{said}: the request or the base URL is wrong", permanent=True)
    return SourceError("VENDOR_ERROR", f"{said}: it is asked again later", retry_after=wish)


def asked_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the vendor wants us to wait, 0 to a day: Retry-After (RFC 9110 section 10.2.3: seconds or a date),
    else X-RateLimit-Reset where nothing is left (Unix seconds or milliseconds, or seconds from now). None: no wish."""
    if (after := headers.get("retry-after")) is not None:
        return _bounded(_number(after) if _number(after) is not None else _until(after, now))
    remaining, reset = headers.get("x-ratelimit-remaining"), _number(headers.get("x-ratelimit-reset", ""))
    if reset is None or (remaining is not None and _number(remaining) != 0):
        return None
    if reset >= _MILLISECONDS_FROM:
        reset /= 1000.0
    return _bounded(reset - now.timestamp() if reset >= _EPOCH_FROM else reset)


def _bounded(seconds: float | None) -> float | None:
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_WAIT_SECONDS)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _until(text: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return (aware - now).total_seconds()


def _said(document: Document) -> str:
    """The vendor's own words where its body has some: ` (words)`, else nothing. A page is not quoted."""
    try:
        body = msgspec.json.decode(document.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    for _ in range(2):  # {"error": {"message": …}} is common
        if not isinstance(body, dict):
            break
        body = next((body[word] for word in _WORDS if body.get(word)), None)
    return f" ({body})" if isinstance(body, str) else ""
