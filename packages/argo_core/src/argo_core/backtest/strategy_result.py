"""What a strategy backtest found: every decision, every signal, what became of each."""

from __future__ import annotations

from datetime import datetime

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.model.instant import InstantArray, from_instant64
from argo_core.model.outcome import Outcome
from argo_core.model.signal import SealedSignal, Signal

SKIPPED, VETOED, REPEAT, PUBLISHED = range(4)
STATUSES = ("skipped", "vetoed", "repeat", "published")


class DecisionArrays(msgspec.Struct, frozen=True, kw_only=True):
    """N decisions, by moment, then in the order in which a cycle takes its symbols.

    `row` and `moment` (N,) say which symbol and which of the T moments; `status` int8 is a place in `STATUSES`; `veto`
    uint8 a `Veto`; `leaning` int8 the side that led, -1, 0, 1; `regime` int8 a `Regime`. Percentages 0–100:
    `confidence`, `raw`, `threshold`; ratios 0–1: `agreement`, `coverage`. `price` in quote currency, NaN for none.
    `vote_direction` int8, `vote_confidence` float64 and `vote_absence` uint8 (an `Absence`) are (K, N) of the sources.
    """

    row: NDArray[np.int64]
    moment: NDArray[np.int64]
    status: NDArray[np.int8]
    veto: NDArray[np.uint8]
    leaning: NDArray[np.int8]
    regime: NDArray[np.int8]
    confidence: NDArray[np.float64]
    raw: NDArray[np.float64]
    threshold: NDArray[np.float64]
    agreement: NDArray[np.float64]
    coverage: NDArray[np.float64]
    price: NDArray[np.float64]
    vote_direction: NDArray[np.int8]
    vote_confidence: NDArray[np.float64]
    vote_absence: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.row)

    def count(self, status: int) -> int:
        """How many decisions have that status."""
        return int((self.status == status).sum())


class StrategyResult(msgspec.Struct, frozen=True, kw_only=True):
    """`instants` datetime64[us] (T,): the moments that were looked at; S × T of them are symbols at moments, of which
    `decisions` were evaluated and the rest skipped. `signals` oldest first, with `signal_moment` int64 (M,): the number
    of the moment of each; `outcomes` in the order in which they came, with `outcome_moment`. Signals without an outcome
    were open at the end. `sources` are the K names of the arrays' rows."""

    symbols: tuple[str, ...]
    sources: tuple[str, ...]
    instants: InstantArray
    decisions: DecisionArrays
    signals: tuple[SealedSignal, ...]
    signal_moment: NDArray[np.int64]
    outcomes: tuple[Outcome, ...]
    outcome_moment: NDArray[np.int64]

    @property
    def began_at(self) -> datetime:
        """The first moment, UTC."""
        return from_instant64(self.instants[0])

    @property
    def ended_at(self) -> datetime:
        """The last moment, UTC."""
        return from_instant64(self.instants[-1])

    @property
    def skipped(self) -> int:
        """Symbols at moments that had not moved since their last evaluation."""
        return len(self.symbols) * len(self.instants) - len(self.decisions)

    def resolved(self) -> tuple[tuple[Signal, Outcome], ...]:
        """Each outcome with its signal, in the order of the outcomes."""
        by_id = {sealed.signal.signal_id: sealed.signal for sealed in self.signals}
        return tuple((by_id[outcome.signal_id], outcome) for outcome in self.outcomes)
