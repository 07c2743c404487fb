"""Consensus → decisions and sealed signals. Pure: what it needs comes in, what it decides comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.consensus import ConsensusTable, reasoning
from argo_core.errors import DataError
from argo_core.ledger import CanonicalError
from argo_core.model.asset import asset_type_of
from argo_core.model.bars import Bars
from argo_core.model.consensus import Veto
from argo_core.model.decision import Decision
from argo_core.model.direction import Direction
from argo_core.model.outcome import Outcome
from argo_core.model.regime import Regime
from argo_core.model.sessions import Sessions
from argo_core.model.signal import SealedSignal, Signal
from argo_core.pipeline.policy import CyclePolicy, Reemit
from argo_core.pipeline.publish import seal
from argo_core.pipeline.record_votes import VoteRecorder, number_or_none
from argo_core.risk import LevelPolicy, Levels, protective_levels
from argo_core.tracking import HorizonPolicy, OpenBook, cancelled_by, horizon_after
from argo_core.tracking.win_calibration import WinCalibration

DIRECTION_NAMES = {direction.value: direction.name for direction in Direction}
REGIME_NAMES = {regime.value: regime.name for regime in Regime}


@dataclass(frozen=True, slots=True)
class Production:
    """What one evaluation of the market led to. `outcomes` are those of open signals that a flip closed."""

    decisions: tuple[Decision, ...]
    signals: tuple[SealedSignal, ...]
    outcomes: tuple[Outcome, ...]


class Seen(Protocol):
    """What a producer looks up of S symbols: a `MarketView`, or symbols at moments of a backtest side by side."""

    @property
    def symbols(self) -> Sequence[str]: ...

    @property
    def price(self) -> NDArray[np.float64]: ...

    @property
    def bars(self) -> Sequence[Bars]: ...


class Moment(msgspec.Struct, frozen=True):
    """When a decision is made: market time, the wall clock as it is hashed, and what names what is made then."""

    as_of: datetime
    timestamp: str
    new_id: Callable[[], str]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What was measured about the S symbols: consensus, ATR as a ratio of price, volatility, saved calls (K, S)."""

    view: Seen
    result: ConsensusTable
    atr_ratio: NDArray[np.float64]
    volatility: NDArray[np.float64]
    saved: NDArray[np.bool_]
    data_source: str


