"""How an installation does, gathered for administrators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from alpine_core.feed.public_log import PublicLog
from alpine_core.feed.receipt_book import ReceiptBook
from alpine_core.feed.signal_feed import SignalFeed
from alpine_core.model.delivery_receipt import Latency
from alpine_core.model.mail import MailState
from alpine_core.model.query import SignalQuery
from alpine_core.model.tier import Tier
from alpine_core.ports.account_shelf import AccountShelf
from alpine_core.ports.alarm_shelf import AlarmShelf
from alpine_core.ports.outbox import MailShelf
from alpine_core.ports.signal_shelf import SignalShelf

LATENCY_OVER = timedelta(hours=24)
DEAD_MAILS = 50


class LogFigures(msgspec.Struct, frozen=True, kw_only=True):
    """A log of the provider: `lag` entries are witnessed and not mirrored; `findings` are broken promises."""

    origin: str
    size: int
    mirrored: int
    lag: int
    halted: bool
    witnessed_at: int | None
    findings: int


class DeadMail(msgspec.Struct, frozen=True, kw_only=True):
    """One that was given up; to whom is not told here."""

    mail_id: int
    subject: str
    attempts: int
    created_at: datetime
    last_error: str


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """By this process since its start."""

    labels: dict[str, str]
    count: int


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """`deliveries` and `refused_requests` are counted by this process since `started_at`, everything else is stored."""

    started_at: datetime
    records: int
    last_delivery_at: datetime | None
    taking_deliveries: bool
    deliveries: tuple[Counted, ...]
    refused_requests: tuple[Counted, ...]
    alarms: int
    logs: tuple[LogFigures, ...]
    accounts: dict[Tier, int]
    latencies: tuple[Latency, ...]
    dead_mails: tuple[DeadMail, ...]


class Installation:
    """Reads what is stored. Raises StoreError."""

    def __init__(
        self,
        feed: SignalFeed,
        shelf: SignalShelf,
        alarms: AlarmShelf,
        log: PublicLog,
        accounts: AccountShelf,
        mails: MailShelf,
        receipts: ReceiptBook,
    ) -> None:
        self._feed, self._shelf, self._alarms, self._log = feed, shelf, alarms, log
        self._accounts, self._mails, self._receipts = accounts, mails, receipts

    async def overview(
        self,
        now: datetime,
        started_at: datetime,
        deliveries: Sequence[tuple[dict[str, str], int]],
        refusals: Sequence[tuple[dict[str, str], int]],
        *,
        taking_deliveries: bool,
    ) -> Overview:
        """As it is at `now`; the counts of the process that asks are given."""
        newest = await self._feed.page(SignalQuery(limit=1), Tier.INSTITUTIONAL, now)
        dead = await self._mails.mails(MailState.DEAD, DEAD_MAILS)
        return Overview(
            started_at=started_at,
            records=await self._shelf.newest_cursor(),
            last_delivery_at=newest.items[0].received_at if newest.items else None,
            taking_deliveries=taking_deliveries,
            deliveries=_counted(deliveries),
            refused_requests=_counted(refusals),
            alarms=await self._alarms.count_alarms(),
            logs=await self._logs(now),
            accounts=dict(await self._accounts.count_by_tier()),
            latencies=await self._receipts.latencies(LATENCY_OVER),
            dead_mails=tuple(
                DeadMail(
                    mail_id=each.mail_id,
                    subject=each.mail.subject,
                    attempts=each.attempts,
                    created_at=each.created_at,
                    last_error=each.last_error,
                )
                for each in dead
            ),
        )

    async def _logs(self, now: datetime) -> tuple[LogFigures, ...]:
        return tuple(
            LogFigures(
                origin=each.origin,
                size=each.size,
                mirrored=each.mirrored,
                lag=each.size - each.mirrored,
                halted=each.halted,
                witnessed_at=each.witnessed_at,
                findings=len(each.findings),
            )
            for each in await self._log.states(now)
        )


def _counted(found: Sequence[tuple[dict[str, str], int]]) -> tuple[Counted, ...]:
    return tuple(Counted(labels=labels, count=count) for labels, count in found)
