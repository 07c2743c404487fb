"""Is what is stored still what was taken? A few records in each hour, everything in each night."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable
from datetime import datetime

import structlog

from alpine_core.model import Alarm
from alpine_core.model.integrity_check import FULL, SAMPLE, next_night
from alpine_web.record_audit import audit_record
from alpine_web.services import Services

SAMPLE_SECONDS = 3600.0
LOOK_SECONDS = 60.0

log = structlog.get_logger(__name__)


async def sample_record(services: Services) -> None:
    """Once: some records at random; the seed in the log draws them again. Raises StoreError."""
    seed = secrets.randbits(32)
    checked, findings = await services.spot_check.sample(services.settings.integrity.sample, random.Random(seed).sample)
    alarms = await services.integrity.note(SAMPLE, checked, len(findings), findings)
    tell_findings(services, alarms)
    log.info("integrity_checked", kind=SAMPLE, seed=seed, checked=checked, failed=len(findings))


class NightlyCheck:
    """Everything, once in each night. One that a stop or a change of workers has left out is made up for by whoever
    ran through that hour."""

    def __init__(self, services: Services) -> None:
        self._at = services.settings.integrity.at
        self._due: datetime | None = None if self._at is None else next_night(services.started_at, self._at)

    async def check_record_fully(self, services: Services) -> None:
        """The full check if it is due. Raises StoreError; it is tried again at the next turn then."""
        now = services.clock.now()
        if self._at is None or self._due is None or now < self._due:
            return
        report = await (audit_record(services) if services.own_audit is None else services.own_audit())
        alarms = await services.integrity.note(FULL, report.checked, report.found, report.findings)
        self._due = next_night(now, self._at)
        tell_findings(services, alarms)
        log.info("integrity_checked", kind=FULL, checked=report.checked, failed=report.found)


def tell_findings(services: Services, alarms: Iterable[Alarm]) -> None:
    """Into the log and the counts; the alarms themselves are kept."""
    for alarm in alarms:
        services.metrics.count_alarms(alarm.kind.value)
        log.critical("integrity_failed", row=alarm.subject, words=alarm.offered)
