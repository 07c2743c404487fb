"""An answer about some of the symbols that were asked for, and why there is none about the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from argo_core.errors import SourceError

T = TypeVar("T")


class PartialAnswer(dict[str, T]):
    """By symbol, what was answered. `unanswered`: by symbol, how the question about it failed; a symbol that the vendor
    answered nothing about is in neither."""

    def __init__(self, answered: Mapping[str, T], unanswered: Mapping[str, SourceError]) -> None:
        super().__init__(answered)
        self.unanswered: Mapping[str, SourceError] = dict(unanswered)


def unanswered(answer: Mapping[str, T]) -> Mapping[str, SourceError]:
    """Of an answer that is whole, nothing."""
    return answer.unanswered if isinstance(answer, PartialAnswer) else {}
