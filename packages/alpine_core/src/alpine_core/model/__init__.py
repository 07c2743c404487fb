"""Floor 1: frozen values: received, verified and stored signals, records, marks, tiers, accounts."""

from alpine_core.model.account import Account, AccountQuery, Role, Session
from alpine_core.model.alarm import Alarm, AlarmKind
from alpine_core.model.api_key import ApiKey
from alpine_core.model.api_token import ApiToken, TokenKind
from alpine_core.model.audit_row import AuditRow, OutcomeRow, SignalRow, StrayRow
from alpine_core.model.billing import (
    BillingBook,
    CheckoutOrder,
    PaidInvoice,
    PaymentNotice,
    SeenSubscription,
    Subscription,
    SubscriptionState,
)
from alpine_core.model.closed_signal import ClosedSignal, DayClose
from alpine_core.model.credential import SecondFactor, SingleUseToken, TokenPurpose
from alpine_core.model.delivery_receipt import DeliveryReceipt, Latency, LatencyStart
from alpine_core.model.mail import Mail, MailState, QueuedMail
from alpine_core.model.mark import Mark, MarkReceipt, MarkSeries
from alpine_core.model.notice import (
    Addressee,
    Filling,
    NewNotice,
    Notice,
    NoticeChannel,
    NoticeFilter,
    NoticeLine,
    NoticeMail,
    NoticeRule,
)
from alpine_core.model.position import Position
from alpine_core.model.query import Page, SignalQuery, Window
from alpine_core.model.realised import (
    PlacedRealised,
    RealisedFigures,
    RealisedReceipt,
    RealisedRow,
    RealisedTrade,
    StoredRealised,
    contradicting,
)
from alpine_core.model.receipt import Receipt, ReceiptStatus, conflicting
from alpine_core.model.record import Record, RecordKind
from alpine_core.model.seal import OutcomeSeal, Reveal, Seal
from alpine_core.model.security_event import EventQuery, SecurityEvent, SecurityKind
from alpine_core.model.signal import (
    Details,
    HashedFields,
    OutcomeRecord,
    StoredSignal,
    VerifiedSignal,
    VoteLine,
)
from alpine_core.model.tier import DEFAULT_TERMS, AlertChannel, ApiScope, TermsChange, Tier, TierTerms
from alpine_core.model.webhook import (
    DeliveryEnd,
    DeliveryState,
    DueDelivery,
    WebhookAnswer,
    WebhookDelivery,
    WebhookEndpoint,
)
from alpine_core.model.witness import (
    Advance,
    Cosignature,
    KeptCheckpoint,
    LoggedSignal,
    MirrorStep,
    OverdueReveal,
    Repin,
    WitnessState,
)

__all__ = [
    "DEFAULT_TERMS",
    "Account",
    "AccountQuery",
    "Addressee",
    "Advance",
    "Alarm",
    "AlarmKind",
    "AlertChannel",
    "ApiKey",
    "ApiScope",
    "ApiToken",
    "AuditRow",
    "BillingBook",
    "CheckoutOrder",
    "ClosedSignal",
    "Cosignature",
    "DayClose",
    "DeliveryEnd",
    "DeliveryReceipt",
    "DeliveryState",
    "Details",
    "DueDelivery",
    "EventQuery",
    "Filling",
    "HashedFields",
    "KeptCheckpoint",
    "Latency",
    "LatencyStart",
    "LoggedSignal",
    "Mail",
    "MailState",
    "Mark",
    "MarkReceipt",
    "MarkSeries",
    "MirrorStep",
    "NewNotice",
    "Notice",
    "NoticeChannel",
    "NoticeFilter",
    "NoticeLine",
    "NoticeMail",
    "NoticeRule",
    "OutcomeRecord",
    "OutcomeRow",
    "OutcomeSeal",
    "OverdueReveal",
    "Page",
    "PaidInvoice",
    "PaymentNotice",
    "PlacedRealised",
    "Position",
    "QueuedMail",
    "RealisedFigures",
    "RealisedReceipt",
    "RealisedRow",
    "RealisedTrade",
    "Receipt",
    "ReceiptStatus",
    "Record",
    "RecordKind",
    "Repin",
    "Reveal",
    "Role",
    "Seal",
    "SecondFactor",
    "SecurityEvent",
    "SecurityKind",
    "SeenSubscription",
    "Session",
    "SignalQuery",
    "SignalRow",
    "SingleUseToken",
    "StoredRealised",
    "StoredSignal",
    "StrayRow",
    "Subscription",
    "SubscriptionState",
    "TermsChange",
    "Tier",
    "TierTerms",
    "TokenKind",
    "TokenPurpose",
    "VerifiedSignal",
    "VoteLine",
    "WebhookAnswer",
    "WebhookDelivery",
    "WebhookEndpoint",
    "Window",
    "WitnessState",
    "conflicting",
    "contradicting",
]
