"""Sessions from exchange_calendars behind the Calendar port (extra: calendars).

Importing the library and building one exchange takes two seconds, so the table is kept in a file beside the data and
rebuilt when the library changes or the period is not covered.
"""

from __future__ import annotations

import importlib.metadata
import os
import warnings
from datetime import date
from pathlib import Path

import numpy as np

from argo_core.adapters.cache_folder import cache_errors
from argo_core.errors import DataError
from argo_core.model.instant import InstantArray
from argo_core.model.sessions import Sessions

EARLIEST = np.datetime64("1885-01-01", "D")
"""The library applies today's rules to any day before: of these its closures are not known."""


class ExchangeCalendar:
    """The sessions of one exchange by its ISO 10383 code, for instance XNYS. `cache_folder` None: no file is kept."""

    def __init__(self, exchange: str = "XNYS", cache_folder: Path | None = None) -> None:
        self._exchange = exchange
        self._folder = cache_folder

    def sessions(self, first: date, last: date) -> Sessions:
        """The sessions that close on a day in [first, last]. Raises DataError `outside_calendar`."""
        table = self._cached(first, last)
        if table is None:
            table = _build(self._exchange, first, last)
            self._keep(table)
        opens, closes = table
        days = closes.astype("datetime64[D]")
        inside = (days >= np.datetime64(first)) & (days <= np.datetime64(last))
        return Sessions(self._exchange, opens[inside], closes[inside])

    def _file(self) -> Path | None:
        version = importlib.metadata.version("exchange-calendars")
        return None if self._folder is None else self._folder / f"sessions-{self._exchange}-{version}.npz"

    def _cached(self, first: date, last: date) -> tuple[InstantArray, InstantArray] | None:
        file = self._file()
        if file is None or not file.exists():
            return None
        with np.load(file, allow_pickle=False) as stored:
            if stored["first"] > np.datetime64(first) or stored["last"] < np.datetime64(last):
                return None
            return stored["opens"], stored["closes"]

    def _keep(self, table: tuple[InstantArray, InstantArray]) -> None:
        file = self._file()
        if file is None:
            return
        with cache_errors(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            days = table[1].astype("datetime64[D]")
            partial = file.with_suffix(f".{os.getpid()}.tmp.npz")
            np.savez(partial, opens=table[0], closes=table[1], first=days[0], last=days[-1])
            partial.replace(file)


def _build(exchange: str, first: date, last: date) -> tuple[InstantArray, InstantArray]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library triggers pandas' notices about its own future, not about ours
        import exchange_calendars

        calendar = exchange_calendars.get_calendar(exchange)
        if EARLIEST <= np.datetime64(first) < np.datetime64(calendar.first_session):
            calendar = exchange_calendars.get_calendar(exchange, start=first.isoformat())
        schedule = calendar.schedule
    opens = schedule["open"].dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    closes = schedule["close"].dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    days = closes.astype("datetime64[D]")
    if np.datetime64(first) < days[0] or np.datetime64(last) > days[-1]:
        raise DataError(
            "outside_calendar", f"{exchange}: sessions are known from {days[0]} to {days[-1]}, not {first}–{last}"
        )
    return opens, closes
