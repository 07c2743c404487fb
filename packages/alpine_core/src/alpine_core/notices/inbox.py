"""What an account was told of, with what its tier sees of it now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from alpine_core.model.account import Account
from alpine_core.model.record import RecordKind
from alpine_core.notices.seen_records import SeenRecords
from alpine_core.ports.clock import Clock
from alpine_core.ports.inbox_shelf import InboxShelf
from alpine_core.tiers import SignalView


class InboxLine(msgspec.Struct, frozen=True, kw_only=True):
    """`signal` is None where the tier does not see it, or no longer. `read_at` is None until it was read."""

    number: int
    kind: RecordKind
    created_at: datetime
    read_at: datetime | None
    signal: SignalView | None


class InboxPage(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first. `unread` counts the whole inbox. `next` goes into `before` for the following page, None on the
    last."""

    items: tuple[InboxLine, ...]
    unread: int
    next: int | None


class Inbox:
    """Raises StoreError."""

    def __init__(self, shelf: InboxShelf, records: SeenRecords, clock: Clock) -> None:
        self._shelf, self._records, self._clock = shelf, records, clock

    async def page(self, account: Account, *, unread: bool = False, before: int | None = None, limit: int) -> InboxPage:
        """At most `limit` (from 1) of the account's notices."""
        now = self._clock.now()
        found = await self._shelf.notices(account.account_id, unread=unread, before=before, limit=limit + 1)
        lines = [
            InboxLine(
                number=one.number,
                kind=one.kind,
                created_at=one.created_at,
                read_at=one.read_at,
                signal=await self._records.one(one.cursor, account.tier, now),
            )
            for one in found[:limit]
        ]
        following = lines[-1].number if len(found) > limit else None
        return InboxPage(items=tuple(lines), unread=await self.unread(account), next=following)

    async def unread(self, account: Account) -> int:
        """How many were not read yet."""
        return await self._shelf.unread(account.account_id)

    async def mark_read(self, account: Account, numbers: Sequence[int] | None) -> int:
        """How many of these, or of all, were unread until now; what is not the account's is left alone."""
        return await self._shelf.mark_read(account.account_id, numbers, self._clock.now())
