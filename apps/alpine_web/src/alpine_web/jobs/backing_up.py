"""Once a day the database backed up by a process of its own, and the backup restored in a scratch place."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from alpine_core.errors import AlpineError, StoreError
from alpine_core.model import Alarm, AlarmKind
from alpine_web.services import Services

LOOK_SECONDS = 300.0
AFTER_FAILURE = timedelta(hours=3)

log = structlog.get_logger(__name__)


class DailyBackup:
    """One per process. What failed is an alarm, and tried again three hours later."""

    def __init__(self) -> None:
        self._failed_at: datetime | None = None

    async def back_up_daily(self, services: Services) -> None:
        """One turn, by one worker of all. Raises StoreError for a backup that failed."""
        now = services.clock.now()
        if self._failed_at is None or now - self._failed_at >= AFTER_FAILURE:
            self._failed_at = now
            if not await back_up(services):
                raise StoreError("the backup failed: alpine alarms says why")
            self._failed_at = None


async def back_up(services: Services) -> bool:
    """Once, if a backup is due and this worker is the one that takes it; False if that failed."""
    plan = services.backups
    if plan is None:
        return True
    try:
        if not await services.lease.hold() or not await plan.due(services.clock.now()):
            return True
        done = await plan.run()
        name, sound, told = done.backup.name, not done.why, done.told
    except AlpineError as error:
        name, sound, told = "none", False, str(error)
    if sound:
        log.info("backup_taken", backup=name)
    if told:
        log.error("backups_not_sound", backup=name, why=told)
        services.metrics.count_alarms(AlarmKind.AUDIT_FINDING.value)
        try:
            await plan.alarm(_alarm(name, told, services.clock.now()))
        except StoreError as error:
            log.error("alarm_not_kept", error=str(error))
    return sound


def _alarm(name: str, why: str, now: datetime) -> Alarm:
    return Alarm(
        kind=AlarmKind.AUDIT_FINDING, subject=f"backup {name}", stored="", offered=why, evidence=b"", raised_at=now
    )
