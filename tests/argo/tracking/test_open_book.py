"""One open signal per symbol, direction and strategy."""

from __future__ import annotations

import msgspec

from argo_core.model.bars import Bars
from argo_core.model.direction import Direction
from argo_core.model.signal import SealedSignal, Signal
from argo_core.tracking import OpenBook, cancelled_by
from tests.argo.tracking.cases import LONG, SHORT

STRATEGY = "weighted_consensus_v6"


def sealed(signal: Signal) -> SealedSignal:
    return SealedSignal(signal=signal, scheme="jcs-1", verification_hash="0" * 64)


def test_an_equal_signal_is_found_and_others_are_not() -> None:
    book = OpenBook.of([LONG])
    assert book.equal_to("AAPL", Direction.LONG, STRATEGY) is LONG
    assert book.equal_to("AAPL", Direction.SHORT, STRATEGY) is None
    assert book.equal_to("MSFT", Direction.LONG, STRATEGY) is None
    assert book.equal_to("AAPL", Direction.LONG, "another") is None


def test_the_opposite_signal_is_the_one_a_flip_closes() -> None:
    assert OpenBook.of([LONG]).opposed_to("AAPL", Direction.SHORT, STRATEGY) == (LONG,)


def test_an_outcome_opens_the_way_again() -> None:
    book = OpenBook.of([LONG]).after([cancelled_by(LONG, SHORT, Bars.empty("AAPL"))], [sealed(SHORT)])
    assert book.equal_to("AAPL", Direction.LONG, STRATEGY) is None
    assert book.equal_to("AAPL", Direction.SHORT, STRATEGY) is SHORT


def test_published_signals_join_the_book_in_order() -> None:
    other = msgspec.structs.replace(LONG, signal_id="SIG-2", symbol="MSFT")
    assert [s.signal_id for s in OpenBook().after([], [sealed(LONG), sealed(other)]).signals] == ["SIG-L", "SIG-2"]
