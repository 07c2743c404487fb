"""What the watch says of an account at one moment."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.model.halt import HaltCode
from argo_core.risk.watch_rules import WatchRules
from argo_core.risk.watch_state import WatchLevel, WatchState

DAILY_LOSS, DRAWDOWN, CORRELATION = "daily_loss", "drawdown", "correlation"


class Floor(msgspec.Struct, frozen=True, kw_only=True):
    """Equity in quote currency that a rule forbids to reach. `name` is `daily_loss` or `drawdown`."""

    name: str
    equity: float


class Meter(msgspec.Struct, frozen=True, kw_only=True):
    """`used` ≥ 0 and `limit` > 0 in the unit of the rule, `pct` how much of the limit is used: 100 is all of it.

    `daily_loss` and `drawdown` are in percent of the money that the rule's percentage is of. `correlation` is the mean
    correlation of the open positions, weighted by worth, a short's sign turned; it moves no level.
    """

    name: str
    used: float
    limit: float
    pct: float


class WatchEvent(msgspec.Struct, frozen=True, kw_only=True):
    """`kind`: `day` (a new anchor; measured: its equity), `level` (the level rose or fell; measured and limit are those
    of the fullest meter) or `breach` (equity after flattening, and the floor). `code` names the meter or floor."""

    kind: str
    code: str
    level: WatchLevel
    measured: float
    limit: float | None = None


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """What must stand: a halt with this code, until that anchor (market time) or, with None, until an operator resumes.

    `flatten`: cancel every order and close every position as well.
    """

    code: HaltCode
    reason: str
    until: datetime | None
    flatten: bool


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """The state to keep, and what follows from it. Money in quote currency.

    `nearest` is the highest floor now, `nearest_after_reset` the highest that the coming anchor will set if nothing
    changes; `equity_after_flatten` is equity less `flatten_cost`. `size_factor` scales new risk: 1, at CRITICAL 0.5, at
    BREACH 0. `demand` stands as long as what caused it; asking twice is asking once.
    """

    state: WatchState
    rules: WatchRules
    level: WatchLevel
    floors: tuple[Floor, ...]
    nearest: Floor
    nearest_after_reset: Floor
    flatten_cost: float
    equity_after_flatten: float
    meters: tuple[Meter, ...]
    events: tuple[WatchEvent, ...]
    size_factor: float
    demand: Demand | None

    def meter(self, name: str) -> Meter | None:
        """The meter of that name."""
        return next((meter for meter in self.meters if meter.name == name), None)

    @property
    def headroom(self) -> float:
        """Equity above the highest floor, now or after the coming anchor; negative below it."""
        return self.state.equity - max(self.nearest.equity, self.nearest_after_reset.equity)
