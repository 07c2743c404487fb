"""Regimes of all symbols of a view, followed bar by bar."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argo_core.measures.feature_tracker import FeatureAdvance, FeatureTracker
from argo_core.model.market_view import MarketView
from argo_core.regime.hysteresis import RegimeState, adopt
from argo_core.regime.policy import RegimePolicy
from argo_core.regime.rules import suggested


class RegimeDetector:
    """Deterministic and causal: the answer for a view depends on its bars only, however they were fed.

    Keeps one small state per symbol, so that a new bar costs O(1); a symbol without new bars costs nothing.
    """

    def __init__(self, policy: RegimePolicy | None = None, tracker: FeatureTracker | None = None) -> None:
        self._policy = policy or RegimePolicy()
        self._tracker = tracker or FeatureTracker()
        self._symbols: tuple[str, ...] = ()
        self._state = RegimeState.blank(0)
        self._seen: FeatureAdvance | None = None

    def detect(self, view: MarketView) -> NDArray[np.int8]:
        """The adopted `Regime` values, int8 (S,), UNKNOWN while a symbol is warming up."""
        advance = self._tracker.advance(view)
        if advance is not self._seen:
            self._follow(view.symbols, advance)
            self._seen = advance
        return self._state.adopted

    def _follow(self, symbols: tuple[str, ...], advance: FeatureAdvance) -> None:
        if symbols != self._symbols:
            self._state = _moved(self._state, self._symbols, symbols, advance.restarted)
            self._symbols = symbols
        for bar in advance.rounds:
            self._state = adopt(self._state, bar.rows, suggested(bar.readings, self._policy), self._policy.confirm_bars)


def _moved(
    state: RegimeState, before: tuple[str, ...], after: tuple[str, ...], restarted: NDArray[np.bool_]
) -> RegimeState:
    """The states of `before` in the order of `after`; symbols that are new or restarted begin blank."""
    place = {symbol: row for row, symbol in enumerate(before)}
    moved = RegimeState.blank(len(after))
    for row, symbol in enumerate(after):
        if symbol in place and not restarted[row]:
            old = place[symbol]
            moved.adopted[row] = state.adopted[old]
            moved.candidate[row] = state.candidate[old]
            moved.streak[row] = state.streak[old]
    return moved
