"""Which weights the configuration asks for, whatever names it uses."""

from __future__ import annotations

from argo_core.consensus import DEFAULT_SOURCES
from argo_core.errors import ConfigError
from argo_server.settings.shape import ConfigFile

OLDER_NAMES = {
    "weight_massive": ("massive", "alpaca_pro"),
    "weight_alpha_vantage": ("alpha_vantage", "yfinance"),
    "weight_x_sentiment": ("x_sentiment",),
    "weight_sonar": ("sonar",),
}


def configured_weights(file: ConfigFile) -> dict[str, float]:
    """Weight by source name. `data_sources.weights` wins over `strategy.weight_*`; ConfigError where the two differ."""
    weights = {spec.name: spec.weight for spec in DEFAULT_SOURCES}
    unknown = sorted(set(file.data_sources.weights) - set(weights))
    if unknown:
        raise ConfigError(f"data_sources.weights.{unknown[0]}: no such source: use {', '.join(weights)}")
    for older, names in OLDER_NAMES.items():
        value = getattr(file.strategy, older)
        if value is None:
            continue
        for name in names:
            newer = file.data_sources.weights.get(name, value)
            if newer != value:
                raise ConfigError(
                    f"data_sources.weights.{name} is {newer:g} but strategy.{older} is {value:g}: remove one of them"
                )
            weights[name] = value
    return weights | file.data_sources.weights
