"""A venue of our own: it fills by the rules of `argo_core.execution.matching`, and remembers what it did in a store."""

from argo_core.adapters.simulated.number import simulated_account_number
from argo_core.pipeline.simulated_exchange import SimulatedExchange

__all__ = ["SimulatedExchange", "simulated_account_number"]
