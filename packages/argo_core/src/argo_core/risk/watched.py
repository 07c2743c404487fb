"""What the watch says of an account at one moment."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.model.halt import HaltCode
from argo_core.risk.flatten_cost import correlation_meter, flatten_cost
from argo_core.risk.floors import Floor, floors_after_reset, highest
from argo_core.risk.meter import CORRELATION, DAILY_LOSS, DRAWDOWN, Meter
from argo_core.risk.reading import AccountReading
from argo_core.risk.watch_rules import WatchRules
from argo_core.risk.watch_state import WatchLevel, WatchState

__all__ = ["CORRELATION", "DAILY_LOSS", "DRAWDOWN", "Demand", "Floor", "Meter", "WatchEvent", "Watched"]


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

    `losses` are the meters of the rules, `meters` all. `nearest` is the highest floor now. `size_factor` scales new
    risk: 1, at CRITICAL 0.5, at BREACH 0. `demand` stands as long as what caused it; asking twice is asking once.

    What moves no level of every account is worked out when it is asked for: the correlation of what is held, the cost
    of getting out and the floors of the coming anchor would be most of the cost of a check.
    """

    state: WatchState
    rules: WatchRules
    level: WatchLevel
    floors: tuple[Floor, ...]
    nearest: Floor
    losses: tuple[Meter, ...]
    reading: AccountReading
    events: tuple[WatchEvent, ...]
    size_factor: float
    demand: Demand | None

    @property
    def meters(self) -> tuple[Meter, ...]:
        """Those of the rules, and the correlation of what is held."""
        return (*self.losses, self._correlation())

    def meter(self, name: str) -> Meter | None:
        """The meter of that name."""
        if name == CORRELATION:
            return self._correlation()
        return next((meter for meter in self.losses if meter.name == name), None)

    @property
    def nearest_after_reset(self) -> Floor:
        """The highest floor that the coming anchor will set if nothing changes."""
        return highest(floors_after_reset(self.state, self.rules))

    @property
    def flatten_cost(self) -> float:
        """What closing everything now would cost, the move until the next check included; ≥ 0."""
        return flatten_cost(self.reading, self.rules.cost)

    @property
    def equity_after_flatten(self) -> float:
        """Equity less that cost."""
        return self.state.equity - self.flatten_cost

    def _correlation(self) -> Meter:
        return correlation_meter(self.reading, self.rules.correlation_limit)

    @property
    def headroom(self) -> float:
        """Equity above the highest floor, now or after the coming anchor; negative below it."""
        return self.state.equity - max(self.nearest.equity, self.nearest_after_reset.equity)
