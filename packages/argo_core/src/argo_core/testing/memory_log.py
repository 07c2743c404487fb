"""A signal log in memory: every promise of the log, the readers and the outbox but durability."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from argo_core.errors import DataError, StoreError
from argo_core.model.cycle import AppendReceipt, CycleRecord, CycleSummary, MessageKind, OutboxMessage
from argo_core.model.decision import Decision
from argo_core.model.outcome import Outcome
from argo_core.model.query import DecisionQuery, Page, SignalQuery, SignalStatistics
from argo_core.model.restored import Restored
from argo_core.model.signal import LoggedSignal
from argo_core.pipeline.receive_marks import received_marks
from argo_core.ports.outbox import Backlog, PendingMessage
from argo_core.testing.memory_ledger import MemoryLedger

_LARGEST_PAGE = 500


class MemoryLog:
    """`ports.SignalLog`, `SignalReader`, `DecisionReader` and `Outbox` over lists. For tests, and for nothing else."""

    def __init__(self, ledger: MemoryLedger | None = None) -> None:
        """With `ledger`, the entries of a cycle are stored there when the cycle is."""
        self._ledger = MemoryLedger() if ledger is None else ledger
        self._ledger.hear(self._queue)
        self._ledger.hear_restored(self._restore)
        self._signals: list[LoggedSignal] = []
        self._decisions: list[tuple[str, Decision]] = []
        self._cycles: list[CycleSummary] = []
        self._outbox: list[OutboxMessage] = []
        self._decided_at: list[datetime] = []
        self._appended_at: list[datetime] = []
        self._delivered: dict[int, datetime] = {}
        self._refused: dict[int, str] = {}

    async def append(self, cycle: CycleRecord) -> AppendReceipt:
        """Store the cycle whole, or not at all. Raises StoreError."""
        _require_finite(cycle)
        self._require_new(cycle)
        self._require_known(cycle)
        self._ledger.take_cycle(cycle)
        created_at = cycle.decided_at.replace(microsecond=0)
        first = len(self._signals) + 1
        self._signals += [
            LoggedSignal(index=index, sealed=sealed, created_at=created_at)
            for index, sealed in enumerate(cycle.signals, first)
        ]
        for outcome in cycle.outcomes:
            self._resolve(outcome)
        self._decisions += [(cycle.cycle_id, decision) for decision in cycle.decisions]
        self._queue(cycle.outbox, created_at)
        self._cycles.append(_summary(cycle))
        self._decided_at.append(cycle.decided_at)
        return AppendReceipt(cycle_id=cycle.cycle_id, indices=tuple(range(first, first + len(cycle.signals))))

    async def open_signals(self) -> tuple[LoggedSignal, ...]:
        """Every signal without an outcome, oldest first."""
        return tuple(logged for logged in self._signals if logged.outcome is None)

    async def marked(self, since: datetime) -> Mapping[str, datetime]:
        """By symbol the start of the newest bar that was sent from `since` on."""
        sent = [
            bar
            for message, at in zip(self._outbox, self._appended_at, strict=True)
            if at >= since.replace(microsecond=0) and message.key.startswith(f"{MessageKind.MARKS}:")
            for bar in received_marks(message.payload)
        ]
        return {bar.symbol: bar.start for bar in sorted(sent, key=lambda bar: bar.start)}

    async def signals(self, query: SignalQuery) -> Page[LoggedSignal]:
        """One page, newest first. Raises DataError `bad_limit`."""
        found = [logged for logged in reversed(self._signals) if _matches(logged, query)]
        items = found[: _require_limit(query.limit)]
        return Page(items=tuple(items), next_before=items[-1].index if len(found) > len(items) else None)

    async def signal(self, signal_id: str) -> LoggedSignal | None:
        """The signal, None if the log has none of that id."""
        return next((logged for logged in self._signals if logged.sealed.signal.signal_id == signal_id), None)

    async def statistics(self, now: datetime) -> SignalStatistics:
        """Counts over the whole log; the last hour is the one before `now`."""
        since = (now - timedelta(hours=1)).replace(microsecond=0)
        signals = [logged.sealed.signal for logged in self._signals]
        wins = [logged.profit_loss_pct or 0.0 for logged in self._signals if logged.outcome == "win"]
        losses = [logged.profit_loss_pct or 0.0 for logged in self._signals if logged.outcome == "loss"]
        statuses = Counter(decision.status for _, decision in self._decisions)
        by_symbol = Counter(signal.symbol for signal in signals)
        return SignalStatistics(
            signals=len(signals),
            open=len(signals) - len(wins) - len(losses),
            wins=len(wins),
            losses=len(losses),
            last_hour=sum(logged.created_at >= since for logged in self._signals),
            decisions=len(self._decisions),
            vetoed=statuses["vetoed"],
            repeats=statuses["repeat"],
            cycles=len(self._cycles),
            symbols=len(by_symbol),
            by_symbol=dict(by_symbol),
            by_action=dict(Counter(signal.action for signal in signals)),
            by_regime=dict(Counter(signal.regime for signal in signals)),
            by_veto=dict(Counter(decision.veto for _, decision in self._decisions if decision.veto is not None)),
            average_win_pct=sum(wins) / len(wins) if wins else None,
            average_loss_pct=sum(losses) / len(losses) if losses else None,
        )

    async def decisions(self, query: DecisionQuery) -> Page[Decision]:
        """One page, newest first. Raises DataError `bad_limit`."""
        limit = _require_limit(query.limit)
        numbered = list(enumerate(self._decisions, 1))
        found = [
            (position, decision)
            for position, (cycle_id, decision) in reversed(numbered)
            if (query.symbol is None or decision.symbol == query.symbol)
            and (query.status is None or decision.status == query.status)
            and (query.veto is None or decision.veto == query.veto)
            and (query.cycle_id is None or cycle_id == query.cycle_id)
            and (query.before is None or position < query.before)
        ]
        items = tuple(decision for _, decision in found[:limit])
        return Page(items=items, next_before=found[limit - 1][0] if len(found) > limit else None)

    async def cycles(self, limit: int) -> tuple[CycleSummary, ...]:
        """The newest cycles, newest first. Raises DataError `bad_limit` unless `limit` is 1–500."""
        return tuple(reversed(self._cycles[-_require_limit(limit) :]))

    async def cycle_minutes(self, start: datetime, end: datetime) -> tuple[tuple[datetime, int], ...]:
        """Cycles by the minute in which they decided."""
        among = (at.replace(second=0, microsecond=0) for at in self._decided_at if start <= at < end)
        return tuple(sorted(Counter(among).items()))

    async def pending(self, topic: str, limit: int) -> tuple[PendingMessage, ...]:
        """The oldest undelivered messages of `topic`, oldest first. Raises DataError `bad_limit`."""
        waiting = [
            PendingMessage(position=position, message=message)
            for position, message in enumerate(self._outbox, 1)
            if message.topic == topic and position not in self._delivered and position not in self._refused
        ]
        return tuple(waiting[: _require_limit(limit)])

    async def mark_delivered(self, positions: Sequence[int], delivered_at: datetime) -> None:
        """Record the deliveries; those recorded before keep their time. Raises StoreError for unknown positions."""
        self._require_positions(positions)
        for position in positions:
            self._delivered.setdefault(position, delivered_at)

    async def mark_refused(self, codes: Mapping[int, str], refused_at: datetime) -> None:
        """Record the refusals; those recorded before stand. Raises StoreError for unknown positions."""
        self._require_positions(codes)
        for position, code in codes.items():
            self._refused.setdefault(position, code)

    async def backlog(self, topic: str) -> Backlog:
        """How much waits in `topic`, since when, and how much was refused."""
        places = [position for position, message in enumerate(self._outbox, 1) if message.topic == topic]
        waiting = [place for place in places if place not in self._delivered and place not in self._refused]
        return Backlog(
            pending=len(waiting),
            refused=sum(place in self._refused for place in places),
            oldest_at=self._appended_at[waiting[0] - 1] if waiting else None,
        )

    def _restore(self, restored: Restored) -> None:
        known = {logged.sealed.signal.signal_id for logged in self._signals}
        closed = {logged.sealed.signal.signal_id for logged in self._signals if logged.outcome}
        if any(one.sealed.signal.signal_id in known for one in restored.signals):
            raise StoreError("a signal is stored already: nothing was added")
        if any(one.outcome.signal_id in closed for one in restored.outcomes):
            raise StoreError("an outcome is stored already: nothing was added")
        self._signals += [
            LoggedSignal(index=index, sealed=one.sealed, created_at=one.logged_at.replace(microsecond=0))
            for index, one in enumerate(restored.signals, len(self._signals) + 1)
        ]
        for one in restored.outcomes:
            self._resolve(one.outcome)

    def _queue(self, messages: Sequence[OutboxMessage], at: datetime) -> None:
        self._outbox += messages
        self._appended_at += [at] * len(messages)

    def _require_positions(self, positions: Iterable[int]) -> None:
        for position in positions:
            if not 1 <= position <= len(self._outbox):
                raise StoreError(f"the outbox has no position {position}: pass positions that `pending` returned")

    def _require_new(self, cycle: CycleRecord) -> None:
        if any(stored.cycle_id == cycle.cycle_id for stored in self._cycles):
            _refuse_known(f"cycle {cycle.cycle_id}", cycle)
        known = {f"signal {logged.sealed.signal.signal_id}" for logged in self._signals}
        known |= {f"decision {decision.decision_id}" for _, decision in self._decisions}
        known |= {f"outcome of {logged.sealed.signal.signal_id}" for logged in self._signals if logged.outcome}
        known |= {f"message {message.topic}/{message.key}" for message in self._outbox}
        for name in _names(cycle):
            if name in known:
                _refuse_known(name, cycle)
            known.add(name)

    def _require_known(self, cycle: CycleRecord) -> None:
        signal_ids = {logged.sealed.signal.signal_id for logged in self._signals}
        signal_ids |= {sealed.signal.signal_id for sealed in cycle.signals}
        named = [outcome.signal_id for outcome in cycle.outcomes]
        named += [decision.signal_id for decision in cycle.decisions if decision.signal_id is not None]
        named += [decision.repeat_of for decision in cycle.decisions if decision.repeat_of is not None]
        for signal_id in named:
            if signal_id not in signal_ids:
                raise StoreError(f"appending cycle {cycle.cycle_id} failed: no signal {signal_id} is stored")

    def _resolve(self, outcome: Outcome) -> None:
        counted_as = outcome.outcome
        if counted_as == "expired":
            counted_as = "win" if outcome.profit_loss_pct > 0 else "loss"
        for place, logged in enumerate(self._signals):
            if logged.sealed.signal.signal_id == outcome.signal_id:
                self._signals[place] = msgspec.structs.replace(
                    logged,
                    outcome=counted_as,
                    result=outcome.result.value,
                    exit_price=outcome.exit_price,
                    profit_loss_pct=outcome.profit_loss_pct,
                    net_pct=outcome.net_pct,
                )


def _names(cycle: CycleRecord) -> list[str]:
    names = [f"signal {sealed.signal.signal_id}" for sealed in cycle.signals]
    names += [f"decision {decision.decision_id}" for decision in cycle.decisions]
    names += [f"outcome of {outcome.signal_id}" for outcome in cycle.outcomes]
    return names + [f"message {message.topic}/{message.key}" for message in cycle.outbox]


def _refuse_known(name: str, cycle: CycleRecord) -> None:
    raise StoreError(f"{name} is stored already: nothing of cycle {cycle.cycle_id} was added")


def _require_finite(cycle: CycleRecord) -> None:
    try:
        json.dumps(msgspec.to_builtins(msgspec.structs.replace(cycle, ledger=None)), allow_nan=False)
    except ValueError as error:
        raise StoreError(f"cycle {cycle.cycle_id} holds a figure that is not finite: nothing was stored") from error


def _require_limit(limit: int) -> int:
    if not 1 <= limit <= _LARGEST_PAGE:
        raise DataError("bad_limit", f"a page of {limit} rows: ask for 1 to {_LARGEST_PAGE}")
    return limit


def _matches(logged: LoggedSignal, query: SignalQuery) -> bool:
    signal = logged.sealed.signal
    return (
        (query.symbol is None or signal.symbol == query.symbol)
        and (query.action is None or signal.action == query.action)
        and (query.regime is None or signal.regime == query.regime)
        and (query.outcome is None or logged.outcome == query.outcome)
        and not (query.open_only and logged.outcome is not None)
        and (query.min_confidence is None or signal.confidence >= query.min_confidence)
        and (query.since is None or logged.created_at >= query.since.replace(microsecond=0))
        and (query.before is None or logged.index < query.before)
    )


def _summary(cycle: CycleRecord) -> CycleSummary:
    statuses = Counter(decision.status for decision in cycle.decisions)
    return CycleSummary(
        cycle_id=cycle.cycle_id,
        started_at=cycle.started_at,
        as_of=cycle.as_of,
        data_source=cycle.data_source,
        symbols=cycle.symbols,
        skipped=cycle.skipped,
        evaluated=len(cycle.decisions),
        published=statuses["published"],
        repeats=statuses["repeat"],
        vetoed=statuses["vetoed"],
        outcomes=len(cycle.outcomes),
        stage_ms=cycle.stage_ms,
    )
