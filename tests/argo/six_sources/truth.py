"""What a vote may say while its vendor fails: what an honest vendor said before, with its true price and age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from argo_core.model.decision import Decision
from argo_core.model.signal import VoteRecord
from tests.argo.peers.faults import MARKET_VENDORS
from tests.argo.peers.living_market import LivingMarket
from tests.argo.six_sources.rig import SOURCES

Said = tuple[str, str, str, float, datetime]
"""Source, symbol, direction, confidence, and when it was observed."""


@dataclass(frozen=True)
class Before:
    """What was so until `since`, when the fault began: everybody's answers, and by symbol who voted last."""

    since: datetime
    answers: frozenset[Said]
    voting: dict[str, set[str]]

    @classmethod
    def of(cls, decisions: list[Decision], since: datetime) -> Before:
        """`decisions` in order; the newest of each symbol says who votes."""
        answers = {said(decision, vote) for decision in decisions for vote in decision.votes}
        voting = {decision.symbol: {vote.source for vote in decision.votes} for decision in decisions}
        return cls(since, frozenset(answers), voting)


def said(decision: Decision, vote: VoteRecord) -> Said:
    """What of a vote must not be made up."""
    return vote.source, decision.symbol, vote.direction, vote.confidence, vote.observed_at


def is_true(vote: VoteRecord, decision: Decision, before: Before, market: LivingMarket) -> bool:
    """Whether this vote of a failing vendor is one from before: its age told, its price that of its moment. A source
    that reads bars judges them anew in each cycle; one that was answered repeats the answer."""
    if vote.observed_at > before.since:
        return False
    if vote.age_seconds != pytest.approx((decision.as_of - vote.observed_at).total_seconds(), abs=0.01):
        return False
    if SOURCES[vote.source] not in MARKET_VENDORS:
        return said(decision, vote) in before.answers
    real = market.price_at(decision.symbol, vote.observed_at.timestamp())
    return vote.price == pytest.approx(real, rel=1e-6)
