"""Floor 3: what the published record amounts to, every figure with its count and interval. Pure: ended signals in."""

from alpine_core.track_record.calibration import Bin, Calibration
from alpine_core.track_record.equity import Equity, Point, Sharpe
from alpine_core.track_record.hold import Hold
from alpine_core.track_record.months import Month
from alpine_core.track_record.performance import Group, Performance
from alpine_core.track_record.record import Terms, TrackRecord, track_record
from alpine_core.track_record.results import Costs, Result
from alpine_core.track_record.selection import Selection
from alpine_core.track_record.wilson import Rate, wilson

__all__ = [
    "Bin",
    "Calibration",
    "Costs",
    "Equity",
    "Group",
    "Hold",
    "Month",
    "Performance",
    "Point",
    "Rate",
    "Result",
    "Selection",
    "Sharpe",
    "Terms",
    "TrackRecord",
    "track_record",
    "wilson",
]
