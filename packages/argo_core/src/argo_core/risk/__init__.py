"""Floor 3: what a signal may risk: protective levels, sizing, the layers that stand before an order, and the watch."""

from argo_core.risk.anchor import DayAnchor
from argo_core.risk.assess import Assessment, assess
from argo_core.risk.context import NO_CONTEXT, MarketContext, market_context
from argo_core.risk.layer import RiskLayer
from argo_core.risk.levels import LevelPolicy, Levels, protective_levels
from argo_core.risk.open_risk import live_stops, open_risk
from argo_core.risk.policy import RiskPolicy
from argo_core.risk.profiles import PropFirmLimits, RegularLimits, prop_firm_layers, regular_layers
from argo_core.risk.prop_firm_rules import PropFirmMonitor, PropFirmRules, ReportedRule
from argo_core.risk.proposal import Proposal, Standing
from argo_core.risk.reading import AccountReading, account_reading
from argo_core.risk.sizing import PositionSizer, SizePolicy, position_size
from argo_core.risk.watch import advance, begin, resumed
from argo_core.risk.watch_rules import DailyLoss, FlattenCost, MaxLoss, Measure, PctOf, Trailing, WatchRules
from argo_core.risk.watch_state import WatchLevel, WatchState
from argo_core.risk.watched import Demand, Floor, Meter, Watched, WatchEvent

__all__ = [
    "NO_CONTEXT",
    "AccountReading",
    "Assessment",
    "DailyLoss",
    "DayAnchor",
    "Demand",
    "FlattenCost",
    "Floor",
    "LevelPolicy",
    "Levels",
    "MarketContext",
    "MaxLoss",
    "Measure",
    "Meter",
    "PctOf",
    "PositionSizer",
    "PropFirmLimits",
    "PropFirmMonitor",
    "PropFirmRules",
    "Proposal",
    "RegularLimits",
    "ReportedRule",
    "RiskLayer",
    "RiskPolicy",
    "SizePolicy",
    "Standing",
    "Trailing",
    "WatchEvent",
    "WatchLevel",
    "WatchRules",
    "WatchState",
    "Watched",
    "account_reading",
    "advance",
    "assess",
    "begin",
    "live_stops",
    "market_context",
    "open_risk",
    "position_size",
    "prop_firm_layers",
    "protective_levels",
    "regular_layers",
    "resumed",
]
