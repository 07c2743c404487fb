"""When an order that the venue refuses over and over is asked for again. Pure.

What is less than the venue takes, or bound by another's order, is refused at every check for as long as it is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile

from argo_core.model.order import Order, OrderState

FREE = 10
"""So many refusals in a row are answered at once."""
FIRST_SECONDS, LONGEST_DOUBLINGS = 5.0, 6


def waits(attempts: Sequence[Order], now: datetime) -> bool:
    """True while another attempt has to wait: 5 s after the tenth refusal in a row, then twice as long each time, at
    most 320 s. `attempts` are the earlier ones, oldest first; `now` is wall clock."""
    refused = sum(1 for _ in takewhile(lambda one: one.state is OrderState.REJECTED, reversed(attempts)))
    if refused < FREE:
        return False
    wait: float = FIRST_SECONDS * 2.0 ** min(refused - FREE, LONGEST_DOUBLINGS)
    return (now - attempts[-1].updated_at).total_seconds() < wait
