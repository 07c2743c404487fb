"""Resolved signals made by rule, for tests of calibration and skill."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import numpy as np
from numpy.random import PCG64, Generator

from argo_core.model.resolved import ResolvedSignal
from argo_core.model.signal import VoteRecord
from argo_core.testing.sample_cycles import MOMENT, sample_signal, sample_vote


def cast(source: str, group: str, weight: float, direction: str, confidence: float) -> VoteRecord:
    """A fresh vote."""
    return msgspec.structs.replace(
        sample_vote(), source=source, group=group, weight=weight, direction=direction, confidence=confidence
    )


def resolved(
    number: int, confidence: float, won: bool, votes: Sequence[VoteRecord] = (), **changes: object
) -> ResolvedSignal:
    """Signal `number` is decided in hour `number` and resolved half an hour later."""
    at = MOMENT + timedelta(hours=number)
    signal = msgspec.structs.replace(
        sample_signal(f"s{number}", confidence=confidence, at=at).signal, votes=tuple(votes), **changes
    )
    return ResolvedSignal(
        signal=signal, won=won, profit_loss_pct=1.0 if won else -1.0, resolved_at=signal.as_of + timedelta(minutes=30)
    )


def honest(seed: int, count: int) -> list[ResolvedSignal]:
    """Signals of 75 to 95 % that win half as often as they claim to above 50: a confidence that boasts."""
    generator = Generator(PCG64(seed))
    confidence = generator.uniform(75.0, 95.0, count)
    won = generator.random(count) < 0.35 + (confidence - 75.0) / 50.0
    return [resolved(number, float(confidence[number]), bool(won[number])) for number in range(count)]


def judged_by_two(seed: int, count: int) -> list[ResolvedSignal]:
    """A source that knows something speaks for market data, one that tosses coins for technicals."""
    generator = Generator(PCG64(seed))
    found = []
    for number in range(count):
        won = bool(generator.random() < 0.55)
        knows = 90.0 if (generator.random() < 0.8) == won else 62.0
        coin = "LONG" if generator.random() < 0.5 else "SHORT"
        votes = (
            cast("good", "market_data", 0.6, "LONG", knows),
            cast("coin", "technical", 0.4, coin, float(generator.uniform(60, 95))),
        )
        long = 0.6 * knows + (0.4 * votes[1].confidence if coin == "LONG" else 0.0)
        found.append(resolved(number, long, won, votes))
    return found


def brier_of_base_rate(samples: Sequence[ResolvedSignal]) -> float:
    """What always saying the share of wins would score."""
    rate = float(np.mean([each.won for each in samples]))
    return rate * (1 - rate)
