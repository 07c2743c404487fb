"""Floor 3: deciding which orders follow from a signal and an account, and how an exchange would fill them. Pure."""

from argo_core.execution.decision_quote import decision_quote
from argo_core.execution.exposure import Exposure, exposure_of
from argo_core.execution.intents import intents_of
from argo_core.execution.order_ids import client_order_id, related_order_id
from argo_core.execution.order_machine import advanced

__all__ = [
    "Exposure",
    "advanced",
    "client_order_id",
    "decision_quote",
    "exposure_of",
    "intents_of",
    "related_order_id",
]
