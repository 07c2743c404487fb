"""Starts what runs beside the requests, and stops it."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import structlog

from alpine_core.errors import OperatorError, PaymentAway, StoreError
from alpine_core.model import Tier
from alpine_web.count_sharing import share_counts
from alpine_web.jobs.alert_lines import TELL_SECONDS, AlertLine
from alpine_web.jobs.alerting import LOOK_SECONDS, Alerting
from alpine_web.jobs.backing_up import LOOK_SECONDS as BACKUP_SECONDS
from alpine_web.jobs.backing_up import DailyBackup
from alpine_web.jobs.integrity import LOOK_SECONDS as NIGHT_SECONDS
from alpine_web.jobs.integrity import SAMPLE_SECONDS, check_record_fully, sample_record
from alpine_web.jobs.record_watch import TURN_SECONDS, RecordWatch
from alpine_web.jobs.webhook_calls import LOOK_SECONDS as CALL_SECONDS
from alpine_web.jobs.webhook_calls import WebhookCalls
from alpine_web.services import Services
from alpine_web.settings.provider_key import STORED_PROVIDER_KEY
from alpine_web.settings.secret_names import STORED_NAMES

CLEANING_SECONDS = 300.0
VIGIL_SECONDS = 30.0
MAIL_SECONDS = 1.0
RECORD_SECONDS = 2.0
SENT_KEPT = timedelta(days=30)
RECEIPTS_SECONDS = 1.0
TERMS_SECONDS = 2.0
BILLING_SECONDS = 300.0
NOTICES_SECONDS = 0.5
MONTHLY_SECONDS = 600.0
MINUTE_SECONDS = 15.0
SHARE_SECONDS = 5.0
NOTICES_KEPT = timedelta(days=90)
CALLS_KEPT = timedelta(days=30)

log = structlog.get_logger(__name__)


@asynccontextmanager
async def running_jobs(services: Services) -> AsyncIterator[None]:
    """Until it ends, old sessions go, mails are sent, the logs looked at and read on, the track record is reckoned."""
    if not services.policy.logs:
        log.warning("no_log_pinned", setting="ALPINE_LOG_VKEYS", effect="every signal is unlogged: operators only")
    if services.settings.mail.host is None:
        log.info("mails_into_a_folder", folder=str(services.settings.mail.folder), setting="ALPINE_SMTP_HOST")
    if not services.settings.payments.secret_key:
        log.info("nothing_is_sold", setting="STRIPE_SECRET_KEY", effect="an administrator sets tiers by hand")
    calls = WebhookCalls()
    jobs = _begun(services, calls)
    if not services.counts.alone:
        jobs.append(asyncio.create_task(_again_and_again(services, keep_counts, SHARE_SECONDS)))
    try:
        yield
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await calls.close()
        with suppress(StoreError):
            await keep_receipts(services)
        with suppress(StoreError):
            share_counts(services)


def _begun(services: Services, calls: WebhookCalls) -> list[asyncio.Task[None]]:
    lines = [AlertLine(name, channel) for name, channel in services.alert_channels.items()]
    return [
        asyncio.create_task(_again_and_again(services, remove_ended_sessions, CLEANING_SECONDS, once=True)),
        asyncio.create_task(_again_and_again(services, remove_old_notices, CLEANING_SECONDS, once=True)),
        asyncio.create_task(_again_and_again(services, look_at_logs, VIGIL_SECONDS, once=True)),
        asyncio.create_task(_again_and_again(services, reckon_record, RECORD_SECONDS)),
        asyncio.create_task(_again_and_again(services, send_mails, MAIL_SECONDS)),
        asyncio.create_task(_again_and_again(services, keep_receipts, RECEIPTS_SECONDS)),
        asyncio.create_task(_again_and_again(services, read_terms, TERMS_SECONDS)),
        asyncio.create_task(_again_and_again(services, look_at_billing, BILLING_SECONDS, once=True)),
        asyncio.create_task(_again_and_again(services, fill_notices, NOTICES_SECONDS)),
        asyncio.create_task(_again_and_again(services, note_minute, MINUTE_SECONDS)),
        asyncio.create_task(_again_and_again(services, report_month, MONTHLY_SECONDS, once=True)),
        asyncio.create_task(_again_and_again(services, calls.make_calls, CALL_SECONDS)),
        asyncio.create_task(_again_and_again(services, Alerting(services).look_for_alerts, LOOK_SECONDS)),
        *(asyncio.create_task(_again_and_again(services, line.tell_alerts, TELL_SECONDS, line.job)) for line in lines),
        asyncio.create_task(_again_and_again(services, DailyBackup().back_up_daily, BACKUP_SECONDS)),
        asyncio.create_task(_again_and_again(services, RecordWatch().watch_records, TURN_SECONDS)),
        asyncio.create_task(_again_and_again(services, sample_record, SAMPLE_SECONDS, once=True)),
        asyncio.create_task(_again_and_again(services, check_record_fully, NIGHT_SECONDS, once=True)),
        asyncio.create_task(_again_and_again(services, look_at_secrets, services.settings.secrets_seconds)),
    ]


async def remove_ended_sessions(services: Services) -> None:
    """Once. Raises StoreError."""
    now = services.clock.now()
    removed = await services.sessions.remove_expired(now)
    tokens = await services.members.credentials.remove_expired(now)
    pairs = await services.token_store.remove_expired(now)
    mails = await services.members.mail_shelf.remove_sent(now - SENT_KEPT)
    log.debug("sessions_removed", count=removed, tokens=tokens + pairs, mails=mails)


async def remove_old_notices(services: Services) -> None:
    """Once. Raises StoreError."""
    now = services.clock.now()
    removed = await services.notices.ledger.remove_before(now - NOTICES_KEPT)
    calls = await services.notices.deliveries.remove_settled(now - CALLS_KEPT)
    log.debug("notices_removed", count=removed, calls=calls)


async def fill_notices(services: Services) -> None:
    """What every tier has come to see since becomes notices, by the rules of its accounts. Raises StoreError."""
    for tier in Tier:
        while await services.notices.filling.fill(tier):
            pass


async def send_mails(services: Services) -> None:
    """Everything that is due, one mail after the other. Raises StoreError."""
    while (tried := await services.members.courier.send_next()) is not None:
        mail, state = tried
        services.metrics.count_mail(state.value)
        log.info("mail_tried", mail=mail.mail_id, attempts=mail.attempts, state=state.value)


async def reckon_record(services: Services) -> None:
    """Once: what ended since is in the track record, so that no request has to wait for it. Raises StoreError."""
    await services.record.read_on()


async def note_minute(services: Services) -> None:
    """Once, by every worker: the service is up in this minute. Raises StoreError."""
    await services.uptime.note(services.clock.now())


async def report_month(services: Services) -> None:
    """Once: every month that is over, settled and without a report is told. Raises StoreError."""
    await services.record.read_on()
    for made in await services.monthly.make(services.record.closed_at()):
        log.info("month_reported", month=made.month, closed=made.closed)


async def keep_receipts(services: Services) -> None:
    """Once: what live readers have acknowledged since goes to the disk. Raises StoreError."""
    await services.receipts.flush()


async def keep_counts(services: Services) -> None:
    """Once, by every worker of several: the others know what this one counted. Raises StoreError."""
    share_counts(services)


async def read_terms(services: Services) -> None:
    """Once: what an operator changed elsewhere holds here too. Raises StoreError."""
    try:
        if await services.terms.read_on():
            log.info("terms_changed")
    except OperatorError as error:
        # A worker with other defaults wrote it: this one stays at what it has until the operator mends it.
        log.error("terms_do_not_fit", error=str(error))


async def look_at_billing(services: Services) -> None:
    """Once: subscriptions that are due are asked for, so that grace ends. Raises StoreError."""
    try:
        looked = await services.members.billing.look_again()
        log.debug("billing_looked_at", subscriptions=looked)
    except PaymentAway as error:
        log.warning("payment_house_away", error=str(error))


async def look_at_secrets(services: Services) -> None:
    """Once, by every worker: keys that were changed in the store are those of this process too. Raises StoreError."""
    if services.secrets is not None:
        changed = await services.secrets.look((STORED_PROVIDER_KEY, STORED_NAMES["ALPINE_WEBHOOK_SECRET"]))
        if changed:
            log.info("secrets_changed", names=list(changed))


async def look_at_logs(services: Services) -> None:
    """Once: freshness, lag and broken promises become alarms, and are heard. Raises StoreError."""
    for alarm in await services.vigil.look():
        services.metrics.count_alarms(alarm.kind.value)
        log.error("log_alarm", kind=alarm.kind.value, subject=alarm.subject, found=alarm.offered)


async def _again_and_again(
    services: Services,
    act: Callable[[Services], Awaitable[None]],
    seconds: float,
    name: str = "",
    *,
    once: bool = False,
) -> None:
    """A database that does not answer is tried again at the next turn; so is what broke, which is a fault of ours.
    `once`: by one worker of all, each turn. `name`: of the job, else the act's own."""
    job = name or act.__name__
    while True:
        failure: str | None = None
        services.jobs.began(job, services.clock.now())
        try:
            if not once or await services.lease.hold():
                await act(services)
        except StoreError as error:
            failure = str(error)
            log.warning("job_failed", job=job, error=failure)
        except Exception as error:  # noqa: BLE001 - a job that ended here would be missed by nobody until it is too late
            trace = "".join(traceback.format_exception(error))
            failure = repr(error)
            log.error("job_broke", job=job, trace=trace)
        services.jobs.ended(job, services.clock.now(), seconds, failure)
        await asyncio.sleep(seconds)
