"""Floor 4, above the feed: telling subscribers of what their tier has come to see: rules, inbox, mails, webhooks."""

from alpine_core.notices.filling import NoticeFilling
from alpine_core.notices.holding import NoticeHolding
from alpine_core.notices.inbox import Inbox, InboxLine, InboxPage
from alpine_core.notices.office import Chances, NoticeOffice, NoticePorts, open_office
from alpine_core.notices.rule_desk import RuleDesk
from alpine_core.notices.seen_records import SeenRecords
from alpine_core.notices.webhook_courier import WebhookCourier
from alpine_core.notices.webhook_desk import Caller, WebhookDesk
from alpine_core.notices.webhook_patience import WebhookPatience

__all__ = [
    "Caller",
    "Chances",
    "Inbox",
    "InboxLine",
    "InboxPage",
    "NoticeFilling",
    "NoticeHolding",
    "NoticeOffice",
    "NoticePorts",
    "RuleDesk",
    "SeenRecords",
    "WebhookCourier",
    "WebhookDesk",
    "WebhookPatience",
    "open_office",
]
