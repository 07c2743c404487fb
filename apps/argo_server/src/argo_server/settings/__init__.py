"""Settings: the only place that reads the environment and the configuration file."""

from argo_server.settings.executor_role import ExecutorRole, executor_role, names_executor, own_credential
from argo_server.settings.known_executors import known_executors
from argo_server.settings.load import (
    Setting,
    Settings,
    certificate_path,
    load_settings,
    with_server,
    with_shard,
    with_symbols,
)
from argo_server.settings.market_choice import MarketChoice, market_choice
from argo_server.settings.processes import separate_processes

__all__ = [
    "ExecutorRole",
    "MarketChoice",
    "Setting",
    "Settings",
    "certificate_path",
    "executor_role",
    "known_executors",
    "load_settings",
    "market_choice",
    "names_executor",
    "own_credential",
    "separate_processes",
    "with_server",
    "with_shard",
    "with_symbols",
]
