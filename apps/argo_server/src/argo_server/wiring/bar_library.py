"""The library of stored bars, and what is held against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from argo_core.adapters.exchange_calendar import ExchangeCalendar
from argo_core.backtest.check_library import LibraryCheck, check_library
from argo_core.errors import ConfigError, DataError
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.sessions import Sessions
from argo_core.model.stored_series import StoredSeries
from argo_core.ports.bar_library import BarLibrary
from argo_server.settings import Settings
from argo_server.settings.library_path import library_folder

EXCHANGE, MARGIN = "XNYS", timedelta(days=8)


@contextmanager
def lab_packages() -> Iterator[None]:
    """Raises ConfigError, one line, where a package of the lab is not installed."""
    try:
        yield
    except ImportError as error:
        raise ConfigError(f"this needs the package {error.name}: run make lab, or install argo-server[lab]") from error


def open_library(settings: Settings, folder: Path | None = None) -> BarLibrary:
    """The library in `folder`, else in the settings' one. Raises ConfigError."""
    with lab_packages():
        from argo_core.adapters.parquet import ParquetLibrary

        return ParquetLibrary(folder or library_folder(settings))


def sessions_between(settings: Settings, first: datetime, last: datetime) -> Sessions:
    """The exchange's sessions of this period and a few days more."""
    calendar = ExchangeCalendar(EXCHANGE, settings.cache_folder)
    return calendar.sessions((first - MARGIN).date(), (last + MARGIN).date())


def check_stored(
    settings: Settings, folder: Path | None, symbols: Sequence[str], ignored: Sequence[str]
) -> LibraryCheck:
    """See `check_library`. A period that the calendar does not cover is held against none."""

    def sessions_of(series: StoredSeries) -> Sessions | None:
        if asset_type_of(series.key.symbol) is AssetType.CRYPTO:
            return None
        try:
            return sessions_between(settings, series.first, series.last)
        except DataError:
            return None

    return check_library(open_library(settings, folder), sessions_of, symbols=symbols, ignored=ignored)
