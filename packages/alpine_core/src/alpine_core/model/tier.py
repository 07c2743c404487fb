"""What a subscriber pays for, as rows of data. Prices and limits are an operator's to edit, not code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

import msgspec
from msgspec import Meta


class Tier(StrEnum):
    """From what sees least to what sees most."""

    FREE = "free"
    BASIC = "basic"
    PREMIUM = "premium"
    INSTITUTIONAL = "institutional"


class ApiScope(StrEnum):
    """What a key of the API may do: read signals, or also manage webhooks."""

    READ = "read"
    WEBHOOKS = "webhooks"


class AlertChannel(StrEnum):
    """By which way alerts may go out, besides the pages."""

    EMAIL = "email"
    WEBHOOK = "webhook"


Point = Annotated[str, Meta(min_length=1, max_length=160)]


class TierTerms(msgspec.Struct, frozen=True, kw_only=True):
    """One row. `delay_seconds` is how late a record is that is not live; 0 makes everything live.

    `live_below_confidence` (0–100): signals below it are live, None: none is, unless the delay is 0.
    `history_days`: how far back, None: everything. `live_push`: whether pushed streams are open to the tier; what
    is not live for it comes there as a seal first.
    `premium_from` (0–100): from which confidence on a signal is marked as premium. `export_rows`: how many signals one
    export holds at most, None: everything that the tier sees.

    `api_scopes`: what keys and tokens of the API may do, none: there are none for the tier. `api_per_minute`: requests
    to the API a minute, all of an account together (0–1,000,000). `alerts`: the ways open to them. `price_cents`: a
    month's price in hundredths of `currency` (ISO 4217), None: on request. `name` and `points` are for people to read.
    """

    tier: Tier
    delay_seconds: float
    live_below_confidence: Annotated[float, Meta(ge=0, le=100)] | None
    history_days: float | None
    live_push: bool
    premium_from: Annotated[float, Meta(ge=0, le=100)] = 95.0
    export_rows: Annotated[int, Meta(ge=0, le=100_000_000)] | None = 1000
    api_scopes: tuple[ApiScope, ...] = ()
    api_per_minute: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    alerts: tuple[AlertChannel, ...] = ()
    price_cents: Annotated[int, Meta(ge=0, le=100_000_000)] | None = None
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")] = "USD"
    name: Annotated[str, Meta(min_length=1, max_length=40)] = ""
    points: Annotated[tuple[Point, ...], Meta(max_length=12)] = ()


class TermsChange(msgspec.Struct, frozen=True, kw_only=True):
    """An operator's word on one member of a tier's terms, from `changed_at` on. `value` is the member as JSON text.

    `number` counts from 1, 0 before it is stored: of two changes to one member the later number holds.
    """

    tier: Tier
    name: str
    value: str
    changed_at: datetime
    number: int = 0


_DAY = 86_400.0

DEFAULT_TERMS: Mapping[Tier, TierTerms] = MappingProxyType(
    {
        Tier.FREE: TierTerms(
            tier=Tier.FREE,
            delay_seconds=_DAY,
            live_below_confidence=None,
            history_days=30,
            live_push=True,
            price_cents=0,
            name="Free",
            points=("To look at the record and check it before paying",),
        ),
        Tier.BASIC: TierTerms(
            tier=Tier.BASIC,
            delay_seconds=_DAY,
            live_below_confidence=95.0,
            history_days=365,
            live_push=True,
            api_scopes=(ApiScope.READ,),
            api_per_minute=60,
            alerts=(AlertChannel.EMAIL,),
            name="Basic",
            points=("Most signals as they come",),
        ),
        Tier.PREMIUM: TierTerms(
            tier=Tier.PREMIUM,
            delay_seconds=0.0,
            live_below_confidence=None,
            history_days=None,
            live_push=True,
            api_scopes=(ApiScope.READ,),
            api_per_minute=600,
            alerts=(AlertChannel.EMAIL, AlertChannel.WEBHOOK),
            name="Premium",
            points=("Every signal as it comes, those of highest confidence marked",),
        ),
        Tier.INSTITUTIONAL: TierTerms(
            tier=Tier.INSTITUTIONAL,
            delay_seconds=0.0,
            live_below_confidence=None,
            history_days=None,
            live_push=True,
            export_rows=None,
            api_scopes=(ApiScope.READ, ApiScope.WEBHOOKS),
            api_per_minute=6000,
            alerts=(AlertChannel.EMAIL, AlertChannel.WEBHOOK),
            name="Institutional",
            points=("For programs: webhooks managed by key, exports without a limit of rows",),
        ),
    }
)
"""What holds where an operator has set nothing else."""
