"""The regimes that the newest signals speak of."""

from __future__ import annotations

from collections.abc import Sequence

from alpine_core.tiers import SignalView


def regimes_of(views: Sequence[SignalView]) -> tuple[SignalView, ...]:
    """Of signals, newest first: for each symbol the newest that tells a regime, by symbol."""
    found: dict[str, SignalView] = {}
    for view in views:
        if view.details.regime:
            found.setdefault(view.symbol, view)
    return tuple(view for _, view in sorted(found.items()))
