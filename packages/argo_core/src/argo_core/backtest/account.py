"""The account of a profit backtest: by whose rules it trades, on what terms, and with how much money."""

from __future__ import annotations

from dataclasses import dataclass, field

from argo_core.errors import ConfigError
from argo_core.execution.costs import CostPolicy
from argo_core.execution.exchange_policy import ExchangePolicy
from argo_core.pipeline.execute import ExecutionPolicy
from argo_core.pipeline.executor_rules import ExecutorRules
from argo_core.risk import PropFirmLimits, PropFirmRules, RegularLimits, RiskPolicy, SizePolicy, Standing

NAME = "backtest"


@dataclass(frozen=True, slots=True)
class Account:
    """`policy` and `rules` are those of a live executor; `costs` and `exchange` those of the simulated exchange. Money
    in quote currency: `cash` > 0 is what it begins with. `label` says under whose rules it stands. Raises ConfigError.
    """

    policy: ExecutionPolicy
    rules: ExecutorRules
    costs: CostPolicy = field(default_factory=CostPolicy)
    exchange: ExchangePolicy = field(default_factory=ExchangePolicy)
    cash: float = 100_000.0
    label: str = "its own rules"

    def __post_init__(self) -> None:
        if not 0 < self.cash < 1e15:
            raise ConfigError("an account begins with an amount above 0")

    @property
    def fills(self) -> str:
        """At which price market orders are filled, in words."""
        return "the open of the next bar" if self.exchange.next_open else "the close that was decided on"

    @classmethod
    def regular(
        cls,
        cash: float = 100_000.0,
        limits: RegularLimits | None = None,
        size: SizePolicy | None = None,
        costs: CostPolicy = CostPolicy(),
    ) -> Account:
        """A regular account under the seven layers."""
        return cls._of(RiskPolicy.regular(limits, size), cash, costs, "its own rules")

    @classmethod
    def prop_firm(
        cls,
        rules: PropFirmRules,
        cash: float = 100_000.0,
        limits: PropFirmLimits | None = None,
        size: SizePolicy | None = None,
        costs: CostPolicy = CostPolicy(),
    ) -> Account:
        """A prop firm account under a rule pack."""
        return cls._of(RiskPolicy.prop_firm(rules, limits, size, cash), cash, costs, rules.label)

    @classmethod
    def _of(cls, risk: RiskPolicy, cash: float, costs: CostPolicy, label: str) -> Account:
        policy = ExecutionPolicy(NAME, risk.layers, risk.size, Standing(auto_execute=True))
        return cls(policy, ExecutorRules(watch=risk.watch), costs, cash=cash, label=label)
