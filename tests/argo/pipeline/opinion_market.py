"""A small market, and a model that is always long, for the tests of refreshing."""

from __future__ import annotations

import uuid
from datetime import timedelta

from argo_core.model.opinion_answer import OpinionAnswer, Question, Usage
from argo_core.pipeline.refresh_opinions import OpinionRefresher
from argo_core.ports.clock import Clock
from argo_core.ports.opinion_bill import OpinionBill
from argo_core.ports.opinion_log import OpinionLog
from argo_core.ports.opinion_vendor import OpinionVendor
from argo_core.sources.opinion_facts import MarketFacts, SymbolFacts
from argo_core.sources.opinion_schedule import SchedulePolicy
from argo_core.testing.contracts.opinion_log import sample_answer
from argo_core.testing.memory_opinions import MemoryBill
from argo_core.testing.sample_cycles import MOMENT

POLICY = SchedulePolicy(source="sonar", cadence_seconds=120.0, daily_calls=1000, daily_usd=10.0, call_usd=0.05)
VOLATILITY = {"AAPL": 1.0, "NVDA": 3.0, "BTC-USD": 2.0}


def market(seconds: float = 0.0, *, market_open: bool = True) -> MarketFacts:
    """NVDA is the most volatile, then BTC-USD, then AAPL."""
    at = MOMENT + timedelta(seconds=seconds)
    symbols = tuple(
        SymbolFacts(symbol=symbol, price=100.0, as_of=at, volatility=each) for symbol, each in VOLATILITY.items()
    )
    return MarketFacts(as_of=at, market_open=market_open, symbols=symbols)


def answered(question: Question) -> OpinionAnswer:
    """LONG, for a cent, at once."""
    return sample_answer(
        source=question.source,
        symbol=question.symbol,
        price=question.price,
        market_as_of=question.as_of,
        asked_at=question.asked_at,
        answered_at=question.asked_at,
        prompt_hash=question.prompt_hash,
        usage=Usage(cost_usd=0.01),
    )


def refresher_of(
    vendor: OpinionVendor,
    log: OpinionLog,
    clock: Clock,
    *,
    bill: OpinionBill | None = None,
    policy: SchedulePolicy = POLICY,
) -> OpinionRefresher:
    """A refresher whose calls have names of their own, also beside those of an earlier process."""
    return OpinionRefresher(vendor, log, bill or MemoryBill(), policy, clock, lambda: uuid.uuid4().hex)
