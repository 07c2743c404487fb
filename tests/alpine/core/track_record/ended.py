"""Ended signals by the hundred, made from a seed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import msgspec

from alpine_core.model import ClosedSignal

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
REGIMES = ("BULL", "BEAR", "CHOP", None)

ENDED = ClosedSignal(
    cursor=1,
    signal_id="S-1",
    symbol="AAPL",
    action="BUY",
    strategy="consensus",
    confidence=80.0,
    win_probability=None,
    regime=None,
    entry_price=100.0,
    exit_price=101.0,
    result="target",
    gross_pct=1.0,
    stated_net_pct=None,
    opened_at=START,
    closed_at=START + timedelta(hours=5),
    received_at=START,
    replayed=False,
)


def ended(number: int = 1, net_pct: float = 1.0, *, hours: float = 5, **changed: object) -> ClosedSignal:
    """A signal that ended `hours` after START with this result, costs and all."""
    known = {
        "cursor": number,
        "signal_id": f"S-{number}",
        "gross_pct": net_pct + 0.1,
        "stated_net_pct": net_pct,
        "closed_at": START + timedelta(hours=hours),
    }
    return msgspec.structs.replace(ENDED, **{**known, **changed})


def many(count: int, seed: int = 7) -> tuple[ClosedSignal, ...]:
    """Signals of three symbols over months, some without costs, probability, regime or price; not in order of ends."""
    dice = random.Random(seed)
    found = []
    for number in range(1, count + 1):
        opened = START + timedelta(hours=6 * number)
        gross = None if dice.random() < 0.03 else dice.uniform(-4, 5)
        stated = None if gross is None or dice.random() < 0.3 else gross - dice.uniform(0.05, 0.4)
        found.append(
            ended(
                number,
                gross_pct=gross,
                stated_net_pct=stated,
                symbol=dice.choice(["AAPL", "MSFT", "BTC-USD"]),
                action=dice.choice(["BUY", "SELL"]),
                regime=dice.choice(REGIMES),
                confidence=dice.uniform(70, 100),
                win_probability=None if dice.random() < 0.2 else dice.random(),
                opened_at=opened,
                closed_at=opened + timedelta(hours=dice.uniform(1, 90)),
                result=dice.choice(["target", "stop", "expired"]),
            )
        )
    return tuple(found)
