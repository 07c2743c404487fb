"""A run of decisions at a glance."""

from __future__ import annotations

import msgspec

from argo_core.model.decision import AbsenceRecord
from argo_core.reports.decisions import MissingSource, missing_sources, newest_per_symbol, still_followed
from argo_core.testing.sample_cycles import sample_decision


def test_the_first_of_each_symbol_is_kept_in_order_of_symbols() -> None:
    decisions = [
        sample_decision(name, symbol=symbol) for name, symbol in (("d3", "TSLA"), ("d2", "AAPL"), ("d1", "TSLA"))
    ]
    assert [decision.decision_id for decision in newest_per_symbol(decisions)] == ["d2", "d3"]


def test_a_symbol_that_is_not_followed_any_more_has_no_newest_word() -> None:
    decisions = [sample_decision(name, symbol=name) for name in ("AAPL", "GONE", "TSLA")]
    assert [one.symbol for one in still_followed(decisions, ("TSLA", "AAPL", "NEW"))] == ["AAPL", "TSLA"]


def test_absences_are_counted_by_source_and_reason() -> None:
    late = AbsenceRecord(source="massive", reason="stale", expected=True)
    late_decision = msgspec.structs.replace(sample_decision("d"), absences=(late,))
    assert missing_sources([sample_decision("a"), late_decision, sample_decision("b")]) == (
        MissingSource(source="massive", reason="stale", expected=True, decisions=1),
        MissingSource(source="sentiment", reason="no recording", expected=False, decisions=2),
    )
