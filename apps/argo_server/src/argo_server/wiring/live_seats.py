"""The six seats of a live market, with their configured weights."""

from __future__ import annotations

import msgspec

from argo_core.consensus import DEFAULT_SOURCES
from argo_core.model.source import SourceSpec
from argo_server.settings import Settings
from argo_server.weights import configured_weights
from argo_server.wiring.sources import opinion_specs

READINGS_TTL_SECONDS = 86_400.0
"""Readings of a daily bar are the newest there are until the next one."""


def live_specs(settings: Settings) -> dict[str, SourceSpec]:
    """The six seats with the configured weights. Raises ConfigError."""
    file, weights = settings.file, configured_weights(settings.file)
    specs = {spec.name: msgspec.structs.replace(spec, weight=weights[spec.name]) for spec in DEFAULT_SOURCES}
    specs |= opinion_specs(file)
    specs["alpha_vantage"] = msgspec.structs.replace(
        specs["alpha_vantage"], ttl_equity_seconds=READINGS_TTL_SECONDS, ttl_crypto_seconds=READINGS_TTL_SECONDS
    )
    return specs
