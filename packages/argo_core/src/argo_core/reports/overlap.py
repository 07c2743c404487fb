"""Did two accounts hold the same at the same time? Some firms forbid it, and it doubles a bet in any case. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import combinations

import msgspec

from argo_core.model.direction import Direction
from argo_core.model.position import Position
from argo_core.model.trade import Trade


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A holding of one account: `side` is LONG or SHORT; `since` None: not known since when, `until` None: still."""

    executor_id: str
    symbol: str
    side: str
    since: datetime | None
    until: datetime | None


class Overlap(msgspec.Struct, frozen=True, kw_only=True):
    """Two accounts on the same side of a symbol from `since` to `until`, the venue's time; None as in `Held`."""

    symbol: str
    side: str
    executors: tuple[str, str]
    since: datetime | None
    until: datetime | None


def held_of_trade(trade: Trade) -> Held:
    """A finished trade as a holding."""
    return Held(
        executor_id=trade.executor_id,
        symbol=trade.symbol,
        side=Direction.of_action(trade.action).name,
        since=trade.opened_at,
        until=trade.closed_at,
    )


def held_now(executor_id: str, position: Position) -> Held:
    """An open position as a holding. Raises ValueError for one without a quantity."""
    if position.quantity == 0:
        raise ValueError(f"{position.symbol}: a position without a quantity is none")
    side = Direction.LONG if position.quantity > 0 else Direction.SHORT
    return Held(executor_id=executor_id, symbol=position.symbol, side=side.name, since=None, until=None)


def overlaps(holdings: Iterable[Held]) -> tuple[Overlap, ...]:
    """Every pair of holdings of different accounts, same symbol and side, that were there at one time; those that are
    there now first, then the newest. A holding that ended when the other began is no overlap."""
    found = {
        Overlap(
            symbol=one.symbol,
            side=one.side,
            executors=(min(one.executor_id, other.executor_id), max(one.executor_id, other.executor_id)),
            since=since,
            until=until,
        )
        for one, other in combinations(holdings, 2)
        if one.executor_id != other.executor_id and (one.symbol, one.side) == (other.symbol, other.side)
        for since, until in _common(one, other)
    }
    return tuple(sorted(found, key=_place))


def _common(one: Held, other: Held) -> Iterable[tuple[datetime | None, datetime | None]]:
    begins = [each.since for each in (one, other) if each.since is not None]
    ends = [each.until for each in (one, other) if each.until is not None]
    since = max(begins) if begins else None
    until = min(ends) if ends else None
    # What is open now began at an unknown time: it meets a trade that is over only where that can be shown.
    unknown = any(each.since is None for each in (one, other)) and until is not None
    if not unknown and (since is None or until is None or since < until):
        yield (since if len(begins) == 2 else None), until


def _place(overlap: Overlap) -> tuple[bool, float, str, tuple[str, str]]:
    ended = overlap.until is not None
    at = -overlap.until.timestamp() if overlap.until is not None else 0.0
    return ended, at, overlap.symbol, overlap.executors
