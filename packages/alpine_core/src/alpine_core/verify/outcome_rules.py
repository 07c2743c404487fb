"""What an outcome's word and percentages must be, by what the log says of it and by its signal."""

from __future__ import annotations

import math

from alpine_core.errors import NotProven
from alpine_core.model.signal import OutcomeRecord

OUTCOME_MISMATCH = "outcome_mismatch"
_WORDS = {"target": "win", "stop": "loss"}
# Providers round to six decimals; what is left is how two machines may round.
_RELATIVE, _ABSOLUTE = 1e-6, 2e-6


def require_word(outcome: OutcomeRecord) -> None:
    """Raise NotProven `outcome_mismatch` unless the word is that of the result, and costs are not below nothing.

    `target` is a win, `stop` a loss, whatever else is `expired`; `net_pct` is at most `profit_loss_pct`.
    """
    word = _WORDS.get(outcome.result, "expired")
    if outcome.outcome != word:
        raise NotProven(OUTCOME_MISMATCH, f"an outcome of the result {outcome.result} is {word!r}: send that word")
    gross, net = outcome.profit_loss_pct, outcome.net_pct
    if net is not None and (gross is None or net > gross + _ABSOLUTE):
        raise NotProven(OUTCOME_MISMATCH, "net_pct is more than profit_loss_pct: costs only take away")


def is_reckoned(outcome: OutcomeRecord, action: str, entry_price: float) -> bool:
    """Whether `profit_loss_pct` is what the exit price makes of the signal's `entry_price` (positive) and `action`.

    Both are None together. `exit_at` is not looked at: a replay tells market time there, as the provider reports it.
    """
    exit_price, gross = outcome.exit_price, outcome.profit_loss_pct
    if exit_price is None or gross is None:
        return exit_price is None and gross is None
    side = 1.0 if action == "BUY" else -1.0
    reckoned = 100.0 * side * (exit_price / entry_price - 1.0)
    return math.isclose(gross, reckoned, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)
