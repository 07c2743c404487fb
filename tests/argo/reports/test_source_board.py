"""Each source's last word on each symbol: a vote with its age, or the reason why there is none."""

from __future__ import annotations

import msgspec

from argo_core.model.decision import AbsenceRecord
from argo_core.reports.source_board import SourceWord, source_board
from argo_core.testing.sample_cycles import sample_decision


def test_votes_absences_and_saved_calls_are_told_apart() -> None:
    absences = (
        AbsenceRecord(source="massive", reason="race lost", expected=True),
        AbsenceRecord(source="sonar", reason="call saved", expected=False),
    )
    decision = msgspec.structs.replace(sample_decision("d"), absences=absences, saved_calls=("sonar",))
    board = source_board([decision])
    assert board["replay_price"] == (
        SourceWord(
            symbol="AAPL", kind="vote", decided_at=decision.as_of, direction="LONG", confidence=81.25, age_seconds=1.5
        ),
    )
    assert board["massive"] == (
        SourceWord(symbol="AAPL", kind="absent", decided_at=decision.as_of, reason="race lost", expected=True),
    )
    assert board["sonar"] == (SourceWord(symbol="AAPL", kind="saved", decided_at=decision.as_of, reason="call saved"),)


def test_without_a_decision_nobody_said_anything() -> None:
    assert source_board([]) == {}
