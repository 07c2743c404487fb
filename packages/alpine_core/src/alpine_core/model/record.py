"""The one sequence of everything that subscribers may come to see."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from alpine_core.model.signal import StoredSignal


class RecordKind(StrEnum):
    SIGNAL = "signal"
    OUTCOME = "outcome"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One place in the sequence: cursors start at 1 and have no gap.

    A signal's record holds the signal as it was issued, without outcome, however late it is read: the same record is
    the same value for ever. An outcome's record holds the signal with that outcome.
    """

    cursor: int
    kind: RecordKind
    recorded_at: datetime
    stored: StoredSignal
