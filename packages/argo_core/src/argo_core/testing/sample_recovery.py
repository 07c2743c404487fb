"""A history that a backup holds the first half of, and a copy of the log from which the rest can come back."""

from __future__ import annotations

from datetime import timedelta

from argo_core.ledger import Ledger
from argo_core.ports.ledger_reader import LedgerReader
from argo_core.ports.signal_log import SignalLog
from argo_core.testing.sample_cycles import MOMENT, published_cycle, sample_cycle, sample_outcome, sample_signal
from argo_core.testing.sample_ledger import ORIGIN, append_sealed

HOUR = timedelta(hours=1)
LAST_MOMENT = MOMENT + 26.5 * HOUR
"""The wall clock of the history's last entry."""


class LedgerCopy:
    """`ports.EntrySource` over somebody's log, in small pages."""

    def __init__(self, reader: LedgerReader) -> None:
        self._reader = reader

    async def newest(self, origin: str) -> bytes | None:
        """The newest note of the sample log."""
        newest = await self._reader.checkpoint() if origin == ORIGIN else None
        return None if newest is None else newest.note

    async def entries(self, start: int, limit: int) -> tuple[bytes, ...]:
        """Three at a time."""
        return await self._reader.entries(start, min(limit, 3))


async def write_until_backup(log: SignalLog, ledger: Ledger) -> None:
    """Entries 0 to 3: genesis, policy, and the signals c0-s0 and c0-s1."""
    await append_sealed(ledger, log, published_cycle("c0", ["AAPL", "NVDA"]))


async def write_after_backup(log: SignalLog, ledger: Ledger) -> None:
    """Entries 4 to 16, over two days and without a decision.

    c0-s0 is closed, c0-s1 revealed by time. c1-s0 to c1-s2 are issued; the first is closed, the others revealed by
    time. c2-s0 (entry 11, number 5) is issued and stays hidden.
    """
    first, second = sample_signal("c0-s0"), sample_signal("c1-s0", symbol="MSFT", action="SELL", at=MOMENT + 2 * HOUR)
    issued = [second, *(sample_signal(f"c1-s{n}", symbol=f"TS{n}", at=MOMENT + 2 * HOUR) for n in (1, 2))]
    hidden = sample_signal("c2-s0", symbol="GOOG", at=MOMENT + 4 * HOUR)
    steps = (
        (1, sample_cycle("e0", outcomes=[sample_outcome(first, at=MOMENT + HOUR)], at=MOMENT + HOUR)),
        (2, sample_cycle("c1", signals=issued, at=MOMENT + 2 * HOUR)),
        (3, sample_cycle("e1", outcomes=[sample_outcome(second, at=MOMENT + 3 * HOUR)], at=MOMENT + 3 * HOUR)),
        (4, sample_cycle("c2", signals=[hidden], at=MOMENT + 4 * HOUR)),
    )
    for hours, cycle in steps:
        await append_sealed(ledger, log, cycle, MOMENT + hours * HOUR)
    await ledger.keep(LAST_MOMENT)
