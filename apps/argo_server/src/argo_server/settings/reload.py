"""What of a changed file may take effect while a process runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import msgspec

from argo_core.errors import ConfigError
from argo_server.settings.load import Settings, load_settings
from argo_server.settings.shape import ConfigFile

EXTRA_WEIGHTS = "data_sources.extra"
RELOADED = (
    "data_sources.weights",
    EXTRA_WEIGHTS,
    "strategy.weight_massive",
    "strategy.weight_alpha_vantage",
    "strategy.weight_x_sentiment",
    "strategy.weight_sonar",
    "signal_generation.symbols",
    "signal_generation.min_confidence",
    "signal_generation.price_change_threshold",
    "consensus.min_coverage",
    "consensus.missing",
    "consensus.regime_factors",
    "consensus.thresholds",
    "consensus.max_deviation_pct",
    "alpaca_data.calls_per_minute",
    "massive.calls_per_second",
    "yfinance.calls_per_second",
    "x_api.calls_per_day",
    "x_api.dollars_per_day",
    "sonar.calls_per_day",
    "sonar.dollars_per_day",
)
"""Weights, thresholds, symbols and limits. Everything else waits for a restart, Alpha Vantage's limits too: its day is
counted from the start with them."""


@dataclass(frozen=True, slots=True)
class Reread:
    """`settings`: the running ones with what may change taken over. `changed` and `waiting`: dotted keys that differ,
    those that take effect and those that need a restart."""

    settings: Settings
    changed: tuple[str, ...]
    waiting: tuple[str, ...]


def reread(running: Settings, environ: Mapping[str, str] | None = None) -> Reread:
    """The file as it is now, with the environment over it. Raises ConfigError for one that cannot be read."""
    return taken_over(running, read_again(running, environ), _takes_effect)


def read_again(running: Settings, environ: Mapping[str, str] | None = None) -> Settings:
    """What a process would start with now. Raises ConfigError."""
    if running.file_path is None:
        raise ConfigError("there is no configuration file to read again: set ARGO_CONFIG=config.json")
    return load_settings(environ, running.file_path, running.stored)


def taken_over(running: Settings, fresh: Settings, takes_effect: Callable[[str, object, object], bool]) -> Reread:
    """The running settings with those keys of the fresh ones that take effect: by key, value before and after."""
    before, after = msgspec.to_builtins(running.file), msgspec.to_builtins(fresh.file)
    different = [key for key in _leaves(after) if _at(before, key) != _at(after, key)]
    changed = tuple(key for key in different if takes_effect(key, _at(before, key), _at(after, key)))
    merged = before
    for key in changed:
        section, name = key.split(".")
        merged = {**merged, section: {**merged[section], name: _at(after, key)}}
    file = msgspec.convert(merged, ConfigFile)
    waiting = tuple(key for key in different if key not in changed)
    return Reread(replace(running, file=file, written=fresh.written), changed, waiting)


def rules_in_force(file: ConfigFile) -> str:
    """The settings that may change while a process runs, as text: one line per key."""
    document = msgspec.to_builtins(file)
    return "".join(f"{key} = {msgspec.json.encode(_at(document, key), order='sorted').decode()}\n" for key in RELOADED)


def _takes_effect(key: str, before: object, after: object) -> bool:
    """Weights of further sources do; which sources there are is found at the start."""
    if key == EXTRA_WEIGHTS and isinstance(before, dict) and isinstance(after, dict):
        return before.keys() == after.keys()
    return key in RELOADED


def _leaves(document: Mapping[str, object]) -> Iterator[str]:
    """`section.key` of every setting, one level deep: what lies below counts as one value."""
    for section, values in document.items():
        if isinstance(values, dict):
            yield from (f"{section}.{name}" for name in values)


def _at(document: Mapping[str, object], key: str) -> object:
    section, name = key.split(".")
    values = document.get(section)
    return values.get(name) if isinstance(values, dict) else None
