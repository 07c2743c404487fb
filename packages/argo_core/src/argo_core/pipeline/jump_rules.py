"""What becomes of a symbol whose price has jumped: the market's own move, a split, or nobody knows yet."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

from argo_core.measures.price_jump import SHARES_SPLIT_FROM, restated_by, told_again
from argo_core.model.bars import Bars
from argo_core.pipeline.market_rules import MarketRules


class Finding(enum.Enum):
    """MARKET: the price moved. SPLIT: the vendor's history says so, and stands for what was known. HELD: nobody votes
    on the symbol until it is known which of the two it was."""

    MARKET = enum.auto()
    SPLIT = enum.auto()
    HELD = enum.auto()


class Judgement(msgspec.Struct, frozen=True):
    """`factor`: how many shares one became, 1 unless the finding is SPLIT."""

    finding: Finding
    factor: float = 1.0


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """A jump of `ratio` (the largest since then), first seen at `since`, in the session of that number. `by_bars`: not
    a price alone. `told`: the vendor's history as read after `since`, None until it is; it was asked for `asked` times,
    and is next at `next_at`, None for at once."""

    since: datetime
    session: int
    ratio: float
    by_bars: bool
    asked: int = 0
    next_at: datetime | None = None
    told: Bars | None = None


def judged(known: Bars, doubt: Doubt, told_session: int, held_seconds: float, rules: MarketRules) -> Judgement:
    """`known`: the bars from before the jump. `told_session`: the newest session that `doubt.told` shows a bar of;
    `held_seconds`: how long the market was open meanwhile.

    A history that was read after the jump and tells what it told before means no split, at once where hardly any share
    is split by that ratio; else from the first bar of the new session on, since the vendor may restate it only then.
    """
    factor = None if doubt.told is None else restated_by(known, doubt.told)
    if factor is not None:
        return Judgement(Finding.SPLIT, factor)
    as_before = doubt.told is not None and told_again(known, doubt.told) is not None
    explained = as_before and (doubt.ratio < SHARES_SPLIT_FROM or told_session >= doubt.session)
    over = held_seconds >= rules.held_seconds
    return Judgement(Finding.MARKET if explained or over else Finding.HELD)
