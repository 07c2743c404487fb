"""The strategy backtest: histories → votes → consensus → signals → outcomes, on arrays, by the live kernels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.cells import Cells, evaluated_cells
from argo_core.backtest.emission import Emission, EmissionRules
from argo_core.backtest.history import History
from argo_core.backtest.panel_votes import PanelVotes, Wait
from argo_core.backtest.readings import Readings
from argo_core.backtest.strategy_result import DecisionArrays, StrategyResult
from argo_core.backtest.waiting import completed
from argo_core.consensus import ConsensusEngine, ConsensusTable
from argo_core.measures.compiled import has_compiler
from argo_core.pipeline.asking import Asked, Asking
from argo_core.ports.source import Source
from argo_core.regime import RegimePolicy

PART = 1 << 15
"""Cells that are evaluated together: enough to make calls cheap, few enough to stay in the processor's cache."""
COMPILED_FROM = 3_000_000
"""Loading compiled code takes about as long as numpy needs for so many cells."""
Progress = Callable[[int, int], None]


def silent(_done: int, _of: int) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Strategy:
    """The stages up to the signal, as `pipeline.stages.Stages` has them; `wait` makes the calls of sources that are
    shown views one by one."""

    sources: tuple[Source, ...]
    engine: ConsensusEngine
    regime: RegimePolicy
    emission: EmissionRules
    wait: Wait = completed

    def run(self, history: History, progress: Progress = silent) -> StrategyResult:
        """Every decision, signal and outcome of a live cycle that had looked at the market at each moment of
        `history`, and at nothing later. `progress` hears how many cells of how many are done.

        Raises DataError, SourceError as the sources do.
        """
        readings = Readings.of(history.bars, self.regime)
        cells = evaluated_cells(history, readings, self.emission.cycle.price_change_threshold)
        return self.over(cells, Emission(history, readings, self.emission), progress)

    def over(self, cells: Cells, emission: Emission, progress: Progress = silent) -> StrategyResult:
        """The same over these cells, going on from what `emission` holds open. Raises as `run` does."""
        history, readings = emission.history, emission.readings
        votes, kept = PanelVotes(history, readings, self.wait), list[_Part]()
        engine = self.engine if len(cells) < COMPILED_FROM else replace(self.engine, compiled=has_compiler())
        for begin in range(0, len(cells), PART):
            part = cells.of(np.arange(begin, min(begin + PART, len(cells))))
            asked = self._asked(part, votes, readings.regime[part.place])
            result = engine.decide(asked.table, part, readings.regime[part.place])
            kept.append(_Part(part, result, *emission.take(part, result, asked.saved)))
            progress(begin + len(part), len(cells))
        return self._result(history, emission, kept)

    def _asked(self, cells: Cells, votes: PanelVotes, regime: NDArray[np.int8]) -> Asked:
        every = np.ones(len(cells), dtype=np.bool_)
        weights, policy = self.engine.weights, self.engine.policy
        walk = Asking(self.sources, weights, policy, cells.names, cells.as_of, every, regime).walk()
        questions = next(walk)
        while True:
            try:
                questions = walk.send([votes.column(source, cells, about) for source, about in questions])
            except StopIteration as end:
                asked: Asked = end.value
                return asked

    def _result(self, history: History, emission: Emission, kept: list[_Part]) -> StrategyResult:
        outcomes, known = emission.outcomes()
        return StrategyResult(
            symbols=history.symbols,
            sources=tuple(spec.name for spec in self.engine.weights.members),
            instants=history.instants,
            decisions=_arrays(kept),
            signals=tuple(emission.signals),
            signal_moment=np.array(emission.signal_moments, dtype=np.int64),
            outcomes=tuple(outcomes),
            outcome_moment=np.array(known, dtype=np.int64),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    cells: Cells
    result: ConsensusTable
    status: NDArray[np.int8]
    veto: NDArray[np.uint8]


def _arrays(kept: list[_Part]) -> DecisionArrays:
    of_result = ("leaning", "regime", "confidence", "raw", "threshold", "agreement", "coverage")
    joined = {name: np.concatenate([getattr(part.result, name) for part in kept]) for name in of_result}
    of_votes = {"vote_direction": "direction", "vote_confidence": "confidence", "vote_absence": "absence"}
    votes = {
        name: np.concatenate([getattr(part.result.table, of) for part in kept], axis=1) for name, of in of_votes.items()
    }
    return DecisionArrays(
        row=np.concatenate([part.cells.row for part in kept]),
        moment=np.concatenate([part.cells.moment for part in kept]),
        price=np.concatenate([part.cells.price for part in kept]),
        status=np.concatenate([part.status for part in kept]),
        veto=np.concatenate([part.veto for part in kept]),
        **joined,
        **votes,
    )
