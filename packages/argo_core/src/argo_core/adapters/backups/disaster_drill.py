"""The exercise for the day on which the database is gone: a backup, restored elsewhere, against what the world saw."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec

from argo_core.adapters.backups.backup_folder import BackupFolder
from argo_core.adapters.backups.restoring import Restorer
from argo_core.adapters.backups.scratch_trial import ScratchTrial
from argo_core.errors import ArgoError
from argo_core.model.restored_database import DisasterRecord, WitnessedLog
from argo_core.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class DisasterDrill:
    """`witnessed` asks about the database at an address, taking lost entries back if it must; `ticks` in seconds.
    `without_witness`: it holds although nobody confirmed it, because none is meant to."""

    shelf: BackupFolder
    trial: ScratchTrial
    restorer: Restorer
    witnessed: Callable[[str], Awaitable[WitnessedLog]]
    clock: Clock
    ticks: Callable[[], float]
    without_witness: bool = False

    async def run(self) -> DisasterRecord:
        """What did not hold is in the record. Raises StoreError where nothing could be taken or restored."""
        at, begun = self.clock.now(), self.ticks()
        backup = await self.shelf.take(at)
        taken = self.ticks()
        async with self.trial.place(backup.name) as url:
            report = await self.restorer.restore(self.shelf.folder / backup.name, url)
            restored = self.ticks()
            why, seen = "; ".join(report.checked.findings[:3]), WitnessedLog(size=0)
            if not why:
                why, seen = await self._asked(url)
            ended = self.ticks()
        if not report.checked.findings:
            await self.shelf.note(msgspec.structs.replace(backup, verified_at=self.clock.now()))
        mark = report.manifest.facts.ledger
        return DisasterRecord(
            held=not why,
            backup=backup.name,
            at=at,
            bytes=backup.bytes,
            rows=sum(report.manifest.facts.rows.values()),
            log_size=0 if mark is None else mark.size,
            log_root="" if mark is None else mark.root,
            recovered=seen.recovered,
            confirmed=seen.confirmed,
            take_seconds=round(taken - begun, 3),
            restore_seconds=round(restored - taken, 3),
            witness_seconds=round(ended - restored, 3),
            without_witness=self.without_witness,
            why=why,
        )

    async def _asked(self, url: str) -> tuple[str, WitnessedLog]:
        try:
            seen = await self.witnessed(url)
        except ArgoError as error:
            return str(error), WitnessedLog(size=0)
        if seen.unreachable:
            return f"no answer from {', '.join(seen.unreachable)}", seen
        if seen.confirmed or self.without_witness:
            return "", seen
        return f"{seen.unknown}; configure a witness, or say --without-witness", seen
