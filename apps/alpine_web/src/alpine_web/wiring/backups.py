"""Backups of the configured database: where they lie, and by what they are tried."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from alpine_core.adapters.backups import BackupHouse, Look, restored
from alpine_core.adapters.backups.process import said_by
from alpine_core.errors import OperatorError, StoreError
from alpine_core.model import Alarm
from alpine_core.model.backup import (
    KEPT_DAYS,
    BackupManifest,
    BackupRound,
    LastBackup,
    backup_due,
    last_backup,
    place_below,
)
from alpine_web.live import Lines
from alpine_web.record_audit import audit_record
from alpine_web.services import BackupPlan
from alpine_web.settings import Settings
from alpine_web.settings.backups import backup_command, backup_environment
from alpine_web.wiring.upgrade import MIGRATIONS

if TYPE_CHECKING:
    from alpine_core.adapters.s3_backups import S3Backups

LONGEST_SECONDS = 6 * 3600.0


def backup_house(settings: Settings, lines: Lines) -> BackupHouse:
    """Raises OperatorError."""
    rules = settings.backups
    place = None if rules.bucket is None else _place(settings, rules.bucket)
    return BackupHouse(rules.folder, settings.database_url, MIGRATIONS, _look(settings, lines), place, rules.local_days)


def backup_plan(
    settings: Settings, lines: Lines, since: datetime, alarm: Callable[[Alarm], Awaitable[None]]
) -> BackupPlan | None:
    """For the job: the backup is taken by a process of its own. None where the settings turn it off."""
    rules, house, at = settings.backups, backup_house(settings, lines), settings.backups.at
    if at is None:
        return None

    async def due(now: datetime) -> bool:
        return backup_due(await house.records(), at, now, since)

    async def run() -> BackupRound:
        environment = backup_environment(settings.database_url, rules.folder)
        told = await said_by(backup_command(), environment, longest_seconds=LONGEST_SECONDS)
        try:
            return msgspec.json.decode(told, type=BackupRound)
        except msgspec.MsgspecError as error:
            raise StoreError(f"the report of a backup cannot be read: {error}") from error

    async def last() -> LastBackup | None:
        return last_backup(await house.records())

    return BackupPlan(due=due, run=run, last=last, alarm=alarm)


async def keep_seven_years(settings: Settings) -> int:
    """Tell the bucket; for how many days. Raises OperatorError, StoreError."""
    if settings.backups.bucket is None:
        raise OperatorError("there is no other place: set ALPINE_BACKUP_BUCKET")
    await _place(settings, settings.backups.bucket).keep_for(KEPT_DAYS)
    return KEPT_DAYS


async def restore_backup(
    settings: Settings, lines: Lines, backup: str, source: str | None, url: str
) -> tuple[BackupManifest, tuple[str, ...]]:
    """A name in the folder of backups, a folder, or with `source` brought from `s3://BUCKET/PREFIX`.

    Raises OperatorError, StoreError.
    """
    folder = Path(backup) if "/" in backup else settings.backups.folder / backup
    if source is not None:
        if not source.startswith("s3://"):
            raise OperatorError(f"--from {source}: write s3://BUCKET/PREFIX")
        bucket = source.removeprefix("s3://").partition("/")[0]
        folder = settings.backups.folder / await _place(settings, bucket).fetch(place_below(source, backup))
    return await restored(folder, url, MIGRATIONS, _look(settings, lines))


def _look(settings: Settings, lines: Lines) -> Look:
    from alpine_web.wiring.open_services import open_services

    async def look(url: str) -> tuple[str, ...]:
        there = replace(settings, database_url=url, demo_account=None, demo_token=None)
        async with open_services(there, lines) as services:
            report = await audit_record(services)
        return tuple(f"{one.signal_id}: {one.field}: {one.problem}" for one in report.findings[:20])

    return look


def _place(settings: Settings, bucket: str) -> S3Backups:
    from alpine_core.adapters.s3_backups import BackupStore, S3Backups  # its package is an extra

    rules = settings.backups
    return S3Backups(BackupStore(bucket=bucket, prefix=rules.prefix, endpoint_url=rules.endpoint), rules.folder)
