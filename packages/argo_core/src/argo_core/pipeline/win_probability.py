"""The producer's win probability: empty until enough signals are resolved, then from the newest curve."""

from __future__ import annotations

import numpy as np

from argo_core.ports.resolved_reader import ResolvedReader
from argo_core.tracking.win_calibration import CalibrationPolicy, WinCalibration, fit_calibration


class WinProbabilities:
    """Learns from stored outcomes, again whenever `policy.refit_every` more are known. A signal is told by outcomes
    that were durable before its cycle began, never by its own. Where it is `shared`, others write outcomes too, and
    they are counted for every cycle."""

    def __init__(
        self, reader: ResolvedReader, policy: CalibrationPolicy = CalibrationPolicy(), *, shared: bool = False
    ) -> None:
        self._reader, self._policy, self._shared = reader, policy, shared
        self._known: int | None = None
        self._uncertain: int | None = None
        self._learned = 0
        self._curve: WinCalibration | None = None

    def forget(self) -> None:
        """A cycle is about to be written: unless it is `noted`, the outcomes are counted anew."""
        self._uncertain, self._known = self._known, None

    def noted(self, outcomes: int) -> None:
        """So many outcomes of that cycle are durable."""
        self._known = None if self._uncertain is None else self._uncertain + outcomes

    async def current(self) -> WinCalibration | None:
        """The curve for a cycle that begins now; None before `policy.least` outcomes. Raises StoreError."""
        if self._known is None or self._shared:
            self._known = await self._reader.count()
        usable = self._policy.usable(self._known)
        if usable != self._learned:
            self._curve = await self._learn(self._known - usable)
            self._learned = usable
        return self._curve

    async def _learn(self, newer: int) -> WinCalibration | None:
        """The curve of what was known before the `newer` newest outcomes."""
        resolved = await self._reader.resolved(self._policy.window + newer)
        used = resolved[: len(resolved) - newer]
        if not used:
            return None
        confidence = np.array([each.signal.confidence for each in used])
        won = np.array([each.won for each in used], dtype=np.bool_)
        return fit_calibration(confidence, won, self._policy, used[-1].resolved_at)
