"""Floor 3: what a signal may risk: protective levels, sizing, and the layers that stand before an order."""

from argo_core.risk.assess import Assessment, assess
from argo_core.risk.layer import RiskLayer
from argo_core.risk.levels import LevelPolicy, Levels, protective_levels
from argo_core.risk.profiles import PropFirmLimits, RegularLimits, prop_firm_layers, regular_layers
from argo_core.risk.proposal import Proposal, Standing
from argo_core.risk.sizing import SizePolicy, position_size

__all__ = [
    "Assessment",
    "LevelPolicy",
    "Levels",
    "PropFirmLimits",
    "Proposal",
    "RegularLimits",
    "RiskLayer",
    "SizePolicy",
    "Standing",
    "assess",
    "position_size",
    "prop_firm_layers",
    "protective_levels",
    "regular_layers",
]
