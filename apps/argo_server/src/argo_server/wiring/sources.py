"""The sources that vote: those of the replay, and those that other packages bring."""

from __future__ import annotations

from collections.abc import Mapping

from argo_core.adapters.installed_sources import installed_source
from argo_core.adapters.replay import UnrecordedSource
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.source import Group, SourceSpec, Wave
from argo_core.ports import Source
from argo_core.sources import FeatureSource, in_seat, price_action, technical
from argo_server.settings.shape import ConfigFile
from argo_server.weights import configured_weights


def configured_sources(file: ConfigFile, tracker: FeatureTracker) -> tuple[Source, ...]:
    """Every source that the settings name. Raises ConfigError for one that no installed package offers."""
    return (*replay_sources(file, tracker), *extra_sources(file.data_sources.extra))


def extra_sources(weights: Mapping[str, float]) -> list[Source]:
    """Sources of other packages, each beside its group's primary with the weight that the settings give it."""
    return [in_seat(installed_source(name), name, weight) for name, weight in weights.items()]


def replay_sources(file: ConfigFile, tracker: FeatureTracker) -> tuple[Source, ...]:
    """The sources of a replay: two that vote on the recorded bars, two language models without recordings."""
    weights = configured_weights(file)
    price = SourceSpec(name="replay_price_action", group=Group.MARKET_DATA, weight=weights["alpaca_pro"])
    chart = SourceSpec(name="replay_technical", group=Group.TECHNICAL, weight=weights["yfinance"])
    mood = SourceSpec(name="x_sentiment", group=Group.SENTIMENT, weight=weights["x_sentiment"], wave=Wave.PRICE)
    model = SourceSpec(name="sonar", group=Group.AI, weight=weights["sonar"], wave=Wave.PRICE)
    return (
        FeatureSource(price, price_action, tracker),
        FeatureSource(chart, technical, tracker),
        UnrecordedSource(mood),
        UnrecordedSource(model),
    )
