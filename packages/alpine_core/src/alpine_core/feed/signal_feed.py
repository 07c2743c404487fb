"""The feed: records beyond a position, pages and single signals, as one tier sees them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from alpine_core.model.position import Position
from alpine_core.model.query import Page, SignalQuery
from alpine_core.model.record import Record
from alpine_core.model.tier import Tier
from alpine_core.ports.realised_shelf import RealisedShelf
from alpine_core.ports.signal_shelf import SignalShelf
from alpine_core.tiers.entitlements import Entitlements, Seen, open_views
from alpine_core.tiers.sealed_view import SealedView
from alpine_core.tiers.signal_view import SignalView

_BATCH = 500


class EventKind(StrEnum):
    """`sealed`: a signal was issued that the tier does not see yet; as `signal` it comes when it is due."""

    SIGNAL = "signal"
    OUTCOME = "outcome"
    SEALED = "sealed"


class FeedItem(msgspec.Struct, frozen=True, kw_only=True):
    """One event. `event_id` is the position to resume from once this item has been seen.

    `cursor` is the record's own place and `live` its strand: together they say whether a position covers it. `view` is
    a SealedView where the kind is sealed, else a SignalView. `opens_seal`: the reader has passed this signal's seal.
    """

    event_id: str
    kind: EventKind
    view: Seen
    cursor: int
    live: bool
    opens_seal: bool = False

    @property
    def replaces(self) -> str:
        """For what a reader that shows rows lets this one stand in: `row`, whatever it shows of the signal; `seal`, its
        seal only, since what has ended meanwhile shows more than the signal as it was issued; or empty, nothing."""
        if self.kind is EventKind.OUTCOME:
            return "row"
        return "seal" if self.opens_seal else ""


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """A page of rows, newest first, by what they are: `items` the tier sees, `sealed` it does not see yet."""

    items: tuple[SignalView, ...]
    sealed: tuple[SealedView, ...]
    next_before: int | None


class FeedPage(msgspec.Struct, frozen=True, kw_only=True):
    """`position` is where to go on, also when there are no items. `more`: there may be more at this moment.

    `due_at` is when the next delayed record falls due, None if none waits; nothing announces it.
    """

    items: tuple[FeedItem, ...]
    position: str
    more: bool
    due_at: datetime | None


class SignalFeed:
    """Reads a shelf through the entitlements. Each tier has two strands, each in the order of the cursors.

    The live strand holds what the tier sees at once: outcomes always, with their signals, what is live for it, and of
    the rest the seals, as long as their signals are not due. The delayed strand holds these signals, each as late as
    the tier's delay: the delayed feed has every record of the live one, in its order within each strand. What a reveal
    discloses earlier is on pages from then on, and in the feed at its place.
    """

    def __init__(self, shelf: SignalShelf, entitlements: Entitlements, realised: RealisedShelf | None = None) -> None:
        """`realised`: where a single signal's finished trades are looked up, None for nowhere."""
        self._shelf = shelf
        self._realised = realised
        self.entitlements = entitlements

    async def after(self, position: str, tier: Tier, now: datetime, limit: int = 100) -> FeedPage:
        """At most `limit` (from 1) items beyond `position`, due ones of the delayed strand first.

        `0` is the beginning. Resuming from an item's `event_id` or from the page's `position` repeats nothing and
        misses nothing; after a change of tier, what both tiers show may come again. Raises ReaderError for a text that
        is no position, StoreError.
        """
        walk = _Walk(self._shelf, self.entitlements, tier, now, limit, self.position(position, tier))
        if walk.has_delay:
            await walk.delayed()
        await walk.live()
        return FeedPage(items=tuple(walk.items), position=str(walk.at), more=walk.more, due_at=walk.due_at)

    def position(self, text: str, tier: Tier) -> Position:
        """A position as this tier counts. Raises ReaderError.

        With one strand there is one cursor. Of two, left by another tier, the smaller: rather again than never.
        """
        at = Position.parse(text)
        return at if self.entitlements.terms(tier).delay_seconds > 0 else Position(min(at), min(at))

    async def resume(self, text: str, tier: Tier) -> str:
        """Where one goes on who has come to `text`: there, or at the newest record if that does not reach so far.

        Whoever names a position beyond it, be it of another database, would wait for records that it does not want.
        Raises ReaderError, StoreError.
        """
        at, newest = self.position(text, tier), await self._shelf.newest_cursor()
        return str(Position(min(at.live, newest), min(at.delayed, newest)))

    async def page(self, query: SignalQuery, tier: Tier, now: datetime) -> Page[SignalView]:
        """In the order of the query, what the tier sees at `now`. Raises StoreError."""
        found = await self._shelf.page(query, self.entitlements.window(tier, now))
        seen = [self.entitlements.view(stored, tier, now) for stored in found.items]
        views = tuple(view for view in seen if view is not None)
        return Page(items=views, next_before=found.next_before, next_offset=found.next_offset)

    async def rows(self, query: SignalQuery, tier: Tier, now: datetime) -> Page[Seen]:
        """As `page`, with the seals of what the tier does not see yet at the places where their signals will stand.

        Only a question that asks nothing about the content has seals in its answer: to be found or left out by a filter
        would tell what is sealed. Raises StoreError.
        """
        if not _fits_seals(query):
            found = await self.page(query, tier, now)
            return Page(items=found.items, next_before=found.next_before, next_offset=found.next_offset)
        stored = await self._shelf.page(query, self.entitlements.sealed_window(tier, now))
        rows = (self.entitlements.seen(each, tier, now) for each in stored.items)
        return Page(items=tuple(row for row in rows if row is not None), next_before=stored.next_before)

    async def listing(self, query: SignalQuery, tier: Tier, now: datetime) -> Listing:
        """As `rows`, signals and seals apart. Raises StoreError."""
        page = await self.rows(query, tier, now)
        return Listing(
            items=open_views(page.items),
            sealed=tuple(row for row in page.items if isinstance(row, SealedView)),
            next_before=page.next_before,
        )

    async def one(self, signal_id: str, tier: Tier, now: datetime) -> SignalView | None:
        """The signal, or None: there is none, or the tier does not see it at `now`; nobody can tell which."""
        stored = await self._shelf.by_id(signal_id)
        view = None if stored is None else self.entitlements.view(stored, tier, now)
        if view is None or self._realised is None:
            return view
        # Whoever sees the signal sees what became of it, as with its outcome.
        return msgspec.structs.replace(view, realised=await self._realised.of_signal(signal_id))

    async def start(self, tier: Tier, now: datetime) -> str:
        """The position at which everything visible at `now` has been seen: where one goes on who wants only news."""
        newest = await self._shelf.newest_cursor()
        until = self.entitlements.window(tier, now).until
        if until is None:
            return str(Position(newest, newest))
        return str(Position(newest, await self._newest_by(until, newest)))

    async def _newest_by(self, until: datetime, newest: int) -> int:
        # Times never decrease along the cursors: halving finds the border. A record that cannot be read, or is not
        # there any more, counts as old as the one after it.
        low, high = 0, newest
        while low < high:
            middle = (low + high + 1) // 2
            found = await self._shelf.after(middle - 1, 1)
            if found and found[0].recorded_at <= until:
                low = min(max(middle, found[0].cursor), high)
            else:
                high = middle - 1
        return low


