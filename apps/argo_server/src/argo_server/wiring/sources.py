"""The sources that vote: those of the replay, and those that other packages bring."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from argo_core.adapters.installed_sources import installed_source
from argo_core.consensus import DEFAULT_SOURCES
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.source import Group, SourceSpec, Wave
from argo_core.model.vote import Absence
from argo_core.ports import Source
from argo_core.ports.opinion_log import OpinionLog
from argo_core.sources import FeatureSource, in_seat, price_action, technical
from argo_core.sources.absent_source import AbsentSource
from argo_core.sources.recorded_opinion import RecordedOpinionSource
from argo_server.settings.shape import ConfigFile
from argo_server.weights import configured_weights


def configured_sources(file: ConfigFile, tracker: FeatureTracker, recordings: OpinionLog | None) -> tuple[Source, ...]:
    """Every source that the settings name. Raises ConfigError for one that no installed package offers."""
    return (*replay_sources(file, tracker, recordings), *extra_sources(file.data_sources.extra))


def extra_sources(weights: Mapping[str, float]) -> list[Source]:
    """Sources of other packages, each beside its group's primary with the weight that the settings give it."""
    return [in_seat(installed_source(name), name, weight) for name, weight in weights.items()]


def replay_sources(file: ConfigFile, tracker: FeatureTracker, recordings: OpinionLog | None) -> tuple[Source, ...]:
    """The sources of a replay: two that vote on the recorded bars, two language models with the answers that were kept,
    or in their seats without any."""
    weights = configured_weights(file)
    price = SourceSpec(name="replay_price_action", group=Group.MARKET_DATA, weight=weights["alpaca_pro"])
    chart = SourceSpec(name="replay_technical", group=Group.TECHNICAL, weight=weights["yfinance"])
    models = opinion_specs(file).values()
    return (
        FeatureSource(price, price_action, tracker),
        FeatureSource(chart, technical, tracker),
        *(_unrecorded(spec) if recordings is None else RecordedOpinionSource(spec, recordings) for spec in models),
    )


def opinion_specs(file: ConfigFile) -> dict[str, SourceSpec]:
    """The language models' seats by name, as in a live market. Raises ConfigError."""
    weights, sections = configured_weights(file), {"x_sentiment": file.x_api, "sonar": file.sonar}
    return {
        spec.name: msgspec.structs.replace(spec, weight=weights[spec.name], veto_only=sections[spec.name].may_only_veto)
        for spec in DEFAULT_SOURCES
        if spec.name in sections
    }


def _unrecorded(spec: SourceSpec) -> AbsentSource:
    """Absent at once: nothing is saved by asking it later."""
    seat = SourceSpec(name=spec.name, group=spec.group, weight=spec.weight, wave=Wave.PRICE)
    return AbsentSource(seat, Absence.NO_RECORDING)
