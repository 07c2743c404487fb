"""Backups of a database: taken, tried in a scratch place, carried elsewhere, restored."""

from alpine_core.adapters.backups.backup_house import BackupHouse
from alpine_core.adapters.backups.restoring import Look, restored

__all__ = ["BackupHouse", "Look", "restored"]
