"""The signal log as one of several generators sees it: its own open signals, and the cycles that it wrote."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from argo_core.model.cycle import AppendReceipt, CycleRecord
from argo_core.model.signal import LoggedSignal
from argo_core.ports.signal_log import SignalLog

REMEMBERED = 100


class OwnedLog:
    """`ports.SignalLog` over another one. `owns` says whose symbols' signals are seen.

    Remembers the ids of the last 100 cycles that were handed in, stored or not: what is found in the log later is
    either one of them, or somebody else's.
    """

    def __init__(self, log: SignalLog, owns: Callable[[str], bool], known: Iterable[str] = ()) -> None:
        self._log, self._owns = log, owns
        self._handed_in = deque(known, maxlen=REMEMBERED)

    def wrote(self, cycle_id: str) -> bool:
        """Whether this cycle was handed in here lately, or is one that was `known` at the start."""
        return cycle_id in self._handed_in

    async def append(self, cycle: CycleRecord) -> AppendReceipt:
        """Store the cycle whole, or not at all. Raises StoreError."""
        self._handed_in.append(cycle.cycle_id)
        return await self._log.append(cycle)

    async def open_signals(self) -> tuple[LoggedSignal, ...]:
        """Those of its own symbols that have no outcome, oldest first. Raises StoreError."""
        return tuple(one for one in await self._log.open_signals() if self._owns(one.sealed.signal.symbol))

    async def marked(self, since: datetime) -> Mapping[str, datetime]:
        """By symbol the newest bar that was sent, whoever sent it. Raises StoreError."""
        return await self._log.marked(since)
