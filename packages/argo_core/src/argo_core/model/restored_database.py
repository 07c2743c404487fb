"""What a restored database turned out to be."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.model.backup import BackupManifest


class CheckedBackup(msgspec.Struct, frozen=True, kw_only=True):
    """What a trial restore found. A backup with `findings` is none; `notes` are true of the database it was taken of,
    and of the copy in the same way."""

    findings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class RestoreReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was restored, and what was found in it."""

    manifest: BackupManifest
    checked: CheckedBackup


class WitnessedLog(msgspec.Struct, frozen=True, kw_only=True):
    """What the witnesses made of a restored log of `size` entries. `recovered`: how many of those came back from the
    mirror, because a witness had seen more than the backup held. `unaware` witnesses have seen nothing of the log.
    `beside`: the configured database, if the restored one holds all of its log; `not_beside`: why they could not be
    compared."""

    size: int
    recovered: int = 0
    confirmed: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    unaware: tuple[str, ...] = ()
    beside: str = ""
    not_beside: str = ""

    @property
    def unknown(self) -> str:
        """Why nobody knows whether this is the newest copy, in one line; empty if a witness confirmed it."""
        if self.confirmed:
            return ""
        silent = [f"{name} did not answer" for name in self.unreachable]
        silent += [f"{name} has seen nothing of this log" for name in self.unaware]
        return f"{'; '.join(silent) or 'no witness was asked'}: whether this is the newest copy is not known"


class DisasterRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One drill. `rows` of all tables together; times in seconds. `held` only if the restored database is what was
    backed up and every witness confirmed it, at least one unless `without_witness` says that none was meant to; `why`
    says what did not hold."""

    held: bool
    backup: str
    at: datetime
    bytes: int
    rows: int
    log_size: int
    log_root: str
    recovered: int
    confirmed: tuple[str, ...]
    take_seconds: float
    restore_seconds: float
    witness_seconds: float
    without_witness: bool = False
    why: str = ""
