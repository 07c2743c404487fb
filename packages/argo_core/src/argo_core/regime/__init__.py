"""Floor 3: which regime the market is in."""

from argo_core.regime.detector import RegimeDetector
from argo_core.regime.policy import RegimePolicy

__all__ = ["RegimeDetector", "RegimePolicy"]
