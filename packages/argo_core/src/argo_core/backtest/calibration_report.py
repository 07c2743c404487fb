"""How far the confidence of resolved signals can be believed: over all, by regime, source and band of confidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.measures.brier import BrierParts, brier_parts, brier_score
from argo_core.measures.intervals import wilson
from argo_core.measures.panel import Floats
from argo_core.measures.reliability import Band, expected_calibration_error, reliability_bands
from argo_core.model.instant import to_instant64
from argo_core.model.resolved import ResolvedSignal
from argo_core.tracking.win_calibration import (
    CalibrationPolicy,
    WinCalibration,
    fit_calibration,
    walk_forward_probabilities,
)

BANDS = 10
CONFIDENCE_STEP = 5
Belongs = Callable[[ResolvedSignal, str], bool]


class Reliability(msgspec.Struct, frozen=True, kw_only=True):
    """`signals` resolved, `wins` of them won, a share of `rate` with its 95 % interval. Of those that had a probability
    when they were decided (`judged`): `brier` score, its `parts` over the bands, `calibration_error` and the `bands`
    themselves; None and empty where there are none. Nothing here was judged by a curve that had learned from it."""

    name: str
    signals: int
    wins: int
    rate: float
    rate_low: float
    rate_high: float
    judged: int
    brier: float | None = None
    parts: BrierParts | None = None
    calibration_error: float | None = None
    bands: tuple[Band, ...] = ()


class CalibrationReport(msgspec.Struct, frozen=True, kw_only=True):
    """`curve` is what a signal would be told now, None before `needed` outcomes."""

    resolved: int
    needed: int
    curve: WinCalibration | None
    overall: Reliability | None
    by_regime: tuple[Reliability, ...]
    by_source: tuple[Reliability, ...]
    by_confidence: tuple[Reliability, ...]


def calibration_report(
    resolved: Sequence[ResolvedSignal], policy: CalibrationPolicy = CalibrationPolicy()
) -> CalibrationReport:
    """The report of signals in the order in which they were resolved. A signal is judged by what its own curve, learned
    from outcomes known when it was decided, would have said; what was published then plays no part."""
    sample = _Sample(resolved, policy)
    sources = sorted({vote.source for each in resolved for vote in each.signal.votes})
    return CalibrationReport(
        resolved=len(resolved),
        needed=policy.least,
        curve=fit_calibration(sample.confidence, sample.won, policy, resolved[-1].resolved_at if resolved else None),
        overall=sample.reliability("all", lambda _each, _name: True),
        by_regime=sample.each(
            sorted({each.signal.regime for each in resolved}), lambda each, name: each.signal.regime == name
        ),
        by_source=sample.each(sources, lambda each, name: any(vote.source == name for vote in each.signal.votes)),
        by_confidence=sample.each(
            sorted({_step(each) for each in resolved}, key=lambda name: float(name.partition("–")[0])),
            lambda each, name: _step(each) == name,
        ),
    )


def _step(each: ResolvedSignal) -> str:
    low = min(int(each.signal.confidence // CONFIDENCE_STEP) * CONFIDENCE_STEP, 100 - CONFIDENCE_STEP)
    return f"{low}–{low + CONFIDENCE_STEP}"


class _Sample:
    """The signals as arrays, with what each would have been told."""

    def __init__(self, resolved: Sequence[ResolvedSignal], policy: CalibrationPolicy) -> None:
        self._resolved = resolved
        self.confidence: Floats = np.array([each.signal.confidence for each in resolved], dtype=np.float64)
        self.won = np.array([each.won for each in resolved], dtype=np.bool_)
        decided = np.array([to_instant64(each.signal.as_of) for each in resolved], dtype="datetime64[us]")
        known = np.array([to_instant64(each.resolved_at) for each in resolved], dtype="datetime64[us]")
        self.told = walk_forward_probabilities(self.confidence, self.won, decided, known, policy)

    def each(self, names: Sequence[str], belongs: Belongs) -> tuple[Reliability, ...]:
        """One for each name, in their order."""
        found = (self.reliability(name, belongs) for name in names)
        return tuple(each for each in found if each is not None)

    def reliability(self, name: str, belongs: Belongs) -> Reliability | None:
        """Of the signals that belong; None if none does."""
        rows = np.array([belongs(each, name) for each in self._resolved], dtype=np.bool_)
        if not rows.any():
            return None
        won, told = self.won[rows], self.told[rows]
        low, high = wilson(int(won.sum()), won.size)
        judged = ~np.isnan(told)
        base = Reliability(
            name=name,
            signals=int(won.size),
            wins=int(won.sum()),
            rate=float(won.mean()),
            rate_low=low,
            rate_high=high,
            judged=int(judged.sum()),
        )
        return _with_scores(base, told[judged], won[judged]) if judged.any() else base


def _with_scores(base: Reliability, told: Floats, won: NDArray[np.bool_]) -> Reliability:
    bands = reliability_bands(told, won, BANDS)
    # Murphy's parts want few distinct forecasts: each is replaced by the mean of its band.
    place = np.searchsorted([band.high for band in bands], told, side="left")
    grouped = np.array([band.forecast for band in bands])[place]
    return msgspec.structs.replace(
        base,
        brier=brier_score(told, won),
        parts=brier_parts(grouped, won),
        calibration_error=expected_calibration_error(bands),
        bands=bands,
    )
