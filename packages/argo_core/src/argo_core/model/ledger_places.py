"""Where stored records stand in the provable log."""

from __future__ import annotations

import msgspec

from argo_core.model.ledger import Seal


class SignalPlaces(msgspec.Struct, frozen=True, kw_only=True):
    """Leaf indices of what the log holds of one sealed signal; None where nothing was appended yet."""

    seal: Seal
    reveal: int | None
    outcome: int | None


class DecisionPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A decision among those of its UTC day: `position` counts from 0, `count` is all of that day, `body` what is
    hashed. `leaf_index` is that of the day's entry, None while the day is not closed."""

    date: str
    position: int
    count: int
    body: bytes
    leaf_index: int | None
