"""Rows of ours that come back with entries which were lost: what the entries themselves say of them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.model.outcome import Outcome
from argo_core.model.signal import SealedSignal


class RestoredSignal(msgspec.Struct, frozen=True, kw_only=True):
    """A signal that its reveal made known again. `logged_at` is the time of its signal entry, wall clock."""

    sealed: SealedSignal
    logged_at: datetime


class RestoredOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a signal ended, from its outcome entry, which was appended at `logged_at`."""

    outcome: Outcome
    logged_at: datetime


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored beside a batch that came back; each in the order of its entries."""

    signals: tuple[RestoredSignal, ...] = ()
    outcomes: tuple[RestoredOutcome, ...] = ()
