"""The only package that names adapters: settings in, frozen services out, everything closed at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argo_core.adapters.child_processes import run_children
from argo_core.adapters.simulated.kill_switch_exercise import exercise_kill_switch
from argo_core.errors import ConfigError
from argo_server.wiring.account_rules import check_seconds
from argo_server.wiring.check import check_settings
from argo_server.wiring.executor import MIGRATIONS, open_executor
from argo_server.wiring.executor_lines import open_executor_line, open_own_line
from argo_server.wiring.executor_records import halt_stopped_executor, open_executor_records
from argo_server.wiring.generator import open_services
from argo_server.wiring.in_force import settings_in_force
from argo_server.wiring.keys import public_log_keys
from argo_server.wiring.ledger_writing import add_log_key, open_ledger_writer, recover_ledger, retire_log_key
from argo_server.wiring.records import log_imported, open_records, unify_databases, upgrade_database
from argo_server.wiring.trial import try_sync

if TYPE_CHECKING:
    from argo_core.pipeline.check_sources import SourceCheck
    from argo_server.settings import Settings

__all__ = [
    "MIGRATIONS",
    "add_log_key",
    "check_seconds",
    "check_settings",
    "check_vendors",
    "exercise_kill_switch",
    "halt_stopped_executor",
    "log_imported",
    "open_executor",
    "open_executor_line",
    "open_executor_records",
    "open_ledger_writer",
    "open_own_line",
    "open_records",
    "open_services",
    "public_log_keys",
    "recover_ledger",
    "retire_log_key",
    "run_children",
    "settings_in_force",
    "try_sync",
    "unify_databases",
    "upgrade_database",
]


async def check_vendors(settings: Settings, *, models: bool) -> tuple[SourceCheck, ...]:
    """See `live_check`, which imports the vendors' packages: seconds that no other command should take."""
    try:
        from argo_server.wiring import live_check
    except ImportError as error:
        raise ConfigError(f"the vendors need the package {error.name}: install argo-server[live]") from error
    return await live_check.check_vendors(settings, models=models)
