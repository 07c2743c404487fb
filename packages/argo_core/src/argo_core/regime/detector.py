"""Regimes of all symbols of a view, followed bar by bar."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argo_core.errors import InvariantError
from argo_core.measures.feature_tracker import FeatureAdvance, FeatureTracker
from argo_core.model.market_view import MarketView
from argo_core.regime.hysteresis import RegimeState, adopt, adopt_history
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
        self._seen = 0

    def detect(self, view: MarketView) -> NDArray[np.int8]:
        """The adopted `Regime` values, int8 (S,), UNKNOWN while a symbol is warming up.

        A shared tracker may not be advanced to a view that the detector is never shown: InvariantError.
        """
        advance = self._tracker.advance(view)
        if advance.number != self._seen:
            if advance.number != self._seen + 1:
                raise InvariantError("a view passed the tracker that the detector was not shown: its bars are lost")
            self._follow(view.symbols, advance)
            self._seen = advance.number
        return self._state.adopted

    def _follow(self, symbols: tuple[str, ...], advance: FeatureAdvance) -> None:
        if symbols != self._symbols:
            self._state, self._symbols = RegimeState.blank(len(symbols)), symbols
        for bar in advance.rounds:
            suggestion = suggested(bar.readings, self._policy)
            if suggestion.ndim == 1:
                self._state = adopt(self._state, bar.rows, suggestion, self._policy.confirm_bars)
            else:
                _, loaded = adopt_history(suggestion, self._policy.confirm_bars)
                self._state = _placed(self._state, bar.rows, loaded)


def _placed(state: RegimeState, rows: NDArray[np.int64], part: RegimeState) -> RegimeState:
    """The state with the symbols in `rows` replaced by `part`."""
    placed = RegimeState(state.adopted.copy(), state.candidate.copy(), state.streak.copy())
    placed.adopted[rows], placed.candidate[rows], placed.streak[rows] = part.adopted, part.candidate, part.streak
    return placed
