"""What `argo check-lookahead` checks, and on which recorded history."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from argo_core.adapters.exchange_calendar import ExchangeCalendar
from argo_core.adapters.installed_sources import installed_source
from argo_core.adapters.named_function import named_object
from argo_core.adapters.replay import ReplayLibrary
from argo_core.backtest.vote_history import VoteHistory, shipped_histories, vote_history
from argo_core.model.bars import Bars
from argo_server.settings import Settings


def named_histories(names: Sequence[str], folder: Path) -> dict[str, VoteHistory]:
    """Shipped sources, functions as module:function (modules of `folder` first), and sources of installed packages; all
    shipped ones where none is named. Raises ConfigError, DataError for what cannot be checked."""
    shipped = shipped_histories()
    if not names:
        return shipped
    return {name: shipped[name] if name in shipped else vote_history(name, _found(name, folder)) for name in names}


def recorded_bars(settings: Settings, symbols: Sequence[str], count: int) -> list[Bars]:
    """The newest `count` recorded bars of each symbol. Raises DataError `unknown_symbol`, ConfigError."""
    library = ReplayLibrary(ExchangeCalendar("XNYS", settings.cache_folder), settings.cache_folder)
    return [bars.last(count) for bars in library.load(symbols).values()]


def _found(name: str, folder: Path) -> object:
    return named_object(name, folder) if ":" in name else installed_source(name)
