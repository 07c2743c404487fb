"""What a backtest goes over: the packaged history, or bars of the library."""

from __future__ import annotations

from pathlib import Path

from argo_core.adapters.exchange_calendar import ExchangeCalendar
from argo_core.adapters.stored_market import BacktestMarket, stored_market
from argo_core.backtest.stored_history import StoredChoice
from argo_core.model.instant import to_instant64
from argo_server.settings import Settings
from argo_server.wiring.bar_library import EXCHANGE, open_library
from argo_server.wiring.market import recorded_market


def packaged_history(settings: Settings) -> BacktestMarket:
    """As the replay looks at it: at each session's close, from the first bar that is known. Raises ConfigError."""
    market = recorded_market(settings, ())
    closes = market.sessions.closes_between(market.start, market.end)
    known = [bars.end[0] for bars in market.history.values() if len(bars)]
    first = min(known) if known else to_instant64(market.start)
    bars = tuple(market.history[symbol] for symbol in market.symbols)
    return BacktestMarket(bars, market.sessions, closes[closes >= first])


def stored_history(
    settings: Settings, stored: StoredChoice, symbols: tuple[str, ...] | None, begin: str | None, end: str | None
) -> BacktestMarket:
    """See `stored_market`. Raises ConfigError without the lab's packages, DataError, StoreError."""
    library = open_library(settings, None if stored.folder is None else Path(stored.folder))
    return stored_market(library, ExchangeCalendar(EXCHANGE, settings.cache_folder), stored, symbols, begin, end)
