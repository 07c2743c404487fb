"""The track record of a running system: read on from where it stood, reckoned once for each state of the record."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime

from alpine_core.model.closed_signal import ClosedSignal, DayClose
from alpine_core.ports import RecordShelf
from alpine_core.track_record import TrackRecord, track_record
from alpine_core.track_record.record import Terms

PAGE = 1000
AT_ONCE = 200
"""So many ended signals are reckoned in less than five milliseconds; more are left to a thread."""
MOST_KEPT = 64


class RecordBook:
    """One for the process. What is kept belongs to one state: the newest outcome's cursor.

    `read_on` brings it up to date. Whoever asks meanwhile has the state before; of a short record always the newest.
    """

    def __init__(self, shelf: RecordShelf) -> None:
        self._shelf = shelf
        self._closed: tuple[ClosedSignal, ...] = ()
        self._kept: OrderedDict[Terms, TrackRecord] = OrderedDict()
        self._began = False
        self._reading = asyncio.Lock()

    @property
    def cursor(self) -> int:
        """The newest outcome that is counted; 0 before the first."""
        return self._closed[-1].cursor if self._closed else 0

    def closed_at(self) -> tuple[datetime, ...]:
        """When each signal that is counted ended."""
        return tuple(each.closed_at for each in self._closed)

    async def read_on(self) -> int:
        """Take in what ended since, and reckon the whole record anew if anything did; how many ended. Raises
        StoreError."""
        async with self._reading:
            fresh = await self._fresh()
            if fresh or not self._began:
                await self._take(fresh)
            return len(fresh)

    async def reckon(self, terms: Terms = Terms()) -> TrackRecord:
        """The figures of one part of the record. Raises StoreError."""
        if not self._began or len(self._closed) <= AT_ONCE:
            await self.read_on()
        found = self._kept.get(terms)
        if found is None:
            closed = self._closed
            found = await self._reckon(closed, terms)
            if closed is self._closed:  # else it belongs to a state that is over
                self._keep(terms, found)
        else:
            self._kept.move_to_end(terms)
        return found

    async def _fresh(self) -> list[ClosedSignal]:
        found: list[ClosedSignal] = []
        at = self.cursor
        while True:
            page = await self._shelf.closed(at, PAGE)
            found += page
            if len(page) < PAGE:
                return found
            at = page[-1].cursor

    async def _take(self, fresh: Sequence[ClosedSignal]) -> None:
        closed = (*self._closed, *fresh)
        # The whole record is what most ask for: it is there before the new state is shown.
        whole = await self._reckon(closed, Terms())
        self._closed, self._began = closed, True
        self._kept.clear()
        self._keep(Terms(), whole)

    async def _reckon(self, closed: Sequence[ClosedSignal], terms: Terms) -> TrackRecord:
        closes = await self._closes([each for each in closed if terms.selection.takes(each)])
        if len(closed) <= AT_ONCE:
            return track_record(closed, terms, closes)
        return await asyncio.to_thread(track_record, closed, terms, closes)

    async def _closes(self, taken: Sequence[ClosedSignal]) -> Mapping[str, Sequence[DayClose]]:
        if not taken:
            return {}
        since = min(min(each.opened_at, each.closed_at) for each in taken).date()
        until = max(each.closed_at for each in taken).date()
        symbols = sorted({each.symbol for each in taken})
        return {symbol: await self._shelf.day_closes(symbol, since, until) for symbol in symbols}

    def _keep(self, key: Terms, found: TrackRecord) -> None:
        self._kept[key] = found
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
