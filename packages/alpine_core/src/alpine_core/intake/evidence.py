"""What is kept of a proof that was refused: both sides, and the request as it came."""

from __future__ import annotations

from datetime import datetime

from alpine_core.errors import NotProven, SplitView
from alpine_core.model.alarm import Alarm, AlarmKind

# Nothing of the sender's doing that a repetition cures, or that is the operator's to set.
_NO_ALARM = frozenset({"old_size", "seq_gap", "unknown_origin", "split_view"})


def view_alarm(error: SplitView, body: bytes, at: datetime) -> Alarm:
    """Two histories: publication stands still while it is the newest word on this log."""
    return _alarm(AlarmKind.SPLIT_VIEW, error.origin, error.kept, error.offered, body, at)


def unproven_alarm(error: SplitView, body: bytes, at: datetime) -> Alarm:
    """A continuation that was not proved, and need not be the log's doing."""
    return _alarm(AlarmKind.PROOF_REFUSED, error.origin, error.kept, error.offered, body, at)


def refused_alarm(subject: str, error: NotProven, body: bytes, at: datetime) -> Alarm | None:
    """A seal or a copy that does not hold; None for what the sender mends by itself."""
    if error.code in _NO_ALARM or isinstance(error, SplitView):
        return None
    return _alarm(AlarmKind.PROOF_REFUSED, subject, "", f"{error.code}: {error}", body, at)


def _alarm(kind: AlarmKind, subject: str, stored: str, offered: str, body: bytes, at: datetime) -> Alarm:
    return Alarm(kind=kind, subject=subject, stored=stored, offered=offered, evidence=body, raised_at=at)
