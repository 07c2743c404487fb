"""The only module that names adapters: settings in, frozen `Services` out, everything closed at the end."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from alpine_core.adapters.argon2_hasher import Argon2Hasher
from alpine_core.adapters.eml_folder import EmlFolder
from alpine_core.adapters.key_files import open_key_file
from alpine_core.adapters.memory_announcer import MemoryAnnouncer
from alpine_core.adapters.memory_buckets import MemoryBuckets
from alpine_core.adapters.memory_push import MemoryPush
from alpine_core.adapters.push_form import Form
from alpine_core.adapters.pyotp_codes import PyotpCodes
from alpine_core.adapters.secret_box import SecretBox, local_key
from alpine_core.adapters.smtp_mailer import SmtpMailer, SmtpServer
from alpine_core.adapters.sql import (
    Database,
    SqlAccountActs,
    SqlAccounts,
    SqlAlarmShelf,
    SqlApiKeys,
    SqlAuditShelf,
    SqlCredentials,
    SqlFailedSignIns,
    SqlLogMirror,
    SqlLogWatch,
    SqlMarkShelf,
    SqlOutbox,
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
    upgrade,
)
from alpine_core.adapters.system_clock import SystemClock
from alpine_core.errors import OperatorError
from alpine_core.feed import SignalFeed
from alpine_core.ports import Announcer, Clock, Mailer
from alpine_core.verify.note_key import COSIGNER_KEY
from alpine_web.assembly import AccountPorts, Ports, assemble
from alpine_web.demo_account import seed_demo_account
from alpine_web.live import Lines, OpenPush, Push
from alpine_web.services import Services
from alpine_web.settings import MailSettings, Settings

if TYPE_CHECKING:
    from alpine_core.adapters.redis_buckets import RedisBuckets

MIGRATIONS = Path(__file__).parent / "migrations"

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_services(settings: Settings, lines: Lines, clock: Clock | None = None) -> AsyncIterator[Services]:
    """Everything one process needs, opened in order and closed in reverse; the demonstration's account exists then.

    Raises OperatorError for settings that contradict each other, StoreError for a database that is not ready.
    """
    database = await Database.open(settings.database_url)
    hasher, announcer, clock = Argon2Hasher(), MemoryAnnouncer(), clock or SystemClock()
    buckets = _buckets(settings)
    try:
        ports = _ports(settings, database, hasher, buckets, announcer, clock)
        services = assemble(settings, ports, lines)
        await services.terms.read_on()
        await seed_demo_account(services)
        try:
            yield services
        finally:
            await services.live.close()
    finally:
        hasher.close()
        if not isinstance(buckets, MemoryBuckets):
            await buckets.close()
        await database.close()


def _account_ports(settings: Settings, database: Database, clock: Clock) -> AccountPorts:
    # Without a key of its own, a machine keeps one beside those that it signs with: a second factor outlives a restart.
    key = settings.secret_key if settings.secret_key_given else local_key(settings.key_folder / "at-rest.key")
    box = SecretBox(key)
    outbox = SqlOutbox(database, box)
    return AccountPorts(
        acts=SqlAccountActs(database, box),
        credentials=SqlCredentials(database, box),
        codes=PyotpCodes("Alpine"),
        outbox=outbox,
        mail_shelf=outbox,
        mailer=_mailer(settings.mail, clock),
    )


def _mailer(settings: MailSettings, clock: Clock) -> Mailer:
    if settings.host is None:
        return EmlFolder(settings.folder, settings.sender, clock)
    server = SmtpServer(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        user=settings.user,
        password=settings.password,
    )
    return SmtpMailer(server, settings.sender, clock)


def _ports(
    settings: Settings,
    database: Database,
    hasher: Argon2Hasher,
    buckets: MemoryBuckets | RedisBuckets,
    announcer: MemoryAnnouncer,
    clock: Clock,
) -> Ports:
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
        account=_account_ports(settings, database, clock),
        hasher=hasher,
        buckets=buckets,
        announcer=announcer,
        open_push=_push_over(announcer, clock),
        clock=clock,
        ticks=time.monotonic,
        backend=database.dialect,
    )


def _buckets(settings: Settings) -> MemoryBuckets | RedisBuckets:
    own = MemoryBuckets(time.monotonic)
    if settings.redis_url is None:
        return own
    try:
        from alpine_core.adapters.redis_buckets import RedisBuckets
    except ImportError as error:
        raise OperatorError(
            "REDIS_URL needs the package redis: install alpine-web[redis], or leave it empty"
        ) from error
    return RedisBuckets(settings.redis_url, own, time.monotonic, lambda why: log.warning("redis_away", error=why))


def _push_over(announcer: Announcer, clock: Clock) -> OpenPush:
    def open_push(feed: SignalFeed, lines: Lines) -> Push:
        forms = {name: Form(render=line.render, heartbeat=line.heartbeat) for name, line in lines.items()}
        return MemoryPush(feed, announcer, clock, forms)

    return open_push


async def upgrade_database(settings: Settings) -> tuple[str | None, str]:
    """Bring the configured database to the newest schema by the migrations that travel with this program.

    The schema before (None: there was none) and after. Raises StoreError, OperatorError.
    """
    report = await upgrade(settings.database_url, MIGRATIONS)
    return report.before, report.after


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
