"""Answers of language models that were read beforehand, so that a replay asks no database in its midst."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from argo_core.errors import StoreError
from argo_core.model.opinion_answer import OpinionAnswer


class KeptAnswers:
    """`OpinionLog` over what is given, in the order in which it was kept. Nothing is added: `keep` raises StoreError.

    Asked with rising times, as a replay does, each answer is looked at once.
    """

    def __init__(self, answers: Iterable[OpinionAnswer]) -> None:
        self._answers = sorted(answers, key=lambda one: one.known_at)
        self._next = 0
        self._asked: datetime | None = None
        self._newest: dict[str, dict[str, OpinionAnswer]] = {}

    async def keep(self, answer: OpinionAnswer) -> None:
        """Raises StoreError."""
        raise StoreError(f"a replay keeps no answers: {answer.source} was asked in the midst of one")

    async def newest(self, source: str, not_after: datetime) -> Mapping[str, OpinionAnswer]:
        """By symbol, of the answers known by then the one with the latest `market_as_of`; of equal ones the last."""
        if self._asked is not None and not_after < self._asked:
            self._next, self._newest = 0, {}
        self._asked = not_after
        while self._next < len(self._answers) and self._answers[self._next].known_at <= not_after:
            answer = self._answers[self._next]
            of_source = self._newest.setdefault(answer.source, {})
            known = of_source.get(answer.symbol)
            if known is None or answer.market_as_of >= known.market_as_of:
                of_source[answer.symbol] = answer
            self._next += 1
        return dict(self._newest.get(source, {}))
