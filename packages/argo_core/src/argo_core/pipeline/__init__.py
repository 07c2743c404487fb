"""Floor 4: the only package that knows the order of the stages."""

from argo_core.pipeline.cycle import Cycle, CycleReport
from argo_core.pipeline.deliver import Delivered, Delivery, Refusal
from argo_core.pipeline.policy import CyclePolicy
from argo_core.pipeline.publish import Routes
from argo_core.pipeline.stages import Stages

__all__ = ["Cycle", "CyclePolicy", "CycleReport", "Delivered", "Delivery", "Refusal", "Routes", "Stages"]
