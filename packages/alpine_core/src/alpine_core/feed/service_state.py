"""How each part of the service is now, in words for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from alpine_core.feed.public_log import LogState

WELL, DISTURBED, OFF = "well", "disturbed", "off"
RECORD, DELIVERIES = "Record of signals", "Deliveries of the provider"
WITNESS_PATIENCE = timedelta(seconds=180)
"""A provider shows its log every 60 s: three times without are silence."""
MOST_LAG = 1_000
BACKUP_PATIENCE = timedelta(days=2)


class ServicePart(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: well, disturbed, or off where it is not set up."""

    name: str
    state: str
    told: str


class ServiceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`logs`: None while the database does not answer; `backup_at`: of the newest backup that held when it was tried;
    `failing`: jobs whose last run failed."""

    now: datetime
    taking_deliveries: bool
    logs: Sequence[LogState] | None
    backups: bool
    backup_at: datetime | None
    failing: Sequence[str]


def service_parts(facts: ServiceFacts) -> tuple[ServicePart, ...]:
    """The record first; the logs are in it."""
    if facts.logs is None:
        away = ServicePart(name=RECORD, state=DISTURBED, told="the database does not answer")
        waiting = "refused until the database answers: the provider keeps them and delivers again"
        deliveries = ServicePart(name=DELIVERIES, state=DISTURBED, told=waiting)
        return (away, deliveries, _backup(facts), _jobs(facts.failing))
    return (
        ServicePart(name=RECORD, state=WELL, told="the database answers"),
        _deliveries(facts.taking_deliveries),
        *(part for log in facts.logs for part in _log(log, facts.now)),
        *(() if facts.logs else (ServicePart(name="Log of the provider", state=OFF, told="nothing was accepted yet"),)),
        _backup(facts),
        _jobs(facts.failing),
    )


def _deliveries(taking: bool) -> ServicePart:
    if taking:
        return ServicePart(name=DELIVERIES, state=WELL, told="taken")
    return ServicePart(name=DELIVERIES, state=DISTURBED, told="refused: no key is set")


def _log(log: LogState, now: datetime) -> tuple[ServicePart, ServicePart]:
    lag = max(0, log.size - log.mirrored)
    age = None if log.witnessed_at is None else max(0, int(now.timestamp()) - log.witnessed_at)
    fresh = age is not None and age <= WITNESS_PATIENCE.total_seconds()
    witnessed = "never" if age is None else f"{age} s ago"
    halted = ": stands still, two histories were signed" if log.halted else ""
    return (
        ServicePart(
            name=f"Witness of {log.origin}",
            state=WELL if fresh and not log.halted else DISTURBED,
            told=f"last cosignature {witnessed}{halted}",
        ),
        ServicePart(
            name=f"Mirror of {log.origin}",
            state=WELL if lag <= MOST_LAG else DISTURBED,
            told=f"{lag:,} of {log.size:,} witnessed entries are not mirrored yet",
        ),
    )


def _backup(facts: ServiceFacts) -> ServicePart:
    name = "Backup"
    if not facts.backups:
        return ServicePart(name=name, state=OFF, told="the operator has turned it off")
    if facts.backup_at is None:
        return ServicePart(name=name, state=DISTURBED, told="none has been taken and tried yet")
    age = max(timedelta(0), facts.now - facts.backup_at)
    told = f"the newest was restored and looked at {age.total_seconds() / 3600.0:.0f} h ago"
    return ServicePart(name=name, state=WELL if age <= BACKUP_PATIENCE else DISTURBED, told=told)


def _jobs(failing: Sequence[str]) -> ServicePart:
    name = "What runs beside the requests"
    if not failing:
        return ServicePart(name=name, state=WELL, told="every job ended well when it last ran")
    return ServicePart(name=name, state=DISTURBED, told=f"{len(failing)} of its jobs failed when they last ran")
