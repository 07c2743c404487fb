"""What a signal may say, once it is read and its hash holds. Each rule has its name."""

from __future__ import annotations

from datetime import datetime, timedelta

from alpine_core.errors import RuleBroken
from alpine_core.model.signal import HashedFields
from alpine_core.wire.moments import read_moment

CLOCK_SKEW = timedelta(seconds=5)
# Names that no address of a signal could have: browsers take the first two out of a path, the others are lists.
RESERVED_IDS = frozenset({".", "..", "history", "subscribed"})


def require_rules(fields: HashedFields, now: datetime) -> None:
    """Raise RuleBroken: `signal_id_reserved`, `action_unknown`, `price_not_positive`, `confidence_out_of_range`,
    `levels_on_wrong_side`, `timestamp_in_future` (more than 5 s after `now`, aware UTC)."""
    if fields.signal_id in RESERVED_IDS:
        raise RuleBroken("signal_id_reserved", f"signal_id {fields.signal_id} is no address: send another one")
    if fields.action not in {"BUY", "SELL"}:
        raise RuleBroken("action_unknown", "action: send BUY or SELL")
    for name in ("entry_price", "target_price", "stop_price"):
        price = getattr(fields, name)
        if price is not None and price <= 0:
            raise RuleBroken("price_not_positive", f"{name}: send a price above 0")
    if not 0 <= fields.confidence <= 100:
        raise RuleBroken("confidence_out_of_range", "confidence: send 0 to 100")
    _require_sides(fields)
    if read_moment("timestamp", fields.timestamp) > now + CLOCK_SKEW:
        raise RuleBroken("timestamp_in_future", "timestamp lies in the future: set the sender's clock")


def _require_sides(fields: HashedFields) -> None:
    side = 1 if fields.action == "BUY" else -1
    target, stop = fields.target_price, fields.stop_price
    if target is not None and (target - fields.entry_price) * side <= 0:
        raise RuleBroken("levels_on_wrong_side", "target_price: a BUY has it above the entry, a SELL below")
    if stop is not None and (fields.entry_price - stop) * side <= 0:
        raise RuleBroken("levels_on_wrong_side", "stop_price: a BUY has it below the entry, a SELL above")
