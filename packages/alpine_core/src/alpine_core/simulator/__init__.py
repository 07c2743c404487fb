"""Floor 3: what a follower would have got of a signed record, by its own delay, costs, capital and sizes."""

from alpine_core.simulator.plan import FollowPlan, Sizing
from alpine_core.simulator.price_book import PriceBook
from alpine_core.simulator.recorded_signal import Ending, RecordedSignal
from alpine_core.simulator.result import CurvePoint, Figures, OpenTrade, Simulation, Skip, SkipReason, Trade
from alpine_core.simulator.simulate import simulate

__all__ = [
    "CurvePoint",
    "Ending",
    "Figures",
    "FollowPlan",
    "OpenTrade",
    "PriceBook",
    "RecordedSignal",
    "Simulation",
    "Sizing",
    "Skip",
    "SkipReason",
    "Trade",
    "simulate",
]
