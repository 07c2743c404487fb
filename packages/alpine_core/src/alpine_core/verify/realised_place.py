"""What a finished trade must be beside the signal that is stored under the name it gives."""

from __future__ import annotations

from typing import NamedTuple

from alpine_core.model.realised import RealisedTrade
from alpine_core.model.seal import OutcomeSeal
from alpine_core.verify.realised import REALISED_MISMATCH

REFUSALS = {
    "unknown_signal": "no signal of this name is stored: send the signal first",
    "unlogged_realised": "the signal is in the log and this trade is not: send its entry and proof",
    "bad_entry": "the log's entry is about the trade of another signal",
    REALISED_MISMATCH: "symbol or action are not the signal's",
}


class SignalPlace(NamedTuple):
    """Of the stored signal; `origin` and `leaf_index` are None where it is in no log."""

    symbol: str
    action: str
    origin: str | None
    leaf_index: int | None


def realised_refusal(trade: RealisedTrade, signal: SignalPlace | None, seal: OutcomeSeal | None) -> str | None:
    """The code that refuses the trade, a name in REFUSALS; None if nothing does. `seal` was proven before."""
    if signal is None:
        return "unknown_signal"
    if (trade.symbol, trade.action) != (signal.symbol, signal.action):
        return REALISED_MISMATCH
    if signal.origin is None:
        return None
    if seal is None:
        return "unlogged_realised"
    return None if (seal.origin, seal.of) == (signal.origin, signal.leaf_index) else "bad_entry"
