"""A vendor of language-model answers."""

from __future__ import annotations

from typing import Protocol

from argo_core.model.opinion_answer import OpinionAnswer, Question
from argo_core.ports.call_meter import CallMeter


class OpinionVendor(Protocol):
    """Promise: the answer is checked against the schema, and its citations against what the vendor reported as read;
    an answer off the schema is asked for once more without search, then given up. Each request is begun at the meter
    before it is sent: without leave it is not sent. Takes seconds to minutes, never
    longer than its own time-out. Two calls at a time at most. Raises SourceError as a `MarketVendor` does."""

    @property
    def name(self) -> str: ...

    async def ask(self, question: Question, meter: CallMeter) -> OpinionAnswer: ...
