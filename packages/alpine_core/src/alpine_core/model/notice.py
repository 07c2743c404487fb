"""Rules by which somebody is told of signals, and what they were told of."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from alpine_core.model.mail import Mail
from alpine_core.model.record import RecordKind
from alpine_core.model.signal import OutcomeRecord

MOST_SYMBOLS = 50

# No control characters: not every database can be asked for U+0000.
Symbol = Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^[!-~]+\Z")]
Regime = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[ -~]+\Z")]


class NoticeChannel(StrEnum):
    """The way to somebody. The words are stored: none is ever renamed."""

    IN_APP = "in_app"
    EMAIL = "email"
    WEBHOOK = "webhook"


class NoticeFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which records: symbols in capitals (none named: all), BUY or SELL (None: both), `min_confidence` 0–100 inclusive,
    regime (None: any), only what the tier marks as premium. `events`: signals, their outcomes, or both."""

    symbols: Annotated[tuple[Symbol, ...], Meta(max_length=MOST_SYMBOLS)] = ()
    action: Annotated[str, Meta(pattern=r"^(BUY|SELL)\Z")] | None = None
    min_confidence: Annotated[float, Meta(ge=0, le=100)] = 0.0
    regime: Regime | None = None
    premium_only: bool = False
    events: Annotated[tuple[RecordKind, ...], Meta(min_length=1, max_length=2)] = (RecordKind.SIGNAL,)


class NoticeRule(msgspec.Struct, frozen=True, kw_only=True):
    """What passes the filter goes out by the channels that the account's tier has at that moment."""

    rule_id: str
    account_id: str
    filter: NoticeFilter
    channels: tuple[NoticeChannel, ...]
    created_at: datetime


class Addressee(msgspec.Struct, frozen=True, kw_only=True):
    """An account with rules. `email` is None until it is verified; `endpoint_ids` are its webhooks'."""

    account_id: str
    email: str | None
    endpoint_ids: tuple[str, ...]
    rules: tuple[NoticeRule, ...]


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody was told of the record at `cursor`; what it says is looked up when it is shown.

    `number` counts from 1 for each account.
    """

    number: int
    account_id: str
    cursor: int
    kind: RecordKind
    created_at: datetime
    read_at: datetime | None = None


class NewNotice(msgspec.Struct, frozen=True, kw_only=True):
    """To be stored once for each account and record. `shown`: whether it is in the inbox; `deliveries` are pairs of a
    fresh delivery id and an endpoint's id."""

    account_id: str
    cursor: int
    kind: RecordKind
    shown: bool
    deliveries: tuple[tuple[str, str], ...] = ()


class NoticeMail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail about these records; it goes out if any of them is news to the account."""

    account_id: str
    cursors: tuple[int, ...]
    mail: Mail


class Filling(msgspec.Struct, frozen=True, kw_only=True):
    """One step along a tier's feed, from position `before` (None: the first step ever) to `after`, at `at`."""

    tier: str
    before: str | None
    after: str
    at: datetime
    notices: tuple[NewNotice, ...] = ()
    mails: tuple[NoticeMail, ...] = ()


class NoticeLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a mail says of one record: what the tier sees of it. `outcome` is None for the signal's own record."""

    signal_id: str
    symbol: str
    action: str
    confidence: float
    premium: bool
    entry_price: float
    target_price: float | None
    stop_price: float | None
    outcome: OutcomeRecord | None = None
