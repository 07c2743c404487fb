"""Live signals beside the replay's: which agree, and what the stored decisions say about each that does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from argo_core.backtest.parity_revisions import Revisions
from argo_core.backtest.parity_strategy import Place, ReplayedDay, Rules, bar_ends
from argo_core.backtest.strategy_result import STATUSES, DecisionArrays
from argo_core.model.consensus import Veto
from argo_core.model.decision import Decision
from argo_core.model.direction import Direction
from argo_core.model.instant import to_instant64, to_text
from argo_core.model.parity import Agreement, Cause, Compared, Difference
from argo_core.model.recorded_day import RecordedDay
from argo_core.model.regime import Regime
from argo_core.model.signal import Signal, VoteRecord
from argo_core.model.vote import Absence

Kind = tuple[str, str, datetime, int]
"""What makes two signals the same one: symbol, action, market time; a second one of the three is another."""
SAME = 1e-9
"""Relative: what two ways of adding the same numbers may differ by."""
Finding = tuple[Cause, str]


@dataclass(frozen=True, slots=True)
class PairedSignals:
    """`pairs` live id → the replay's signal under that id; `strange` are the replay's alone. `causes`: by the id of
    each signal that differs."""

    agreement: Agreement
    differences: tuple[Difference, ...]
    replayed: tuple[Signal, ...]
    causes: dict[str, Cause] = field(default_factory=dict)


def pair_signals(day: RecordedDay, replayed: ReplayedDay, rules: Rules) -> PairedSignals:
    """Signals of both sides by symbol, action and market time. The replay's signals bear the live ids where they are
    the same, so that orders derive the same names."""
    live, again = _by_kind(day.signals), _by_kind(replayed.signals)
    named = {kind: _renamed(signal, live.get(kind)) for kind, signal in again.items()}
    compare = _Compare(day, replayed, rules)
    found = [
        difference
        for kind in sorted(live.keys() | again.keys(), key=lambda one: (one[2], one[0], one[1], one[3]))
        if (difference := compare.difference(kind, live.get(kind), named.get(kind))) is not None
    ]
    compared = len(live.keys() | again.keys())
    return PairedSignals(
        agreement=Agreement(agreed=compared - len(found), compared=compared),
        differences=tuple(found),
        replayed=tuple(named.values()),
        causes={each.signal_id: each.cause for each in found},
    )


def _by_kind(signals: Iterable[Signal]) -> dict[Kind, Signal]:
    found, counts = dict[Kind, Signal](), dict[tuple[str, str, datetime], int]()
    for signal in signals:
        same = (signal.symbol, signal.action, signal.as_of)
        counts[same] = counts.get(same, 0) + 1
        found[*same, counts[same]] = signal
    return found


def _renamed(signal: Signal, live: Signal | None) -> Signal:
    return signal if live is None else msgspec.structs.replace(signal, signal_id=live.signal_id)


class _Compare:
    def __init__(self, day: RecordedDay, replayed: ReplayedDay, rules: Rules) -> None:
        self._replayed, self._weights, self._move = replayed, rules.weights, rules.move
        self._cycles, self._priced = day.cycles, day.priced
        self._decisions = {
            (decision.symbol, cycle.as_of): decision for cycle in day.cycles for decision in cycle.decisions
        }
        self._stored = {signal.signal_id for signal in day.signals}
        self._differed = set[str]()
        self._revisions = Revisions((*day.shown, *day.shown_within), replayed.history)

    def difference(self, kind: Kind, live: Signal | None, again: Signal | None) -> Difference | None:
        """None where both are there and name the same levels and confidence."""
        if live is not None and again is not None and _figures(live) == _figures(again):
            return None
        symbol, action, at, number = kind
        cause, detail = self._cause((symbol, at), live, again) if number == 1 else _doubled(number)
        self._differed.add(symbol)
        shown = live if live is not None else again
        return Difference(
            what=Compared.SIGNAL,
            symbol=symbol,
            action=action,
            at=at,
            signal_id="" if shown is None else shown.signal_id,
            cause=cause,
            detail=detail,
            live=None if live is None else _text(live),
            replayed=None if again is None else _text(again),
        )

    def _cause(self, place: Place, live: Signal | None, again: Signal | None) -> Finding:
        """The first stored fact, in the order in which a decision comes about, that the two sides do not share."""
        decision, number = self._decisions.get(place), self._replayed.places.get(place)
        if self._replayed.looks.missed(*place):
            return Cause.NOT_RUNNING, f"no cycle ran around {to_text(place[1])}"
        if decision is None:
            return self._skipped(place)
        if live is None and decision.signal_id is not None and decision.signal_id not in self._stored:
            return Cause.NOT_RECORDED, f"the decision published {decision.signal_id}, which is not stored"
        result = self._replayed.result
        if number is None or result is None:
            return Cause.NOT_RECORDED, "no kept bars let the replay evaluate the symbol"
        arrays = result.decisions
        return (
            self._settings(decision, arrays, number)
            or self._votes(decision, arrays, number, place)
            or self._regime(decision, arrays, number, place)
            or self._book(decision, arrays, number, place[0])
            or self._history(decision, number, place)
            or (Cause.UNEXPLAINED, "the same votes, rules and open signals, and another decision")
        )

    def _skipped(self, place: Place) -> Finding:
        """Evaluated by the replay alone: a skipped symbol is one whose price had hardly moved, as live knew it."""
        cycle = self._replayed.looks.cycle_at(*place)
        if cycle.skipped + len(cycle.decisions) < cycle.symbols:
            return Cause.NOT_RECORDED, "the live cycle of that moment counts a decision that is not stored"
        last = self._last_price(place)
        newest = bar_ends(self._replayed.history, place)
        told = f"live skipped it as unmoved since {last:g}" if last is not None else "live skipped it"
        if last is None or not newest:
            return Cause.UNEXPLAINED, told
        closes = [price for _, price in newest]
        unmoved = [abs(price - last) < self._move * last for price in closes]
        detail = f"{told}, the bar of {to_text(newest[-1][0])} closed at {closes[-1]:g}"
        late = len(closes) > 1 and unmoved[0] and not unmoved[-1]
        return (Cause.LATE_DATA if late else Cause.DATA_REVISED), detail

    def _last_price(self, place: Place) -> float | None:
        """That of the last live evaluation before."""
        symbol, at = place
        told = [
            decision.price
            for cycle in self._cycles
            for decision in cycle.decisions
            if cycle.as_of < at and decision.symbol == symbol and decision.price is not None
        ]
        return told[-1] if told else self._priced.get(symbol)

    def _settings(self, decision: Decision, arrays: DecisionArrays, number: int) -> Finding | None:
        same_regime = decision.regime == Regime(int(arrays.regime[number])).name
        threshold = float(arrays.threshold[number])
        if same_regime and not _same(decision.threshold, threshold):
            return Cause.SETTINGS_CHANGED, f"threshold {decision.threshold:g} live, {threshold:g} now"
        for vote in decision.votes:
            weight = self._weights.get(vote.source)
            if weight is None or not _same(vote.weight, weight):
                now = "none" if weight is None else f"{weight:g}"
                return Cause.SETTINGS_CHANGED, f"weight of {vote.source} {vote.weight:g} live, {now} now"
        return None

    def _votes(self, decision: Decision, arrays: DecisionArrays, number: int, place: Place) -> Finding | None:
        result = self._replayed.result
        sources = () if result is None else result.sources
        spoken = {vote.source: vote for vote in decision.votes}
        why = {absence.source: absence.reason for absence in decision.absences}
        for row, source in enumerate(sources):
            votes_now = arrays.vote_absence[row, number] == Absence.NONE
            vote = spoken.get(source)
            if votes_now and vote is None:
                return (
                    Cause.VOTE_ABSENT,
                    f"{source} did not vote live: {why.get(source, 'it was not among the sources')}",
                )
            if vote is not None and not votes_now:
                label = Absence(int(arrays.vote_absence[row, number])).label
                return Cause.NOT_RECORDED, f"{source} voted live, and what it voted with is not kept: {label}"
            if vote is not None:
                side = Direction(int(arrays.vote_direction[row, number])).name
                confidence = float(arrays.vote_confidence[row, number])
                if (vote.direction, vote.confidence) != (side, confidence):
                    return self._data(vote, side, confidence, place)
        return None

    def _data(self, vote: VoteRecord, side: str, confidence: float, place: Place) -> Finding:
        ends = bar_ends(self._replayed.history, place)
        newest = ends[-1][0] if ends else None
        told = f"{vote.source} {vote.direction} {vote.confidence:g} live, {side} {confidence:g} on the kept bars"
        if newest is not None and vote.price is not None and vote.observed_at < newest:
            return Cause.LATE_DATA, f"{told}: live it saw {to_text(vote.observed_at)}, {to_text(newest)} was due"
        return self._revised(told, place)

    def _revised(self, told: str, place: Place) -> Finding:
        """By the newest bar, unless an older one is known to be another."""
        bar, ends = self._revisions.before(*place), bar_ends(self._replayed.history, place)
        if bar is None or (ends and bar.end >= to_instant64(ends[-1][0])):
            return Cause.DATA_REVISED, told if bar is None else f"{told}; {bar.words}"
        return Cause.HISTORY_REVISED, f"{told}; {bar.words}"

    def _regime(self, decision: Decision, arrays: DecisionArrays, number: int, place: Place) -> Finding | None:
        regime = Regime(int(arrays.regime[number])).name
        if decision.regime == regime:
            return None
        return self._revised(f"regime {decision.regime} live, {regime} on the kept bars", place)

    def _history(self, decision: Decision, number: int, place: Place) -> Finding | None:
        """What indicators, or targets and stops of open signals, were made from."""
        bar = self._revisions.before(*place)
        if bar is not None:
            return Cause.HISTORY_REVISED, bar.words
        live, now = decision.volatility, float(self._replayed.volatility[number])
        if live is None or now != now or abs(live - now) <= SAME * abs(live):
            return None
        return Cause.HISTORY_REVISED, f"volatility {live:g} live, {now:g} on the kept bars: an older bar was another"

    def _book(self, decision: Decision, arrays: DecisionArrays, number: int, symbol: str) -> Finding | None:
        price = float(arrays.price[number])
        if decision.price is not None and not _same(decision.price, price):
            return Cause.DATA_REVISED, f"price {decision.price:g} live, {price:g} on the kept bars"
        status = STATUSES[int(arrays.status[number])]
        veto = Veto(int(arrays.veto[number])).code
        if decision.status != status and symbol in self._differed:
            told = f"{decision.status} live, {status} ({veto}) in the replay"
            return Cause.CARRIED_OVER, f"{told}: other signals of {symbol} were open after an earlier difference"
        return None


def _doubled(number: int) -> Finding:
    return Cause.RECORDS_DISAGREE, f"signal number {number} of one symbol, side and market time: a cycle publishes one"


def _figures(signal: Signal) -> tuple[float | None, ...]:
    return signal.entry_price, signal.target_price, signal.stop_price, signal.confidence


def _text(signal: Signal) -> str:
    target, stop = (("none" if price is None else f"{price:g}") for price in (signal.target_price, signal.stop_price))
    return f"{signal.action} at {signal.entry_price:g}, target {target}, stop {stop}, confidence {signal.confidence:g}"


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * max(abs(one), abs(other), 1.0)
