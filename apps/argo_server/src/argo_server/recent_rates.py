"""Signals that came lately beside those that are usual."""

from __future__ import annotations

from argo_core.alerts.readings import RateReading
from argo_core.errors import ArgoError
from argo_server.services import Services


async def recent_rates(services: Services) -> tuple[RateReading, ...]:
    """By service type and window; empty while no market is open, and where the database or the calendar is silent:
    neither says that signals are missing."""
    try:
        return await services.alerts.rates()
    except ArgoError:
        return ()
