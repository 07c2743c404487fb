"""Backups: of what, where they lie, by what they are tried, and whom a restored log is shown."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import httpx
import msgspec

from argo_core.adapters.backups import (
    BackupFolder,
    DisasterDrill,
    Restorer,
    ScratchTrial,
    mark_at,
    one_at_a_time,
    place_name,
    same_place,
)
from argo_core.adapters.calculation import calculated
from argo_core.adapters.key_files import active_keys
from argo_core.adapters.s3_backups import BackupStore, S3Backups
from argo_core.adapters.sql import Database, SqlLedgerReader, SqlLedgerStore
from argo_core.adapters.system_clock import SystemClock
from argo_core.errors import ConfigError, Disputed, StoreError
from argo_core.model.backup import LastBackup, LedgerMark, place_below
from argo_core.model.restored_database import CheckedBackup, DisasterRecord, RestoreReport, WitnessedLog
from argo_core.pipeline.audit_ledger import Progress
from argo_core.pipeline.backup_policy import due, last_backup
from argo_core.pipeline.check_backup import RestoredCheck
from argo_core.pipeline.keep_backups import BackupKeeper, BackupRun
from argo_core.pipeline.ledger_feed import LedgerFeed
from argo_core.pipeline.restore_guard import RestoreGuard
from argo_core.ports import Clock, Notifier
from argo_server.services import BackupServices
from argo_server.settings import Settings
from argo_server.settings.backup_process import backup_command, backup_environment
from argo_server.settings.backup_section import backup_folder, backup_time
from argo_server.wiring.checks import ever_signed, record_checks
from argo_server.wiring.ledger_writing import recover_ledger
from argo_server.wiring.witnesses import configured_witnesses

MIGRATIONS = Path(__file__).parents[1] / "migrations"
BEHIND = "behind"
LONGEST_SECONDS, RECOVERIES = 6 * 3600.0, 5


def backup_services(settings: Settings, clock: Clock, notifier: Notifier) -> BackupServices:
    """Of a generator: the backup itself is taken by a process of its own, which ends with this one."""
    rules, since = settings.file.backups, clock.now()
    shelf = BackupFolder(backup_folder(rules, settings.file_path), settings.database_url)

    async def run() -> BackupRun:
        told = await calculated(backup_command(), backup_environment(settings), b"", LONGEST_SECONDS)
        try:
            return msgspec.json.decode(told, type=BackupRun)
        except msgspec.MsgspecError as error:
            raise StoreError(f"the report of a backup cannot be read: {error}") from error

    async def is_due(now: datetime) -> bool:
        return due(await shelf.records(), backup_time(rules), now, since)

    async def last() -> LastBackup | None:
        return last_backup(await shelf.records())

    return BackupServices(run=run, due=is_due, last=last, notifier=notifier, clock=clock)


@asynccontextmanager
async def open_backups(settings: Settings, progress: Progress) -> AsyncIterator[BackupKeeper]:
    """For a command, beside the generator or without one. Raises ConfigError, StoreError: also while another works."""
    rules = settings.file.backups
    folder = backup_folder(rules, settings.file_path)
    with one_at_a_time(folder):
        yield BackupKeeper(
            shelf=BackupFolder(folder, settings.database_url),
            trial=ScratchTrial(folder, settings.database_url, _restorer(settings, progress)),
            upload=_store(settings, folder, rules.bucket),
            clock=SystemClock(),
            local_days=rules.keep_local_days,
        )


async def fetched(settings: Settings, backup: str, source: str | None) -> Path:
    """The folder of a backup: a path, a name in the backups' folder, or with `source` (`s3://BUCKET/PREFIX`) brought
    from there. Raises ConfigError, DataError, StoreError."""
    folder = backup_folder(settings.file.backups, settings.file_path)
    if source is None:
        return Path(backup) if "/" in backup else folder / backup
    bucket = source.removeprefix("s3://").partition("/")[0]
    upload = _store(settings, folder, bucket) if source.startswith("s3://") else None
    if upload is None:
        raise ConfigError(f"--from {source}: write s3://BUCKET/PREFIX")
    return folder / await upload.fetch(place_below(source, backup))


async def restore_backup(settings: Settings, folder: Path, url: str, progress: Progress) -> RestoreReport:
    """Into an empty place, and looked at there. Raises ConfigError, DataError, StoreError."""
    return await _restorer(settings, progress).restore(folder, url)


async def witnessed_log(settings: Settings, url: str, *, beside: bool = False) -> WitnessedLog:
    """What every witness says to the log at `url`, and with `beside` the configured database, if it is another one.
    Raises Disputed `behind`, `split_view`, StoreError."""
    database = await Database.open(url)
    try:
        async with httpx.AsyncClient() as client:
            file, reader = settings.file, SqlLedgerReader(database)
            keys = await ever_signed(SqlLedgerStore(database), active_keys(settings.key_folder, file.ledger.origin))
            guard = RestoreGuard(LedgerFeed(reader), configured_witnesses(file, client), file.ledger.origin, keys)
            found = await guard.check()
        live, unread = await _compared(settings.database_url, url, guard, found.size) if beside else ("", "")
    finally:
        await database.close()
    return WitnessedLog(
        size=found.size,
        confirmed=found.confirmed,
        unreachable=found.unreachable,
        unaware=found.unaware,
        beside=live,
        not_beside=unread,
    )


async def _compared(live: str, url: str, guard: RestoreGuard, size: int) -> tuple[str, str]:
    """The live database's name, or why it was not read; neither where it is the restored one or has signed nothing."""
    if same_place(live, url):
        return "", ""
    try:
        mark = await mark_at(live)
    except StoreError as error:  # lost, as on most days on which something is restored
        return "", str(error)
    if mark is None:
        return "", ""
    await guard.compare(place_name(live), mark.checkpoint.encode(), size)
    return place_name(live), ""