def _fits_seals(query: SignalQuery) -> bool:
    """Whether everything sealed fits: whatever ended is disclosed, so what is sealed is open. In an order by content it
    has no place."""
    about = (query.symbol, query.action, query.regime, query.min_confidence, query.search)
    return query.sort == "newest" and all(asked is None for asked in about) and query.outcome in {None, "open"}


class _Walk:
    """One reading of both strands from one position at one moment; it is thrown away afterwards."""

    def __init__(
        self, shelf: SignalShelf, entitlements: Entitlements, tier: Tier, now: datetime, limit: int, at: Position
    ) -> None:
        self._shelf, self._entitlements, self._tier, self._now, self._limit = shelf, entitlements, tier, now, limit
        terms = entitlements.terms(tier)
        self.has_delay = terms.delay_seconds > 0
        self.at = at
        self.items: list[FeedItem] = []
        self.due_at: datetime | None = None
        self.more = False

    async def delayed(self) -> None:
        size = 1  # most often the first record is not due yet, and the others are not needed
        while True:
            batch = await self._shelf.after(self.at.delayed, size)
            for record in batch:
                if not self._entitlements.is_live(record, self._tier):
                    if self._entitlements.due_at(record, self._tier) > self._now:
                        self.due_at = self._entitlements.due_at(record, self._tier)
                        return
                    if self._is_full():
                        return
                    self._take(record, Position(self.at.live, record.cursor))
                else:
                    self.at = Position(self.at.live, record.cursor)
            if len(batch) < size:
                return
            size = min(_BATCH, size * 8)

    async def live(self) -> None:
        if self._is_full():  # what a full page skips here would change the positions of the next page's delayed items
            return
        while True:
            batch = await self._shelf.after(self.at.live, min(_BATCH, self._limit + 1))
            for record in batch:
                at = Position(record.cursor, self.at.delayed if self.has_delay else record.cursor)
                live = self._entitlements.is_live(record, self._tier)
                seal = None if live else self._entitlements.seal_of_record(record, self._tier, self._now)
                if not live and seal is None:  # the delayed strand had it before
                    self.at = at
                    continue
                if self._is_full():
                    return
                if seal is None:
                    self._take(record, at)
                else:
                    self.at = at
                    self._append(EventKind.SEALED, seal, record.cursor, live=True)
            if len(batch) < min(_BATCH, self._limit + 1):
                return

    def _is_full(self) -> bool:
        if len(self.items) < self._limit:
            return False
        self.more = True
        return True

    def _take(self, record: Record, at: Position) -> None:
        passed, self.at = self.at.live, at
        view = self._entitlements.view_of_record(record, self._tier, self._now)
        if view is None:  # older than the tier's history
            return
        live = self._entitlements.is_live(record, self._tier)
        opens_seal = not live and record.cursor <= passed
        self._append(EventKind(record.kind.value), view, record.cursor, live=live, opens_seal=opens_seal)

    def _append(self, kind: EventKind, view: Seen, cursor: int, *, live: bool, opens_seal: bool = False) -> None:
        self.items.append(
            FeedItem(event_id=str(self.at), kind=kind, view=view, cursor=cursor, live=live, opens_seal=opens_seal)
        )
