"""Bars for the library, from files, vendors and recordings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import httpx
import msgspec

from argo_core.adapters.bar_files import FileTerms, read_bar_file
from argo_core.adapters.exchange_calendar import ExchangeCalendar
from argo_core.adapters.replay import ReplayLibrary
from argo_core.adapters.vendors.complete_bars import NEW_YORK, UTC_ZONE
from argo_core.errors import ConfigError
from argo_core.measures.series_merge import started_between
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.instant import InstantArray, from_instant64
from argo_core.model.sessions import Sessions
from argo_core.model.stored_series import Adjustment, BarImport
from argo_core.model.timeframe import Timeframe
from argo_core.pipeline.fetch_history import fetch_history
from argo_server.settings import Settings
from argo_server.wiring.bar_library import EXCHANGE, sessions_between
from argo_server.wiring.process_time import ProcessTime

Progress = Callable[[int, int], None]
FILES, RECORDED = "files", "recorded"
VENDORS = {"alpaca": "alpaca_pro", "massive": "massive", "yfinance": "yfinance"}


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What a command line asks for. `first` included, `last` not, both days of UTC; None: no bound."""

    source: str
    files: tuple[Path, ...] = ()
    symbols: tuple[str, ...] = ()
    timeframe: str = "1Day"
    adjustment: Adjustment | None = None
    first: date | None = None
    last: date | None = None
    time_zone: str | None = None
    time_format: str | None = None
    columns: dict[str, str] = field(default_factory=dict)


async def ordered_bars(settings: Settings, order: ImportOrder, progress: Progress) -> list[BarImport]:
    """The bars, cut to the period; `progress` hears how a vendor's history comes in.

    Raises ConfigError, DataError, SourceError.
    """
    if order.source == FILES:
        found = _from_files(settings, order)
    elif order.source == RECORDED:
        found = _recorded(settings, order)
    else:
        found = await _from_vendor(settings, order, progress)
    low = None if order.first is None else _midnight(order.first)
    high = None if order.last is None else _midnight(order.last)
    return [replace(each, bars=started_between(each.bars, low, high)) for each in found]


def _from_files(settings: Settings, order: ImportOrder) -> list[BarImport]:
    if not order.files or order.adjustment is None:
        raise ConfigError("files need their names and --adjustment raw, split or total: they do not say it themselves")
    if len(order.symbols) > 1:
        raise ConfigError("files take one of --symbols at most: import each symbol's file by itself")

    def sessions_of(starts: InstantArray) -> Sessions:
        return sessions_between(settings, from_instant64(starts.min()), from_instant64(starts.max()))

    terms = FileTerms(
        Timeframe.parse(order.timeframe), order.adjustment, next(iter(order.symbols), None), order.time_zone,
        order.time_format, order.columns,
    )  # fmt: skip
    return [each for path in order.files for each in read_bar_file(path, terms, sessions_of)]


def _recorded(settings: Settings, order: ImportOrder) -> list[BarImport]:
    """The recordings that came with packages of test data; their prices are adjusted for splits."""
    library = ReplayLibrary(ExchangeCalendar(EXCHANGE, settings.cache_folder), settings.cache_folder)
    bars = library.load(_required_symbols(order))
    return [BarImport(each, Adjustment.SPLIT, RECORDED, _zone(symbol)) for symbol, each in bars.items()]


async def _from_vendor(settings: Settings, order: ImportOrder, progress: Progress) -> list[BarImport]:
    if order.first is None or order.last is None:
        raise ConfigError(f"{order.source} needs a period: give --from and --to")
    if order.adjustment not in (None, Adjustment.SPLIT):
        raise ConfigError(f"{order.source} is asked for prices adjusted for splits: leave --adjustment out")
    symbols, clocks = _required_symbols(order), ProcessTime()
    try:
        from argo_server.wiring.live_market import open_vendors
    except ImportError as error:
        raise ConfigError(f"the vendors need the package {error.name}: install argo-server[live]") from error
    days = max((clocks.clock.now().date() - order.first).days, 1)
    market = msgspec.structs.replace(settings.file.market, history_days=days)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient())
        # Daily bars end at their session's close: the calendar has to reach back as far as the bars do.
        reaching = replace(settings, file=msgspec.structs.replace(settings.file, market=market))
        lines, _ = await open_vendors(reaching, client, clocks, stack)
        line = lines.markets.get(VENDORS[order.source])
        if line is None:
            raise ConfigError(f"{order.source} is {lines.off[VENDORS[order.source]]}: see the live market's settings")
        bars = await fetch_history(
            line.vendor, symbols, Timeframe.parse(order.timeframe), _midnight(order.first), _midnight(order.last),
            progress,
        )  # fmt: skip
    return [BarImport(bars[symbol], Adjustment.SPLIT, order.source, _zone(symbol)) for symbol in symbols]


def _required_symbols(order: ImportOrder) -> Sequence[str]:
    if not order.symbols:
        raise ConfigError(f"{order.source} needs --symbols A,B")
    return order.symbols


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _zone(symbol: str) -> str:
    """Where the days of vendors' and recordings' bars begin."""
    return UTC_ZONE if asset_type_of(symbol) is AssetType.CRYPTO else NEW_YORK
