"""Floor 2: what the steps need of the world, as Protocols of one to four methods that promise behaviour.

Each port has a contract-test class in `alpine_core.testing.contracts`, which every implementation must pass.
"""

from alpine_core.ports.account_acts import AccountActs
from alpine_core.ports.account_shelf import AccountShelf
from alpine_core.ports.account_store import AccountStore
from alpine_core.ports.alarm_shelf import AlarmShelf
from alpine_core.ports.announcer import Announcer
from alpine_core.ports.api_key_store import ApiKeyStore
from alpine_core.ports.audit_shelf import AuditShelf
from alpine_core.ports.billing_shelf import BillingShelf
from alpine_core.ports.clock import Clock
from alpine_core.ports.credentials import Credentials
from alpine_core.ports.delivery_queue import DeliveryQueue, DeliveryShelf
from alpine_core.ports.failed_sign_ins import FailedSignIns, Failures
from alpine_core.ports.inbox_shelf import InboxShelf
from alpine_core.ports.integrity_book import IntegrityBook, IntegrityShelf, WholeIntegrityBook
from alpine_core.ports.lease import Lease
from alpine_core.ports.letters import Letter, LetterKind, Letters
from alpine_core.ports.live_push import LivePush, PushEnded
from alpine_core.ports.log_mirror import LogMirror
from alpine_core.ports.log_watch import LogWatch
from alpine_core.ports.mailer import Mailer
from alpine_core.ports.mark_shelf import MarkShelf
from alpine_core.ports.notice_ledger import NoticeLedger
from alpine_core.ports.notice_letters import NoticeLetters
from alpine_core.ports.notice_rules import NoticeRules
from alpine_core.ports.one_time_codes import OneTimeCodes
from alpine_core.ports.operator_alerts import OperatorAlerts, SparePlace
from alpine_core.ports.outbox import MailShelf, Outbox
from alpine_core.ports.password_hasher import PasswordHasher
from alpine_core.ports.payment_house import PaymentHouse, PaymentNotices
from alpine_core.ports.personal_data import PersonalData
from alpine_core.ports.rate_buckets import Permit, RateBuckets
from alpine_core.ports.realised_shelf import RealisedShelf
from alpine_core.ports.realised_store import RealisedStore
from alpine_core.ports.receipt_store import ReceiptStore
from alpine_core.ports.record_shelf import RecordShelf
from alpine_core.ports.security_log import SecurityLog
from alpine_core.ports.session_store import SessionStore
from alpine_core.ports.signal_shelf import SignalShelf
from alpine_core.ports.signal_store import SignalStore
from alpine_core.ports.terms_shelf import TermsShelf
from alpine_core.ports.token_store import TokenStore
from alpine_core.ports.tracer import Span, Tracer
from alpine_core.ports.webhook_ids import WebhookIds
from alpine_core.ports.webhook_sender import WebhookSender
from alpine_core.ports.webhook_store import WebhookStore
from alpine_core.ports.witness_store import WitnessStore

__all__ = [
    "AccountActs",
    "AccountShelf",
    "AccountStore",
    "AlarmShelf",
    "Announcer",
    "ApiKeyStore",
    "AuditShelf",
    "BillingShelf",
    "Clock",
    "Credentials",
    "DeliveryQueue",
    "DeliveryShelf",
    "FailedSignIns",
    "Failures",
    "InboxShelf",
    "IntegrityBook",
    "IntegrityShelf",
    "Lease",
    "Letter",
    "LetterKind",
    "Letters",
    "LivePush",
    "LogMirror",
    "LogWatch",
    "MailShelf",
    "Mailer",
    "MarkShelf",
    "NoticeLedger",
    "NoticeLetters",
    "NoticeRules",
    "OneTimeCodes",
    "OperatorAlerts",
    "Outbox",
    "PasswordHasher",
    "PaymentHouse",
    "PaymentNotices",
    "Permit",
    "PersonalData",
    "PushEnded",
    "RateBuckets",
    "RealisedShelf",
    "RealisedStore",
    "ReceiptStore",
    "RecordShelf",
    "SecurityLog",
    "SessionStore",
    "SignalShelf",
    "SignalStore",
    "Span",
    "SparePlace",
    "TermsShelf",
    "TokenStore",
    "Tracer",
    "WebhookIds",
    "WebhookSender",
    "WebhookStore",
    "WholeIntegrityBook",
    "WitnessStore",
]
