"""The only package that names adapters: settings in, frozen services out, everything closed at the end."""

from argo_core.adapters.child_processes import run_children
from argo_core.adapters.simulated.kill_switch_exercise import exercise_kill_switch
from argo_server.wiring.account_rules import check_seconds
from argo_server.wiring.check import check_settings
from argo_server.wiring.executor import MIGRATIONS, open_executor
from argo_server.wiring.executor_lines import open_executor_line, open_own_line
from argo_server.wiring.executor_records import halt_stopped_executor, open_executor_records
from argo_server.wiring.generator import open_services
from argo_server.wiring.keys import public_log_keys
from argo_server.wiring.ledger_writing import add_log_key, open_ledger_writer, recover_ledger, retire_log_key
from argo_server.wiring.records import log_imported, open_records, unify_databases, upgrade_database
from argo_server.wiring.trial import try_sync

__all__ = [
    "MIGRATIONS",
    "add_log_key",
    "check_seconds",
    "check_settings",
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
    "try_sync",
    "unify_databases",
    "upgrade_database",
]
