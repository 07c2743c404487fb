"""Confidence → probability of a win, learned from resolved signals only, and never from what it is judged on."""

from __future__ import annotations

import enum
import math
from datetime import datetime

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.errors import ConfigError
from argo_core.measures.isotonic import isotonic_fit
from argo_core.measures.panel import Floats
from argo_core.measures.platt import logistic, platt_fit


class CurveKind(enum.StrEnum):
    """PLATT is a logistic curve, ISOTONIC any rising one; AUTO takes Platt's until there are enough outcomes."""

    AUTO = "auto"
    PLATT = "platt"
    ISOTONIC = "isotonic"


class CalibrationPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing is said before `least` outcomes; AUTO turns isotonic at `isotonic_from` (Niculescu-Mizil & Caruana 2005:
    below about a thousand cases it follows chance). The curve is learned anew every `refit_every` outcomes, from the
    newest `window` of them."""

    kind: CurveKind = CurveKind.AUTO
    least: int = 200
    isotonic_from: int = 1000
    refit_every: int = 25
    window: int = 5000

    def __post_init__(self) -> None:
        if not (2 <= self.least <= self.window and self.isotonic_from >= 0 and self.refit_every >= 1):
            raise ConfigError("calibration: 2 <= least <= window, refit_every from 1: correct the figures")

    def usable(self, outcomes: int) -> int:
        """Of so many outcomes, how many the newest curve is learned up to: 0 before `least`."""
        return 0 if outcomes < self.least else outcomes - (outcomes - self.least) % self.refit_every


class WinCalibration(msgspec.Struct, frozen=True, kw_only=True):
    """A curve learned from `outcomes` resolved signals, `wins` of them won, the last one resolved at `until` (market
    time, None if not told). Knots of a rising curve, or slope and intercept of a logistic one: the others are empty."""

    kind: CurveKind
    outcomes: int
    wins: int
    until: datetime | None = None
    points: tuple[float, ...] = ()
    values: tuple[float, ...] = ()
    slope: float = 0.0
    intercept: float = 0.0

    def probability(self, confidence: float) -> float:
        """Of a win at this confidence (0–100): strictly between 0 and 1, for no finite record makes sure."""
        return float(self.probabilities(np.array([confidence]))[0])

    def probabilities(self, confidence: Floats) -> Floats:
        """`probability` for many, same shape."""
        if self.kind is CurveKind.ISOTONIC:
            curve: Floats = np.interp(confidence, self.points, self.values)
        else:
            curve = logistic(self.slope * confidence + self.intercept)
        # Laplace's bound: as though one more had gone the other way.
        edge = 1.0 / (self.outcomes + 2.0)
        return np.clip(curve, edge, 1.0 - edge)


def fit_calibration(
    confidence: Floats, won: NDArray[np.bool_], policy: CalibrationPolicy, until: datetime | None = None
) -> WinCalibration | None:
    """The curve of resolved signals in the order in which they were resolved: confidences (N,) 0–100 and results (N,),
    the newest `policy.window` of them. None for fewer than `policy.least`. Raises DataError for values that are no
    numbers."""
    if confidence.size < policy.least:
        return None
    scores, results = confidence[-policy.window :], won[-policy.window :]
    isotonic = policy.kind is CurveKind.ISOTONIC or (
        policy.kind is CurveKind.AUTO and scores.size >= policy.isotonic_from
    )
    count, wins = int(scores.size), int(results.sum())
    if isotonic:
        points, values = isotonic_fit(scores, results)
        return WinCalibration(
            kind=CurveKind.ISOTONIC, outcomes=count, wins=wins, until=until, points=points, values=values
        )
    slope, intercept = platt_fit(scores, results)
    return WinCalibration(
        kind=CurveKind.PLATT, outcomes=count, wins=wins, until=until, slope=slope, intercept=intercept
    )


def walk_forward_probabilities(
    confidence: Floats,
    won: NDArray[np.bool_],
    decided_at: NDArray[np.datetime64],
    resolved_at: NDArray[np.datetime64],
    policy: CalibrationPolicy = CalibrationPolicy(),
) -> Floats:
    """What each of N signals would have been told when it was decided, (N,): from the outcomes that were known then and
    no others; NaN where they were too few. Any order of rows."""
    order = np.argsort(resolved_at, kind="stable")
    scores, results = confidence[order], won[order]
    # An outcome of the very same instant is not known yet.
    known = np.searchsorted(resolved_at[order], decided_at, side="left")
    told = np.full(confidence.size, math.nan)
    usable = np.array([policy.usable(int(count)) for count in known], dtype=np.int64)
    for count in np.unique(usable[usable > 0]).tolist():
        curve = fit_calibration(scores[:count], results[:count], policy)
        if curve is not None:
            rows = usable == count
            told[rows] = curve.probabilities(confidence[rows])
    return told
