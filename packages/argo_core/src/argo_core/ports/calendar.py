"""When an exchange trades."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from argo_core.model.sessions import Sessions


class Calendar(Protocol):
    """Promise: the sessions that close on a day in [first, last], in order; holidays absent, half days early.

    Idempotent, any thread; may take a second the first time (load it off the event loop).
    Raises DataError `outside_calendar` if the period is not covered.
    """

    def sessions(self, first: date, last: date) -> Sessions: ...
