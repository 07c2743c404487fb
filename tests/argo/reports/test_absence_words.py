"""Every reason for which a source is absent is explained, on the page and in the reference."""

from __future__ import annotations

from pathlib import Path

import pytest

from argo_core.model.vote import Absence
from argo_core.reports.absence_words import ABSENCE_WORDS, NOT_TAKEN

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "absences.md"
REASONS = [absence.label for absence in Absence if absence is not Absence.NONE]


def test_each_reason_has_a_sentence_and_no_sentence_is_left_over() -> None:
    assert sorted(ABSENCE_WORDS) == sorted(REASONS)
    assert set(NOT_TAKEN) < set(REASONS)


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_stands_in_the_reference(reason: str) -> None:
    assert f"| {reason} | {ABSENCE_WORDS[reason]} |" in REFERENCE.read_text(encoding="utf-8")
