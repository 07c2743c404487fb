"""A language model's answer about one symbol, as it is stored and voted with."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec


class Citation(msgspec.Struct, frozen=True, kw_only=True):
    """A page that the vendor says it read, and what the model takes from it."""

    url: str
    claim: str


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What the answer cost: tokens, searches, and money in US dollars, None where the vendor does not say."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    searches: int | None = None
    cost_usd: float | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a model. `text` is the whole prompt; `prompt_hash` its SHA-256, hex.

    `price` in quote currency and `as_of` are the market when it was asked; they come back with the vote. `asked_at` is
    when, by the wall clock, UTC.
    """

    source: str
    symbol: str
    text: str
    prompt_hash: str
    price: float
    as_of: datetime
    asked_at: datetime


class OpinionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer, checked against the schema. `direction` -1, 0 or 1; `confidence` 0–100.

    `asked_at` and `answered_at` are by the wall clock, UTC; `market_as_of` is the time of the question's market.
    `citations` are those which the vendor itself reported as read. `raw` is the vendor's body, keys redacted.
    """

    source: str
    symbol: str
    direction: int
    confidence: float
    rationale: str
    citations: tuple[Citation, ...]
    price: float
    market_as_of: datetime
    asked_at: datetime
    answered_at: datetime
    model: str
    prompt_hash: str
    usage: Usage
    raw: bytes

    @property
    def known_at(self) -> datetime:
        """The market time from which on anybody can know it: as long after the question as the model took. A kept
        answer to the same question is there at once."""
        return self.market_as_of + max(self.answered_at - self.asked_at, timedelta(0))
