"""Floor 3: what is open, what became of it, and the log as one use case."""

from argo_core.tracking.cost_policy import CostPolicy
from argo_core.tracking.horizon import HorizonPolicy, horizon_after
from argo_core.tracking.open_book import OpenBook
from argo_core.tracking.outcomes import cancelled_by, resolve
from argo_core.tracking.tracker import Tracker

__all__ = ["CostPolicy", "HorizonPolicy", "OpenBook", "Tracker", "cancelled_by", "horizon_after", "resolve"]
