"""From decisions to signals and outcomes, moment by moment: the live rules of emission over the live producer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import overload

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.cells import Cells
from argo_core.backtest.history import History
from argo_core.backtest.readings import Readings
from argo_core.backtest.resolution import Resolution, resolution_of
from argo_core.backtest.strategy_result import PUBLISHED, REPEAT, VETOED
from argo_core.consensus import ConsensusTable
from argo_core.model.bars import Bars
from argo_core.model.consensus import Veto
from argo_core.model.direction import Direction
from argo_core.model.instant import to_text
from argo_core.model.outcome import Outcome
from argo_core.model.sessions import Sessions
from argo_core.model.signal import SealedSignal, Signal
from argo_core.pipeline.policy import CyclePolicy, Reemit
from argo_core.pipeline.produce import Evidence, Moment, Producer
from argo_core.risk import LevelPolicy
from argo_core.tracking import CostPolicy, HorizonPolicy, OpenBook

Bools = NDArray[np.bool_]
VETOES = {veto.code: veto.value for veto in Veto}
_BARE = str.maketrans("", "", "-:.Z")


@dataclass(frozen=True, slots=True)
class EmissionRules:
    """What the producer goes by; see `pipeline.stages.Stages`. `origin` is what signals name as their data source."""

    cycle: CyclePolicy
    levels: LevelPolicy
    horizon: HorizonPolicy
    costs: CostPolicy
    sessions: Sessions
    origin: str


@dataclass(slots=True)
class _Open:
    signal: Signal
    resolution: Resolution | None


@dataclass(slots=True)
class Emission:
    """Takes the cells of a history in their order, in parts as large as the caller likes."""

    history: History
    readings: Readings
    rules: EmissionRules
    signals: list[SealedSignal] = field(default_factory=list)
    signal_moments: list[int] = field(default_factory=list)
    _ended: list[tuple[int, int, Outcome]] = field(default_factory=list)
    _open: dict[str, list[_Open]] = field(default_factory=dict)

    def resume(self, signals: Iterable[Signal]) -> None:
        """Go on with signals that are open already, oldest first; their symbols are in the history."""
        for signal in signals:
            opened = _Open(signal, resolution_of(signal, self.history.symbols.index(signal.symbol), self.history))
            self._open.setdefault(signal.symbol, []).append(opened)

    def take(self, cells: Cells, result: ConsensusTable, saved: Bools) -> tuple[NDArray[np.int8], NDArray[np.uint8]]:
        """Status (N,) and veto (N,) of each decision; signals and outcomes are kept."""
        status = np.full(len(cells), VETOED, dtype=np.int8)
        veto = result.veto.copy()
        passed = np.flatnonzero(result.veto == Veto.NONE)
        if not passed.size:
            return status, veto
        producer = self._producer(cells.of(passed), result.of_rows(passed), saved[:, passed])
        sides = result.direction[passed].tolist()
        moments, rows = cells.moment[passed].tolist(), cells.row[passed].tolist()
        for number, place in enumerate(passed.tolist()):
            moment, symbol = moments[number], cells.names[place]
            self._settle(symbol, moment)
            if self._repeats(symbol, Direction(sides[number])):
                status[place], veto[place] = REPEAT, Veto.ALREADY_OPEN
                continue
            book = OpenBook.of(each.signal for each in self._open[symbol])
            made = producer.produce(np.array([number]), book)
            decision = made.decisions[0]
            status[place] = PUBLISHED if made.signals else VETOED
            veto[place] = Veto.NONE if decision.veto is None else VETOES[decision.veto]
            self._cancel(symbol, moment, made.outcomes)
            for sealed in made.signals:
                self._publish(sealed, rows[number], moment)
        return status, veto

    def outcomes(self) -> tuple[list[Outcome], list[int]]:
        """All outcomes by the moment at which they were known, with their net results, and the numbers of the
        moments."""
        for symbol in self._open:
            self._settle(symbol, len(self.history.instants) - 1)
        ended = sorted(self._ended, key=lambda one: one[:2])
        return [self.rules.costs.applied(outcome) for _, _, outcome in ended], [moment for moment, _, _ in ended]

    def _settle(self, symbol: str, moment: int) -> None:
        """What has ended by this moment is no longer open."""
        still = list[_Open]()
        for each in self._open.get(symbol, ()):
            if each.resolution is not None and each.resolution.moment <= moment:
                self._end(each.resolution.moment, each.resolution.outcome)
            else:
                still.append(each)
        self._open[symbol] = still

    def _end(self, moment: int, outcome: Outcome) -> None:
        self._ended.append((moment, len(self._ended), outcome))

    def _repeats(self, symbol: str, direction: Direction) -> bool:
        if self.rules.cycle.reemit is not Reemit.ON_CHANGE:
            return False
        return any(each.signal.direction is direction for each in self._open[symbol])

    def _cancel(self, symbol: str, moment: int, outcomes: Iterable[Outcome]) -> None:
        gone = set[str]()
        for outcome in outcomes:
            gone.add(outcome.signal_id)
            self._end(moment, outcome)
        self._open[symbol] = [each for each in self._open[symbol] if each.signal.signal_id not in gone]

    def _publish(self, sealed: SealedSignal, row: int, moment: int) -> None:
        self.signals.append(sealed)
        self.signal_moments.append(moment)
        opened = _Open(sealed.signal, resolution_of(sealed.signal, row, self.history))
        self._open[sealed.signal.symbol].append(opened)

    def _producer(self, cells: Cells, result: ConsensusTable, saved: Bools) -> Producer:
        features, rules = self.readings.features, self.rules
        seen = _SeenCells(cells.names, cells.price, _CutBars(self.history, cells))
        evidence = Evidence(
            seen, result, features.atr[cells.place], features.sigma20[cells.place], saved, self.rules.origin
        )
        moments = _Moments(cells)
        return Producer(evidence, rules.cycle, rules.levels, rules.horizon, rules.sessions, moments.of)


@dataclass(frozen=True, slots=True, eq=False)
class _SeenCells:
    symbols: tuple[str, ...]
    price: NDArray[np.float64]
    bars: Sequence[Bars]


@dataclass(frozen=True, slots=True, eq=False)
class _CutBars(Sequence[Bars]):
    """The bars that each cell knew, cut when they are asked for."""

    history: History
    cells: Cells

    def __len__(self) -> int:
        return len(self.cells)

    @overload
    def __getitem__(self, place: int) -> Bars: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Bars]: ...

    def __getitem__(self, place: int | slice) -> Bars | Sequence[Bars]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        row, moment = int(self.cells.row[place]), int(self.cells.moment[place])
        return self.history.bars[row].first(int(self.history.last[row, moment]) + 1)


class _Moments:
    """Wall clock and market time are one here; names follow from the moment and the symbol alone, so that the same
    backtest names the same signals."""

    def __init__(self, cells: Cells) -> None:
        self._as_of, self._rows = cells.as_of.tolist(), cells.row.tolist()

    def of(self, place: int) -> Moment:
        """The moment of one cell."""
        as_of = self._as_of[place].replace(tzinfo=UTC)
        timestamp = to_text(as_of)
        name = f"{timestamp.translate(_BARE)}-{self._rows[place]:04d}"
        return Moment(as_of, timestamp, lambda: name)
