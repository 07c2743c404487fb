"""The only package that names adapters: settings in, frozen services out, everything closed at the end."""

from argo_server.wiring.check import check_settings
from argo_server.wiring.generator import open_services
from argo_server.wiring.records import open_records, unify_databases, upgrade_database

__all__ = ["check_settings", "open_records", "open_services", "unify_databases", "upgrade_database"]
