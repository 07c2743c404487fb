"""Backups of a database: taken, read, tried in a scratch place, restored."""

from argo_core.adapters.backups.backup_folder import BackupFolder
from argo_core.adapters.backups.database_facts import mark_at, place_name, same_place
from argo_core.adapters.backups.disaster_drill import DisasterDrill
from argo_core.adapters.backups.manifest_file import opened_backup
from argo_core.adapters.backups.one_at_a_time import one_at_a_time
from argo_core.adapters.backups.restoring import Restorer
from argo_core.adapters.backups.scratch_trial import ScratchTrial

__all__ = [
    "BackupFolder",
    "DisasterDrill",
    "Restorer",
    "ScratchTrial",
    "mark_at",
    "one_at_a_time",
    "opened_backup",
    "place_name",
    "same_place",
]
