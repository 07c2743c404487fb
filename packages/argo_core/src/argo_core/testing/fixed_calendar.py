"""A calendar of sessions given beforehand."""

from __future__ import annotations

from datetime import date

import numpy as np

from argo_core.errors import DataError
from argo_core.model.sessions import Sessions


class FixedCalendar:
    """Knows one table of sessions and nothing outside of it."""

    def __init__(self, table: Sessions) -> None:
        self._table = table

    def sessions(self, first: date, last: date) -> Sessions:
        days = self._table.closes.astype("datetime64[D]")
        if np.datetime64(first) < days[0] or np.datetime64(last) > days[-1]:
            raise DataError("outside_calendar", f"sessions are known from {days[0]} to {days[-1]} only")
        inside = (days >= np.datetime64(first)) & (days <= np.datetime64(last))
        return Sessions(self._table.exchange, self._table.opens[inside], self._table.closes[inside])
