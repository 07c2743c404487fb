"""Floor 4: a position on its way to what one subscriber may see, and the logs as everybody may."""

from alpine_core.feed.evidence import Evidence, EvidencePart
from alpine_core.feed.followed_record import FollowedRecord, RecordToFollow, Selection
from alpine_core.feed.installation import Installation, Overview
from alpine_core.feed.ledger_view import LedgerView
from alpine_core.feed.public_log import LogState, PublicLog
from alpine_core.feed.receipt_book import ReceiptBook
from alpine_core.feed.signal_feed import EventKind, FeedItem, FeedPage, Listing, SignalFeed
from alpine_core.feed.uptime import Uptime
from alpine_core.model.position import Position

__all__ = [
    "EventKind",
    "Evidence",
    "EvidencePart",
    "FeedItem",
    "FeedPage",
    "FollowedRecord",
    "Installation",
    "LedgerView",
    "Listing",
    "LogState",
    "Overview",
    "Position",
    "PublicLog",
    "ReceiptBook",
    "RecordToFollow",
    "Selection",
    "SignalFeed",
    "Uptime",
]