class Producer:
    """Builds decisions, and a signal for each decision that nothing stands against. `moment_of` a row of the evidence:
    live one and the same for all."""

    def __init__(
        self,
        evidence: Evidence,
        policy: CyclePolicy,
        levels: LevelPolicy,
        horizon: HorizonPolicy,
        sessions: Sessions,
        moment_of: Callable[[int], Moment],
        calibration: WinCalibration | None = None,
    ) -> None:
        self._evidence, self._policy, self._calibration = evidence, policy, calibration
        self._levels, self._moment_of = levels, moment_of
        recorder = VoteRecorder(evidence.result)
        # A signal and its decision share their votes, and all symbols of a kind their horizon.
        self._votes_of, self._absences_of = cache(recorder.votes), recorder.absences
        self._horizon_of = cache(lambda asset_type, as_of: horizon_after(asset_type, as_of, horizon, sessions))
        self._columns = _Columns(evidence)
        self._saved = [np.flatnonzero(column).tolist() for column in evidence.saved.T]

    def produce(self, rows: NDArray[np.intp], book: OpenBook) -> Production:
        """Decisions for these rows, in this order; `book` is what is open now."""
        decisions: list[Decision] = []
        signals: list[SealedSignal] = []
        outcomes: list[Outcome] = []
        for row in rows.tolist():
            decision, sealed = self._decide(row, self._moment_of(row), book)
            decisions.append(decision)
            if sealed is not None:
                signals.append(sealed)
                outcomes.extend(_cancelled_by(sealed.signal, self._evidence.view, row, book))
        return Production(tuple(decisions), tuple(signals), tuple(outcomes))

    def _decide(self, row: int, moment: Moment, book: OpenBook) -> tuple[Decision, SealedSignal | None]:
        column, symbol = self._columns, self._evidence.view.symbols[row]
        direction = Direction(column.direction[row])
        if column.veto[row] != Veto.NONE:
            return self._decision(row, moment, "vetoed", veto=Veto(column.veto[row])), None
        repeated = book.equal_to(symbol, direction, self._policy.strategy)
        if repeated is not None and self._policy.reemit is Reemit.ON_CHANGE:
            return self._decision(row, moment, "repeat", veto=Veto.ALREADY_OPEN, repeat_of=repeated.signal_id), None
        levels = self._levels_of(row, direction)
        if levels is None:
            return self._decision(row, moment, "vetoed", veto=Veto.NO_LEVELS), None
        try:
            sealed = seal(self._signal(row, moment, direction, levels))
        except DataError as error:
            # One symbol's fault stands against its own signal only; the others of this cycle are not held up.
            veto = Veto.NOT_CANONICAL if isinstance(error, CanonicalError) else Veto.NO_HORIZON
            return self._decision(row, moment, "vetoed", veto=veto), None
        return self._decision(row, moment, "published", signal_id=sealed.signal.signal_id), sealed

    def _levels_of(self, row: int, direction: Direction) -> Levels | None:
        symbol, price = self._evidence.view.symbols[row], self._columns.price[row]
        if price is None:
            return None
        return protective_levels(asset_type_of(symbol), direction, price, self._columns.atr_ratio[row], self._levels)

    def _signal(self, row: int, moment: Moment, direction: Direction, levels: Levels) -> Signal:
        evidence, column = self._evidence, self._columns
        symbol = evidence.view.symbols[row]
        horizon_at = self._horizon_of(asset_type_of(symbol), moment.as_of)
        return Signal(
            signal_id=f"SIG-{moment.new_id()}",
            symbol=symbol,
            action=direction.action,
            entry_price=levels.entry_price,
            target_price=levels.target_price,
            stop_price=levels.stop_price,
            confidence=column.confidence[row],
            strategy=self._policy.strategy,
            timestamp=moment.timestamp,
            as_of=moment.as_of,
            asset_type=asset_type_of(symbol).value,
            data_source=evidence.data_source,
            regime=REGIME_NAMES[column.regime[row]],
            reasoning=reasoning(evidence.result.row(row)),
            votes=self._votes_of(row),
            horizon_at=horizon_at,
            win_probability=self._win_probability(column.confidence[row]),
            service_type=self._policy.service_type,
            generated_by=self._policy.generated_by,
        )

    def _win_probability(self, confidence: float) -> float | None:
        """None until enough signals are resolved: an uncalibrated number would only look like a probability."""
        return None if self._calibration is None else round(self._calibration.probability(confidence), 6)

    def _decision(
        self,
        row: int,
        moment: Moment,
        status: str,
        *,
        veto: Veto = Veto.NONE,
        signal_id: str | None = None,
        repeat_of: str | None = None,
    ) -> Decision:
        evidence, column = self._evidence, self._columns
        members = evidence.result.table.weights.members
        return Decision(
            decision_id=f"DEC-{moment.new_id()}",
            symbol=evidence.view.symbols[row],
            strategy=self._policy.strategy,
            as_of=moment.as_of,
            status=status,
            direction=DIRECTION_NAMES[column.leaning[row]],
            confidence=column.confidence[row],
            raw=column.raw[row],
            agreement=column.agreement[row],
            coverage=column.coverage[row],
            regime=REGIME_NAMES[column.regime[row]],
            regime_factor=column.factor[row],
            threshold=column.threshold[row],
            price=column.price[row],
            volatility=column.volatility[row],
            veto=None if veto is Veto.NONE else veto.code,
            measured=column.measured[row],
            limit=column.limit[row],
            signal_id=signal_id,
            repeat_of=repeat_of,
            votes=self._votes_of(row),
            absences=self._absences_of(row),
            saved_calls=tuple(members[source].name for source in self._saved[row]),
        )


def _cancelled_by(signal: Signal, seen: Seen, row: int, book: OpenBook) -> Iterator[Outcome]:
    for opposed in book.opposed_to(signal.symbol, signal.direction, signal.strategy):
        yield cancelled_by(opposed, signal, seen.bars[row])


class _Columns:
    """The arrays as Python lists, unpacked once: indexing an array element by element costs ten times more."""

    def __init__(self, evidence: Evidence) -> None:
        result = evidence.result
        self.leaning: list[int] = result.leaning.tolist()
        self.direction: list[int] = result.direction.tolist()
        self.confidence: list[float] = result.confidence.tolist()
        self.raw: list[float] = result.raw.tolist()
        self.agreement: list[float] = np.round(result.agreement, 6).tolist()
        self.coverage: list[float] = np.round(result.coverage, 6).tolist()
        self.regime: list[int] = result.regime.tolist()
        self.factor: list[float] = result.factor.tolist()
        self.threshold: list[float] = result.threshold.tolist()
        self.veto: list[int] = result.veto.tolist()
        self.measured = number_or_none(result.measured)
        self.limit = number_or_none(result.limit)
        self.price = number_or_none(evidence.view.price)
        self.volatility = number_or_none(evidence.volatility)
        self.atr_ratio: list[float] = evidence.atr_ratio.tolist()
