"""Do our books agree with the venue's positions? Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from argo_core.model.position import Position

RELATIVE = 1e-9
"""How far two sums of the same quantities may differ by rounding alone."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A symbol of which the venue holds another quantity than our books; both signed."""

    symbol: str
    ours: float
    theirs: float


def differences(
    ours: Mapping[str, float], positions: Iterable[Position], increments: Mapping[str, float] | None = None
) -> tuple[Difference, ...]:
    """Where the two differ by more than rounding or, where it is known, the symbol's smallest step; by symbol.

    A step itself is a difference: only less than one is not.
    """
    theirs = {position.symbol: position.quantity for position in positions}
    if ours == theirs:
        return ()  # nearly always
    found = []
    for symbol in sorted(ours.keys() | theirs.keys()):
        own, its = ours.get(symbol, 0.0), theirs.get(symbol, 0.0)
        allowed = max(RELATIVE * max(abs(own), abs(its)), 0.999 * (increments or {}).get(symbol, 0.0))
        if not abs(own - its) <= allowed:
            found.append(Difference(symbol=symbol, ours=own, theirs=its))
    return tuple(found)
