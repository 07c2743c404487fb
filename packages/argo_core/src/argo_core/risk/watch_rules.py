"""What an account must not lose, and what getting out would cost: the rules that the watch keeps."""

from __future__ import annotations

import enum

import msgspec

from argo_core.errors import ConfigError
from argo_core.risk.anchor import DayAnchor


class Trailing(enum.StrEnum):
    """What the floor of the largest loss follows: nothing, the highest day's end, or the highest equity of all."""

    NONE = "none"
    END_OF_DAY = "end_of_day"
    INTRADAY = "intraday"


class PctOf(enum.StrEnum):
    """A percentage is of the capital that the account began with, or of the level from which the loss is measured."""

    INITIAL = "initial"
    LEVEL = "level"


class Measure(enum.StrEnum):
    """BALANCE leaves open positions at their cost, EQUITY marks them; HIGHER is the larger of the two."""

    BALANCE = "balance"
    EQUITY = "equity"
    HIGHER = "higher"


class DailyLoss(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The floor of a day: what `below` measured at the day's anchor, less `pct` (0–100) of `of`."""

    pct: float
    of: PctOf = PctOf.LEVEL
    below: Measure = Measure.EQUITY

    def __post_init__(self) -> None:
        _require_pct("daily loss", self.pct)


class MaxLoss(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The floor of all days: the level less `pct` (0–100) of `of`. Static, the level is the initial capital; trailing,
    the highest day's end (of `measure`) or the highest equity; a trailing floor never falls.

    `lock_level_pct`: the floor rises no higher than this percentage of the initial capital; None, without end.
    """

    pct: float
    of: PctOf = PctOf.INITIAL
    trailing: Trailing = Trailing.NONE
    measure: Measure = Measure.BALANCE
    lock_level_pct: float | None = None

    def __post_init__(self) -> None:
        _require_pct("largest loss", self.pct)
        if self.lock_level_pct is not None and not 0 < self.lock_level_pct <= 200:
            raise ConfigError("lock level: a percentage of the initial capital above 0 and at most 200")


class FlattenCost(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Getting out at the market, in percent of what is held: half of `spread_pct`, `slippage_pct`, `fee_pct`, and the
    move against us until the next check: `adverse_sigmas` standard deviations over `check_seconds` of market time, at
    least `adverse_pct`."""

    spread_pct: float = 0.05
    slippage_pct: float = 0.05
    fee_pct: float = 0.1
    adverse_pct: float = 0.05
    adverse_sigmas: float = 3.0
    check_seconds: float = 5.0

    def __post_init__(self) -> None:
        parts = (self.spread_pct, self.slippage_pct, self.fee_pct, self.adverse_pct)
        if not all(0 <= part <= 50 for part in parts):
            raise ConfigError("flatten cost: percentages from 0 to 50")
        if not (0 <= self.adverse_sigmas <= 20 and 0 < self.check_seconds <= 604_800):
            raise ConfigError("flatten cost: adverse_sigmas from 0 to 20, check_seconds above 0 and at most a week")

    @property
    def exit_pct(self) -> float:
        """The cost of an exit, without a further move."""
        return self.spread_pct / 2.0 + self.slippage_pct + self.fee_pct


class WatchRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to watch. `flatten`: a floor is never reached, the account gets out before it (prop firm); without, the
    limit stops new risk once it is crossed (own rules). Percentages of a limit used: 0–100.

    `own_daily_loss` and `own_max_loss` are an operator's limits beside a firm's: of two the higher floor counts.
    `initial`: capital that the account began with, quote currency; None takes the first reading's equity.
    `reset_lead_seconds`: so long before the next anchor, the floors that it will set count already.
    `rebase_on_resume`: an operator's resume measures drawdown anew from then on; a firm's floor stays.
    """

    daily_loss: DailyLoss | None
    max_loss: MaxLoss | None
    anchor: DayAnchor = DayAnchor()
    initial: float | None = None
    flatten: bool = False
    rebase_on_resume: bool = False
    cost: FlattenCost = FlattenCost()
    warning_pct: float = 70.0
    critical_pct: float = 90.0
    reset_lead_seconds: float = 600.0
    correlation_limit: float = 0.7
    own_daily_loss: DailyLoss | None = None
    own_max_loss: MaxLoss | None = None

    def __post_init__(self) -> None:
        if self.daily_loss is None and self.max_loss is None:
            raise ConfigError("watch: without a daily loss and a largest loss nothing is watched: set at least one")
        if self.own_max_loss is not None and self.own_max_loss.trailing is Trailing.END_OF_DAY:
            raise ConfigError(
                "watch: only a firm's largest loss follows the day's end: let your own be none or intraday"
            )
        if not 0 < self.warning_pct < self.critical_pct <= 100:
            raise ConfigError("watch: 0 < warning_pct < critical_pct <= 100")
        if self.initial is not None and not 0 < self.initial < 1e15:
            raise ConfigError("watch: the initial capital is an amount above 0")
        if not (0 <= self.reset_lead_seconds <= 86_400 and 0 < self.correlation_limit <= 1):
            raise ConfigError("watch: reset_lead_seconds from 0 to 86400, correlation_limit above 0 and at most 1")


def _require_pct(name: str, pct: float) -> None:
    if not 0 < pct < 100:
        raise ConfigError(f"{name}: {pct} is not a percentage above 0 and below 100")