async def disaster_drill(settings: Settings, progress: Progress, *, without_witness: bool = False) -> DisasterRecord:
    """A backup of the configured database, restored elsewhere; entries that a witness has seen since come back from the
    mirror, as they would on the day. Raises ConfigError, StoreError."""

    async def witnessed(url: str) -> WitnessedLog:
        recovered, left = 0, RECOVERIES
        while True:  # a generator that runs meanwhile publishes more
            try:
                return msgspec.structs.replace(await witnessed_log(settings, url), recovered=recovered)
            except Disputed as error:
                if error.code != BEHIND or left == 0:
                    raise
            back = await recover_ledger(replace(settings, database_url=url), None)
            recovered, left = recovered + back.after - back.before, left - 1

    folder = backup_folder(settings.file.backups, settings.file_path)
    restorer = _restorer(settings, progress)
    with one_at_a_time(folder):
        return await DisasterDrill(
            shelf=BackupFolder(folder, settings.database_url),
            trial=ScratchTrial(folder, settings.database_url, restorer),
            restorer=restorer,
            witnessed=witnessed,
            clock=SystemClock(),
            ticks=time.monotonic,
            without_witness=without_witness,
        ).run()


def backup_restorer(settings: Settings) -> Restorer:
    """Restores and looks, for whoever shows no progress."""
    return _restorer(settings, lambda _done, _every: None)


def _restorer(settings: Settings, progress: Progress) -> Restorer:
    async def look(url: str, mark: LedgerMark | None) -> CheckedBackup:
        keys = active_keys(settings.key_folder, settings.file.ledger.origin)
        if mark is not None and not keys:
            raise ConfigError(f"{settings.key_folder} holds no key of the log: restore the keys first, then try again")
        database = await Database.open(url)
        try:
            checks = await record_checks(settings, database, keys)
            return await RestoredCheck(checks.signals, checks.checker.reader, checks.audit).look(mark, progress)
        finally:
            await database.close()

    return Restorer(look, MIGRATIONS)


def _store(settings: Settings, folder: Path, bucket: str) -> S3Backups | None:
    rules = settings.file.backups
    if not bucket:
        return None
    store = BackupStore(
        bucket=bucket,
        prefix=rules.prefix,
        endpoint_url=rules.endpoint_url or None,
        region=rules.region or None,
    )
    return S3Backups(store, folder)
