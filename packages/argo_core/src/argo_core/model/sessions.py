"""An exchange's sessions as a value, so that the heart needs no calendar library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from argo_core.errors import DataError
from argo_core.model.instant import InstantArray, from_instant64, to_instant64

_MARGIN = np.timedelta64(7, "D")


@dataclass(frozen=True, slots=True, eq=False)
class Sessions:
    """Trading sessions in order: `opens` and `closes` datetime64[us] (N,), UTC. Half days close early."""

    exchange: str
    opens: InstantArray
    closes: InstantArray

    def is_open(self, instant: datetime) -> bool:
        """True from the open (inclusive) to the close (exclusive). Raises DataError `outside_calendar`."""
        at = self._covered(instant)
        position = int(self.opens.searchsorted(at, side="right"))
        return position > 0 and bool(at < self.closes[position - 1])

    def close_after(self, instant: datetime, count: int) -> datetime:
        """The close of the `count`-th session that closes after `instant` (1 = the next). Raises `outside_calendar`."""
        index = int(self.closes.searchsorted(self._covered(instant), side="right")) + count - 1
        if index >= len(self.closes):
            raise DataError(
                "outside_calendar", f"{self.exchange}: {instant.isoformat()} plus {count} sessions: load more"
            )
        return from_instant64(self.closes[index])

    def closes_between(self, start: datetime, end: datetime) -> NDArray[np.datetime64]:
        """All closes in (start, end]."""
        low = np.searchsorted(self.closes, to_instant64(start), side="right")
        high = np.searchsorted(self.closes, to_instant64(end), side="right")
        return self.closes[low:high]

    def open_seconds(self, start: datetime, end: datetime) -> float:
        """How long it was open in [start, end]; outside the loaded calendar it counts as closed."""
        begin, stop = to_instant64(start), to_instant64(end)
        low = int(np.searchsorted(self.closes, begin, side="right"))
        high = int(np.searchsorted(self.opens, stop, side="left"))
        if low >= high:
            return 0.0
        parts = np.minimum(self.closes[low:high], stop) - np.maximum(self.opens[low:high], begin)
        return float(parts.sum() / np.timedelta64(1, "s"))

    def _covered(self, instant: datetime) -> np.datetime64:
        at = to_instant64(instant)
        if len(self.opens) == 0 or at < self.opens[0] - _MARGIN or at > self.closes[-1] + _MARGIN:
            raise DataError(
                "outside_calendar", f"{self.exchange}: {instant.isoformat()} is outside the loaded sessions"
            )
        return at
