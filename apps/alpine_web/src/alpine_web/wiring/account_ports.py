"""What accounts, payments and notices are kept in and sent by."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import httpx

from alpine_core.adapters.eml_folder import EmlFolder
from alpine_core.adapters.pyotp_codes import PyotpCodes
from alpine_core.adapters.secret_box import SecretBox, local_key
from alpine_core.adapters.smtp_mailer import SmtpMailer, SmtpServer
from alpine_core.adapters.sql import (
    Database,
    SqlAccountActs,
    SqlAccountShelf,
    SqlBillingShelf,
    SqlCredentials,
    SqlDeliveries,
    SqlInbox,
    SqlNoticeLedger,
    SqlNoticeRules,
    SqlOutbox,
    SqlWebhooks,
)
from alpine_core.adapters.stripe_house import StripeHouse
from alpine_core.adapters.stripe_notices import StripeNotices
from alpine_core.intake.kept_secrets import KeptSecrets
from alpine_core.notices import NoticePorts
from alpine_core.ports import Clock, Mailer
from alpine_web.assembly import AccountPorts
from alpine_web.settings import MailSettings, PaymentSettings, Settings
from alpine_web.settings.secret_names import STORED_NAMES

if TYPE_CHECKING:
    from alpine_core.adapters.http_webhooks import HttpWebhooks


def secret_box(settings: Settings) -> SecretBox:
    """Seals what must not lie open in the database. Without a key of its own, a machine keeps one beside those that it
    signs with: a second factor outlives a restart."""
    key = settings.secret_key if settings.secret_key_given else local_key(settings.key_folder / "at-rest.key")
    return SecretBox(key)


def account_ports(
    settings: Settings,
    database: Database,
    box: SecretBox,
    clock: Clock,
    stripe: httpx.AsyncClient,
    kept: KeptSecrets,
) -> AccountPorts:
    """Accounts, their mails, and what they pay."""
    outbox = SqlOutbox(database, box)
    return AccountPorts(
        acts=SqlAccountActs(database, box),
        credentials=SqlCredentials(database, box),
        codes=PyotpCodes("Alpine"),
        outbox=outbox,
        mail_shelf=outbox,
        mailer=open_mailer(settings.mail, clock, kept),
        shelf=SqlAccountShelf(database),
        billing=SqlBillingShelf(database),
        house=_house(settings.payments, stripe, clock),
        notices=StripeNotices(settings.payments.webhook_secrets) if settings.payments.secret_key else None,
    )


def notice_ports(database: Database, box: SecretBox, sender: HttpWebhooks) -> NoticePorts:
    """Rules, inbox and webhooks."""
    deliveries = SqlDeliveries(database, box)
    return NoticePorts(
        rules=SqlNoticeRules(database),
        ledger=SqlNoticeLedger(database, box),
        inbox=SqlInbox(database),
        webhooks=SqlWebhooks(database, box),
        queue=deliveries,
        deliveries=deliveries,
        sender=sender,
    )


def webhook_sender(settings: Settings) -> HttpWebhooks:
    """Calls subscribers' addresses."""
    # Not at the top: commands that call nobody start without it.
    from alpine_core.adapters.http_webhooks import HttpWebhooks

    return HttpWebhooks(allow_private=settings.allow_private_webhooks)


def _house(payments: PaymentSettings, stripe: httpx.AsyncClient, clock: Clock) -> StripeHouse | None:
    if not payments.secret_key:
        return None
    return StripeHouse(stripe, payments.secret_key, payments.prices, clock, lambda: secrets.token_hex(16))


def open_mailer(settings: MailSettings, clock: Clock, kept: KeptSecrets) -> Mailer:
    """Over SMTP, each connection with the login that stands then, or into a folder where no server is set."""
    if settings.host is None:
        return EmlFolder(settings.folder, settings.sender, clock)

    def login() -> tuple[str, str]:
        user, password = kept.now(STORED_NAMES["ALPINE_SMTP_USER"]), kept.now(STORED_NAMES["ALPINE_SMTP_PASSWORD"])
        return user or settings.user, password or settings.password

    server = SmtpServer(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        login=login,
    )
    return SmtpMailer(server, settings.sender, clock)
