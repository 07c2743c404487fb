"""A prop firm's rules as a value: read from versioned data, kept by guard, backtest and simulation alike."""

from __future__ import annotations

import msgspec

from argo_core.errors import ConfigError
from argo_core.risk.anchor import DayAnchor
from argo_core.risk.reading import AccountReading
from argo_core.risk.watch import advance, begin, resumed
from argo_core.risk.watch_rules import DailyLoss, FlattenCost, MaxLoss, WatchRules
from argo_core.risk.watch_state import WatchState
from argo_core.risk.watched import Watched


class ReportedRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule of the firm that nothing here enforces: it is shown, and a person keeps it. `text` is in our words."""

    name: str
    text: str
    value: float | None = None


class PropFirmRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule pack. `source` says where the rules were read and `source_date` (YYYY-MM-DD) when; `label` is what a page
    shows. Enforced: losses, and every limit that is not None; `reported` are the others.

    `max_position_pct` of equity, `max_stop_pct` of the entry price, `min_confidence` 0–100. `only_symbols` None allows
    all but `restricted_symbols`. `initial` is the capital that the account began with, quote currency.
    """

    name: str
    version: int
    label: str
    source: str
    source_date: str
    anchor: DayAnchor
    daily_loss: DailyLoss | None = None
    max_loss: MaxLoss | None = None
    min_confidence: float | None = None
    max_position_pct: float | None = None
    max_positions: int | None = None
    max_correlated: int | None = None
    max_stop_pct: float | None = None
    no_crisis: bool = False
    restricted_symbols: frozenset[str] = frozenset()
    only_symbols: frozenset[str] | None = None
    cost: FlattenCost = FlattenCost()
    reset_lead_seconds: float = 600.0
    reported: tuple[ReportedRule, ...] = ()

    def __post_init__(self) -> None:
        percentages = (self.min_confidence, self.max_position_pct, self.max_stop_pct)
        if not all(pct is None or 0 <= pct <= 100 for pct in percentages):
            raise ConfigError(f"rule pack {self.name}: confidence, position and stop are percentages from 0 to 100")
        counts = (self.max_positions, self.max_correlated)
        if self.version < 1 or not all(count is None or count >= 0 for count in counts):
            raise ConfigError(f"rule pack {self.name}: version from 1, counts of positions from 0")
        self.watch()

    def watch(self, initial: float | None = None) -> WatchRules:
        """What the watch keeps. `initial` capital in quote currency; None takes the first reading's equity.

        Raises ConfigError for a pack without any limit of losses.
        """
        return WatchRules(
            daily_loss=self.daily_loss,
            max_loss=self.max_loss,
            anchor=self.anchor,
            initial=initial,
            flatten=True,
            cost=self.cost,
            reset_lead_seconds=self.reset_lead_seconds,
        )


class PropFirmMonitor(msgspec.Struct, frozen=True):
    """The watch over a prop firm account, by its rules. Pure: the state is the caller's to keep."""

    rules: PropFirmRules
    initial: float | None = None

    def begin(self, reading: AccountReading) -> WatchState:
        """The state of an account that is watched for the first time."""
        return begin(reading, self.rules.watch(self.initial))

    def advance(self, state: WatchState, reading: AccountReading) -> Watched:
        """The next state and what follows from it."""
        return advance(state, reading, self.rules.watch(self.initial))

    def resumed(self, state: WatchState) -> WatchState:
        """The state after an operator's explicit resume."""
        return resumed(state, self.rules.watch(self.initial))
