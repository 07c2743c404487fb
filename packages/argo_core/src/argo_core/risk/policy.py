"""Everything that one kind of account keeps to: its layers, its sizes, its watch."""

from __future__ import annotations

from dataclasses import dataclass

from argo_core.risk.assess import Assessment, assess
from argo_core.risk.layer import RiskLayer
from argo_core.risk.profiles import PropFirmLimits, RegularLimits, prop_firm_layers, regular_layers
from argo_core.risk.prop_firm_rules import PropFirmRules
from argo_core.risk.proposal import Proposal
from argo_core.risk.sizing import SizePolicy
from argo_core.risk.watch_rules import WatchRules


@dataclass(frozen=True, slots=True)
class RiskPolicy:
    """The one policy of an account, live, in a backtest and in a simulation. Without layers every signal is denied."""

    layers: tuple[RiskLayer, ...]
    size: SizePolicy
    watch: WatchRules

    @classmethod
    def regular(cls, limits: RegularLimits | None = None, size: SizePolicy | None = None) -> RiskPolicy:
        """A regular account: seven layers; sizes of 10 % of equity, at most the limits' position."""
        own = RegularLimits() if limits is None else limits
        fitting = SizePolicy(base_pct=min(10.0, own.max_position_pct), max_pct=own.max_position_pct)
        return cls(regular_layers(own), fitting if size is None else size, own.watch())

    @classmethod
    def prop_firm(
        cls,
        rules: PropFirmRules,
        limits: PropFirmLimits | None = None,
        size: SizePolicy | None = None,
        initial: float | None = None,
    ) -> RiskPolicy:
        """A prop firm account: its own limits within the pack's; sizes of 2 % of equity, at most the limits' position.
        `initial` capital in quote currency; None takes the first reading's equity."""
        own = (PropFirmLimits() if limits is None else limits).within(rules)
        fitting = SizePolicy(base_pct=min(2.0, own.max_position_pct), max_pct=own.max_position_pct)
        return cls(prop_firm_layers(own), fitting if size is None else size, own.watch(rules, initial))

    def assess(self, proposal: Proposal) -> Assessment:
        """Every layer's verdict."""
        return assess(self.layers, proposal)
