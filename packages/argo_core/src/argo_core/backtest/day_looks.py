"""Which cycles of a day looked at which symbol, and where none did: by shares, if several generators had divided it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from argo_core.model.bars import Bars
from argo_core.model.instant import from_instant64, to_instant64
from argo_core.model.recorded_day import RecordedCycle, RecordedDay
from argo_core.model.shard import Shard, shard_of_cycle
from argo_core.risk.live_data import REPLAY

LEAST_GAP = timedelta(seconds=60)
GAPS = 3
"""A pause counts as one when it is so many times as long as the usual wait between two cycles."""
Shares = tuple[Shard, ...]


class DayLooks:
    """`universe` are the symbols that are followed, in their order, by which they are dealt out; `bars` hold those that
    may have been missed. A symbol is looked at by the cycles of the shares that own it, whichever these are at the
    time: a day on which generators were added has several kinds. Raises DataError `bad_shard` for a cycle of none."""

    def __init__(self, day: RecordedDay, bars: Sequence[Bars], universe: Sequence[str]) -> None:
        self._universe = tuple(universe)
        self._cycles = dict[Shard, list[RecordedCycle]]()
        for cycle in day.cycles:
            self._cycles.setdefault(shard_of_cycle(cycle.cycle_id), []).append(cycle)
        self._shares = dict[str, Shares]()
        alike = dict[Shares, list[Bars]]()
        for each in bars:
            alike.setdefault(self._shares_of(each.symbol), []).append(each)
        self._looked = {shares: frozenset(one.as_of for one in self._of(shares)) for shares in alike}
        # A recorded market waits while nobody looks: it has no pauses.
        waits = any(cycle.data_source.startswith(REPLAY) for cycle in day.cycles)
        self._missed = {
            shares: frozenset[datetime]() if waits else _missed(day.day, self._looked[shares], some)
            for shares, some in alike.items()
        }

    @property
    def moments(self) -> list[datetime]:
        """Every market time at which a cycle looked at anything or should have, rising."""
        every = {cycle.as_of for cycles in self._cycles.values() for cycle in cycles}
        return sorted(every.union(*self._missed.values()))

    def of(self, symbol: str) -> frozenset[datetime]:
        """The market times at which a cycle looked at the symbol, or should have."""
        shares = self._shares_of(symbol)
        return self._looked.get(shares, frozenset()) | self._missed.get(shares, frozenset())

    def missed(self, symbol: str, at: datetime) -> bool:
        """Whether no cycle ran that would have looked at the symbol."""
        return at in self._missed.get(self._shares_of(symbol), ())

    def cycle_at(self, symbol: str, at: datetime) -> RecordedCycle:
        """The one that looked at the symbol then. Raises LookupError if none did."""
        for cycle in self._of(self._shares_of(symbol)):
            if cycle.as_of == at:
                return cycle
        raise LookupError(f"no cycle looked at {symbol} at {at.isoformat()}")

    def _shares_of(self, symbol: str) -> Shares:
        if symbol not in self._shares:
            self._shares[symbol] = tuple(share for share in self._cycles if share.owns(symbol, self._universe))
        return self._shares[symbol]

    def _of(self, shares: Shares) -> Iterable[RecordedCycle]:
        return (cycle for share in shares for cycle in self._cycles[share])


def _missed(day: str, looked: frozenset[datetime], bars: Sequence[Bars]) -> frozenset[datetime]:
    """Ends of bars in pauses of a live market, from the day's first instant to its last."""
    begin = datetime.fromisoformat(day).replace(tzinfo=UTC)
    seen = [begin, *sorted(looked), begin + timedelta(days=1)]
    waits = [later - earlier for earlier, later in pairwise(seen[1:-1])]
    usual = sorted(waits)[len(waits) // 2] if waits else LEAST_GAP
    longest = max(LEAST_GAP, GAPS * usual)
    missed = set[datetime]()
    for earlier, later in pairwise(seen):
        if later - earlier > longest:
            for each in bars:
                # What ends right before the next cycle is that cycle's to see.
                inside = (each.end > to_instant64(earlier)) & (each.end < to_instant64(later - usual))
                missed |= {from_instant64(end) for end in each.end[inside]}
    return frozenset(missed - looked)
