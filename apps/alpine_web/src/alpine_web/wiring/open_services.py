"""Everything one process needs, opened in order and closed in reverse."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import httpx
import structlog

from alpine_core.adapters.alerts_in_time import AlertsInTime
from alpine_core.adapters.argon2_hasher import Argon2Hasher
from alpine_core.adapters.channel_announcer import ChannelAnnouncer
from alpine_core.adapters.freed_memory import sparing_memory
from alpine_core.adapters.key_files import open_key_file
from alpine_core.adapters.machine import Machine
from alpine_core.adapters.memory_announcer import MemoryAnnouncer
from alpine_core.adapters.memory_buckets import MemoryBuckets
from alpine_core.adapters.memory_push import MemoryPush
from alpine_core.adapters.push_form import Form, PushLimits
from alpine_core.adapters.ready_types import ready_types
from alpine_core.adapters.rotating_client import RotatingClient
from alpine_core.adapters.spare_file import SpareFile
from alpine_core.adapters.sql import (
    Database,
    SqlAccounts,
    SqlAlarmShelf,
    SqlApiKeys,
    SqlAuditShelf,
    SqlFailedSignIns,
    SqlIntegrityBook,
    SqlLogMirror,
    SqlLogWatch,
    SqlMarkShelf,
    SqlMinuteLog,
    SqlMonthly,
    SqlOperatorAlerts,
    SqlRealisedShelf,
    SqlReceipts,
    SqlRecordShelf,
    SqlSecurityLog,
    SqlSessions,
    SqlSignalShelf,
    SqlSignalStore,
    SqlTermsShelf,
    SqlTokens,
    SqlWebhookIds,
    SqlWitnessStore,
)
from alpine_core.adapters.system_clock import SystemClock
from alpine_core.alerts.desk import AlertDesk
from alpine_core.fanout import RecordTracing
from alpine_core.feed import SignalFeed
from alpine_core.intake.kept_secrets import KeptSecrets
from alpine_core.model.checked_part import CheckedPart
from alpine_core.ports import Clock, Lease, Tracer
from alpine_core.verify.note_key import COSIGNER_KEY
from alpine_web.assembly import Ports, assemble
from alpine_web.demo_account import seed_demo_account
from alpine_web.live import Lines, OpenPush, Push
from alpine_web.services import Services
from alpine_web.settings import Settings
from alpine_web.settings.secret_names import STORED_NAMES
from alpine_web.wiring.account_ports import account_ports, notice_ports, open_mailer, secret_box, webhook_sender
from alpine_web.wiring.alert_channels import alert_channels
from alpine_web.wiring.backups import backup_plan
from alpine_web.wiring.kept_secrets import kept_secrets
from alpine_web.wiring.shared_parts import job_lease, news_announcer, request_buckets
from alpine_web.wiring.tracing import open_tracer

if TYPE_CHECKING:
    from alpine_core.adapters.http_webhooks import HttpWebhooks
    from alpine_core.adapters.redis_buckets import RedisBuckets

log = structlog.get_logger(__name__)


class _Opened(NamedTuple):
    """What is closed at the end, the clock, what is traced, and the secrets."""

    database: Database
    hasher: Argon2Hasher
    buckets: MemoryBuckets | RedisBuckets
    announcer: MemoryAnnouncer | ChannelAnnouncer
    lease: Lease
    stripe: httpx.AsyncClient
    alerts: httpx.AsyncClient
    sender: HttpWebhooks
    clock: Clock
    tracing: RecordTracing
    kept: KeptSecrets

    async def close(self) -> None:
        """All that is open, the database last."""
        self.hasher.close()
        await self.stripe.aclose()
        await self.alerts.aclose()
        await self.sender.close()
        await self.lease.close()
        if isinstance(self.announcer, ChannelAnnouncer):
            await self.announcer.close()
        if not isinstance(self.buckets, MemoryBuckets):
            await self.buckets.close()
        await self.database.close()


@asynccontextmanager
async def open_services(
    settings: Settings,
    lines: Lines,
    clock: Clock | None = None,
    ticks: Callable[[], float] = time.monotonic,
    limits: PushLimits | None = None,
) -> AsyncIterator[Services]:
    """The services of these settings; the demonstration's account exists then.

    `ticks`: seconds that only grow, which limits of requests go by; `limits`: of live lines.
    Raises OperatorError for settings that contradict each other, StoreError for a database that is not ready.
    """
    ready_types()
    async with (
        sparing_memory(),
        open_tracer(settings.tracing) as tracer,
        _opened(settings, lines, clock or SystemClock(), ticks, limits, tracer) as services,
    ):
        yield services


@asynccontextmanager
async def _opened(
    settings: Settings,
    lines: Lines,
    clock: Clock,
    ticks: Callable[[], float],
    limits: PushLimits | None,
    tracer: Tracer,
) -> AsyncIterator[Services]:
    kept = kept_secrets(settings, clock)
    opened = _Opened(
        database=await Database.open(settings.database_url),
        hasher=Argon2Hasher(),
        buckets=request_buckets(settings, ticks, partial(kept.now, STORED_NAMES["REDIS_URL"])),
        announcer=news_announcer(settings, partial(kept.now, STORED_NAMES["REDIS_URL"])),
        lease=job_lease(settings),
        stripe=httpx.AsyncClient(base_url=settings.payments.url, auth=RotatingClient(kept)),
        alerts=httpx.AsyncClient(auth=RotatingClient(kept)),
        sender=webhook_sender(settings),
        clock=clock,
        tracing=RecordTracing(tracer),
        kept=kept,
    )
    try:
        ports = replace(_ports(settings, opened, ticks, limits), tracing=opened.tracing)
        services = replace(
            assemble(settings, ports, lines, kept),
            alert_channels=alert_channels(settings, opened.alerts, open_mailer(settings.mail, clock, kept)),
            backups=backup_plan(settings, lines, clock.now(), SqlSignalStore(opened.database).raise_alarm),
            examine=_examine(settings, lines),
            database_use=opened.database.use,
            machine_use=Machine().use,
        )
        await services.terms.read_on()
        await seed_demo_account(services)
        try:
            yield services
        finally:
            await services.live.close()
    finally:
        await opened.close()


def _ports(settings: Settings, opened: _Opened, ticks: Callable[[], float], limits: PushLimits | None) -> Ports:
    database, clock, box = opened.database, opened.clock, secret_box(settings)
    return Ports(
        store=SqlSignalStore(database),
        shelf=SqlSignalShelf(database, _tell_once()),
        marks=SqlMarkShelf(database),
        alarms=SqlAlarmShelf(database),
        audit=SqlAuditShelf(database),
        states=SqlWitnessStore(database),
        mirror=SqlLogMirror(database),
        watch=SqlLogWatch(database),
        realised=SqlRealisedShelf(database),
        trades=SqlRealisedShelf(database),
        record=SqlRecordShelf(database, _tell_once()),
        minutes=SqlMinuteLog(database),
        alerts=_alert_desk(settings, database),
        book=SqlIntegrityBook(database),
        monthly=SqlMonthly(database, box),
        receipts=SqlReceipts(database),
        webhook_ids=SqlWebhookIds(database),
        witness_key=open_key_file(settings.key_folder / "witness.key", settings.witness_name, COSIGNER_KEY),
        mirror_key=open_key_file(settings.key_folder / "mirror.key", settings.mirror_name, COSIGNER_KEY),
        accounts=SqlAccounts(database),
        api_keys=SqlApiKeys(database),
        tokens=SqlTokens(database),
        sessions=SqlSessions(database),
        security_log=SqlSecurityLog(database),
        terms=SqlTermsShelf(database),
        failures=SqlFailedSignIns(database),
        account=account_ports(settings, database, box, clock, opened.stripe, opened.kept),
        notices=notice_ports(database, box, opened.sender),
        hasher=opened.hasher,
        buckets=opened.buckets,
        announcer=opened.announcer,
        lease=opened.lease,
        open_push=_push_over(opened, limits),
        clock=clock,
        ticks=ticks,
        backend=database.dialect,
    )


def _alert_desk(settings: Settings, database: Database) -> AlertDesk:
    kept = AlertsInTime(SqlOperatorAlerts(database))
    spare = SpareFile(settings.key_folder / "untold_alerts.json")
    return AlertDesk(kept, spare, lambda problem: log.error("untold_alerts_at_risk", error=problem))


def _examine(settings: Settings, lines: Lines) -> Callable[[int], Awaitable[tuple[CheckedPart, ...]]]:
    async def examine(level: int) -> tuple[CheckedPart, ...]:
        from alpine_web.wiring.health_checks import health_of  # it opens services itself

        return await health_of(settings, None, lines, level)

    return examine


def _push_over(opened: _Opened, limits: PushLimits | None) -> OpenPush:
    def open_push(feed: SignalFeed, lines: Lines) -> Push:
        forms = {name: Form(render=line.render, heartbeat=line.heartbeat) for name, line in lines.items()}
        return MemoryPush(feed, opened.announcer, opened.clock, forms, limits, opened.tracing)

    return open_push


def _tell_once() -> Callable[[str, str], None]:
    """Tells the operator of stored signals that cannot be read, each once for the life of the process.

    They are left out of pages and streams; `alpine ledger audit` says what else is wrong.
    """
    told: set[str] = set()

    def tell(signal_id: str, problem: str) -> None:
        if signal_id not in told:
            told.add(signal_id)
            log.error("stored_signal_unreadable", signal_id=signal_id, problem=problem)

    return tell
