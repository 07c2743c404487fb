"""Sessions in the order of their days, so that one can ask whether two prices are of the same one."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from argo_core.model.instant import to_instant64
from argo_core.model.sessions import Sessions

INSTANT = timedelta(microseconds=1)


class SessionNumbers:
    """Without sessions each day of UTC is one."""

    def __init__(self, sessions: Sessions | None) -> None:
        self._sessions = sessions

    def of(self, at: datetime) -> int:
        """The session whose shares are traded at `at`: the one under way, else the next: splits take effect between
        two."""
        if self._sessions is None:
            return at.toordinal()
        return int(np.searchsorted(self._sessions.closes, to_instant64(at), side="left")) + 1

    def begun(self, at: datetime) -> int:
        """The newest session that had opened before `at`."""
        if self._sessions is None:
            return (at - INSTANT).toordinal()
        return int(np.searchsorted(self._sessions.opens, to_instant64(at), side="left"))

    def open_seconds(self, start: datetime, end: datetime) -> float:
        """How long it was open in [start, end]."""
        if self._sessions is None:
            return (end - start).total_seconds()
        return self._sessions.open_seconds(start, end)
