"""An answer about some of the symbols that were asked for, and why there is none about the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

from argo_core.errors import SourceError

T = TypeVar("T")


class PartialAnswer(dict[str, T]):
    """By symbol, what was answered. `unanswered`: by symbol, how the question about it failed. `waiting`: symbols whose
    question is still under way; who asks again may find its answer. A symbol that the vendor answered nothing about is
    in none of them."""

    def __init__(
        self, answered: Mapping[str, T], unanswered: Mapping[str, SourceError], waiting: Collection[str] = ()
    ) -> None:
        super().__init__(answered)
        self.unanswered: Mapping[str, SourceError] = dict(unanswered)
        self.waiting = frozenset(waiting)


def unanswered(answer: Mapping[str, T]) -> Mapping[str, SourceError]:
    """Of an answer that is whole, nothing."""
    return answer.unanswered if isinstance(answer, PartialAnswer) else {}


def waiting(answer: Mapping[str, T]) -> frozenset[str]:
    """Of an answer that is whole, nobody."""
    return answer.waiting if isinstance(answer, PartialAnswer) else frozenset()
