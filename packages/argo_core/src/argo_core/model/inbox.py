"""A signal as an executor received it."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

from argo_core.model.signal import SealedSignal


class Intake(enum.StrEnum):
    """DUPLICATE: known with the same hash. CONFLICT: known with another one."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


class ReceivedSignal(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A verified signal and the exact body that carried it."""

    sealed: SealedSignal
    body: bytes
    received_at: datetime
