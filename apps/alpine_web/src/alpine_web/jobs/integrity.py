"""Is what is stored still what was taken? A few records in each hour, everything in each night."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable

import structlog

from alpine_core.model import Alarm
from alpine_core.model.integrity_check import FULL, SAMPLE
from alpine_web.record_audit import audit_record
from alpine_web.services import Services

SAMPLE_SECONDS = 3600.0
LOOK_SECONDS = 60.0

log = structlog.get_logger(__name__)


async def sample_record(services: Services) -> None:
    """Once: some records at random; the seed in the log draws them again. Raises StoreError."""
    seed = secrets.randbits(32)
    sample = await services.spot_check.sample(services.settings.integrity.sample, random.Random(seed).sample)
    failed = len(sample.findings)
    alarms = await services.integrity.note(SAMPLE, sample.checked, failed, sample.findings, sample.names)
    tell_findings(services, alarms)
    log.info("integrity_checked", kind=SAMPLE, seed=seed, checked=sample.checked, failed=failed)


async def check_record_fully(services: Services) -> None:
    """Everything, once in each night, if it is due; the database says when the last one was, so one that a stop or a
    change of workers has left out is made up for, and none is made twice. Raises StoreError: again in half an hour."""
    at = services.settings.integrity.at
    if at is None or not await services.integrity.begin_full(at):
        return
    report = await (audit_record(services) if services.own_audit is None else services.own_audit())
    alarms = await services.integrity.note(FULL, report.checked, report.found, report.findings)
    tell_findings(services, alarms)
    log.info("integrity_checked", kind=FULL, checked=report.checked, failed=report.found)


def tell_findings(services: Services, alarms: Iterable[Alarm]) -> None:
    """Into the log and the counts; the alarms themselves are kept."""
    for alarm in alarms:
        services.metrics.count_alarms(alarm.kind.value)
        log.critical("integrity_failed", row=alarm.subject, words=alarm.offered)
