"""What a prop firm's rule pack asks of a challenge: what to reach, in how many steps, and how."""

from __future__ import annotations

import re

import msgspec

from argo_core.errors import ConfigError
from argo_core.risk import PropFirmRules

_STEP = re.compile(r"profit_target(?:_step_(\d+))?")
_SHARES_OF_A_DAY = ("best_day", "consistency")


class PropCourse(msgspec.Struct, frozen=True, kw_only=True):
    """`targets_pct` of the initial capital, one for each step; each step begins with a fresh account. A step also needs
    `minimum_days` with a trade, and no day that brought more than `best_day_pct` of the profit (None: no such rule).

    Raises ConfigError for a course without a step or with figures that no account can reach.
    """

    rules: PropFirmRules
    targets_pct: tuple[float, ...]
    minimum_days: int = 0
    best_day_pct: float | None = None

    def __post_init__(self) -> None:
        if not self.targets_pct or not all(0 < target <= 1000 for target in self.targets_pct):
            raise ConfigError(f"rule pack {self.rules.name}: a profit target is a percentage above 0 and at most 1000")
        if self.minimum_days < 0 or not (self.best_day_pct is None or 0 < self.best_day_pct <= 100):
            raise ConfigError(f"rule pack {self.rules.name}: days from 0, the best day's share above 0 and at most 100")


def prop_course(rules: PropFirmRules, targets_pct: tuple[float, ...] = ()) -> PropCourse:
    """The course that a pack's reported rules describe; `targets_pct` stands in place of its own targets.

    Read are `profit_target`, or `profit_target_step_1`, `_2` …, `minimum_trading_days`, and `best_day` or
    `consistency`. Raises ConfigError where neither the pack nor the caller names a target.
    """
    told = {rule.name: rule.value for rule in rules.reported if rule.value is not None}
    steps = sorted(
        (int(match.group(1) or 1), value)
        for name, value in told.items()
        if (match := _STEP.fullmatch(name)) is not None
    )
    targets = targets_pct or tuple(value for _, value in steps)
    if not targets:
        raise ConfigError(f"rule pack {rules.name} names no profit target: say what to reach, for instance 10 percent")
    return PropCourse(
        rules=rules,
        targets_pct=targets,
        minimum_days=int(told.get("minimum_trading_days", 0)),
        best_day_pct=next((told[name] for name in _SHARES_OF_A_DAY if name in told), None),
    )
