"""What an executor was shown of the market, cycle by cycle: the bars of symbols with a signal, as the generator sends
them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from argo_core.backtest.history import History
from argo_core.backtest.parity_strategy import ReplayedDay
from argo_core.model.bars import Bar
from argo_core.model.instant import to_instant64
from argo_core.model.recorded_day import RecordedDay
from argo_core.pipeline.marks import MarkBook
from argo_core.pipeline.receive_marks import received_marks


def marks_of_day(day: RecordedDay, replayed: ReplayedDay) -> Iterator[tuple[Bar, ...]]:
    """For each moment of the replay the bars that leave with it, oldest first, by the live sender's own book."""
    history, origin = replayed.history, day.cycles[-1].data_source
    shown = _shown(day, replayed)
    book = MarkBook({bar.symbol: to_instant64(bar.start) for bar in day.shown})
    for moment in range(len(history.instants)):
        wanted = {symbol for symbol, spans in shown.items() if any(first <= moment <= last for first, last in spans)}
        body, book = book.advance(history.view(moment), wanted, origin) if wanted else (None, book)
        yield () if body is None else received_marks(body)


def _shown(day: RecordedDay, replayed: ReplayedDay) -> dict[str, list[tuple[int, int]]]:
    """By symbol the moments, first to last, in which a signal on it was open or made or ended."""
    result, last = replayed.result, len(replayed.history.instants) - 1
    began = {signal.signal_id: (signal.symbol, 0) for signal in day.open_before}
    ended = dict[str, int]()
    if result is not None:
        for sealed, moment in zip(result.signals, result.signal_moment.tolist(), strict=True):
            began[sealed.signal.signal_id] = (sealed.signal.symbol, moment)
        for outcome, moment in zip(result.outcomes, result.outcome_moment.tolist(), strict=True):
            ended[outcome.signal_id] = moment
    spans: dict[str, list[tuple[int, int]]] = {}
    for signal_id, (symbol, first) in began.items():
        spans.setdefault(symbol, []).append((first, ended.get(signal_id, last)))
    return spans


def wall_clock(day: RecordedDay, history: History) -> list[datetime]:
    """When each moment was, by the wall clock: when its cycle decided; market time where none ran."""
    decided = {to_instant64(cycle.as_of): cycle.decided_at for cycle in day.cycles}
    return [decided.get(each, each.item().replace(tzinfo=UTC)) for each in history.instants]
