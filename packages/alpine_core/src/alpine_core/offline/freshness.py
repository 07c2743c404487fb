"""How old the newest witness's signature was: what is signed and old may be all true, and still hold the rest back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from alpine_core.errors import NotProven, OperatorError
from alpine_core.model.witness import Cosignature

MOST_SKEW = timedelta(seconds=5)
SECONDS_PER_MINUTE = 60


def read_max_age(minutes: float) -> float:
    """Minutes, > 0 and finite: NaN or infinity would ask for nothing. Raises OperatorError."""
    if not (math.isfinite(minutes) and minutes > 0):
        raise OperatorError("--max-age: give a number of minutes above 0")
    return minutes


def age_minutes(cosignatures: Sequence[Cosignature], at: datetime) -> float | None:
    """Minutes from the newest cosignature to `at`, 0 for one that is newer; None without cosignatures."""
    newest = max((each.time for each in cosignatures), default=None)
    return None if newest is None else max(0.0, (at.timestamp() - newest) / SECONDS_PER_MINUTE)


def require_fresh(cosignatures: Sequence[Cosignature], at: datetime, max_age_minutes: float) -> None:
    """Without cosignatures nothing is asked: the policy said that none are needed. Raises NotProven `stale`."""
    age = age_minutes(cosignatures, at)
    if age is not None and age > max_age_minutes:
        raise NotProven("stale", f"the newest witness's signature was {age:,.1f} minutes old at {at.isoformat()}")


def require_past(exported: datetime, now: datetime) -> None:
    """An export from the future would make any signature look fresh later. Raises NotProven `exported_later`."""
    if exported - now > MOST_SKEW:
        raise NotProven("exported_later", f"it says {exported.isoformat()}, and it is {now.isoformat()}")


def freshness_line(cosignatures: Sequence[Cosignature], at: datetime) -> str:
    """For a person."""
    age = age_minutes(cosignatures, at)
    if age is None:
        return "without a witness nothing shows whether newer entries were held back"
    return f"the newest witness's signature was {age:,.1f} minutes old at that time"
