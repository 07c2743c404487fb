"""The only package that names adapters: settings in, frozen services out, everything closed at the end."""

from argo_core.adapters.child_processes import run_children
from argo_server.wiring.check import check_settings
from argo_server.wiring.executor import open_executor, open_executor_records
from argo_server.wiring.generator import open_services
from argo_server.wiring.records import open_records, unify_databases, upgrade_database
from argo_server.wiring.trial import try_sync

__all__ = [
    "check_settings",
    "open_executor",
    "open_executor_records",
    "open_records",
    "open_services",
    "run_children",
    "try_sync",
    "unify_databases",
    "upgrade_database",
]
