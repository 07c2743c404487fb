"""What a signal asks of a position: how much of it to close, how much to open."""

from __future__ import annotations

import msgspec

from argo_core.model.asset import AssetType
from argo_core.model.direction import Direction
from argo_core.model.signal import Signal


class Exposure(msgspec.Struct, frozen=True, kw_only=True):
    """Units ≥ 0: `closing` of the opposite position first, then `opening` on the signal's side."""

    closing: float
    opening: float


def exposure_of(signal: Signal, held: float, size: float, *, flip: bool) -> Exposure:
    """`held` is signed, `size` ≥ 0 what sizing allows. An opposite position is closed whole; the other side is opened
    after it only with `flip`, and never by a crypto SELL, which can only close."""
    opposed = held * int(signal.direction) < 0
    closing = abs(held) if opposed else 0.0
    cannot_open = signal.direction is Direction.SHORT and signal.asset_type == AssetType.CRYPTO
    closes_only = opposed and (cannot_open or not flip)
    return Exposure(closing=closing, opening=0.0 if closes_only else size)
