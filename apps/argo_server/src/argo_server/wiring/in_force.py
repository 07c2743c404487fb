"""The settings as they work: where an empty value stands for our own choice, the choice."""

from __future__ import annotations

import msgspec

from argo_core.adapters.vendors.perplexity_parse import PerplexityPolicy
from argo_core.adapters.vendors.xai_parse import XaiPolicy
from argo_core.consensus.policy import ConsensusPolicy
from argo_core.model.regime import Regime
from argo_server.settings import Settings
from argo_server.settings.load import Setting
from argo_server.weights import configured_weights
from argo_server.wiring.policies import consensus_policy


def settings_in_force(settings: Settings) -> tuple[Setting, ...]:
    """Each setting with what it comes to; who said it stays as it is. Raises ConfigError."""
    file = settings.file
    policy = consensus_policy(file)
    chosen: dict[str, object] = {
        "consensus.regime_factors": policy.regime_factors,
        "consensus.thresholds": _thresholds(policy),
        "data_sources.weights": configured_weights(file),
        "x_api.model": file.x_api.model or XaiPolicy().model,
        "sonar.model": file.sonar.model or PerplexityPolicy().model,
    }
    return tuple(
        msgspec.structs.replace(setting, value=msgspec.json.encode(chosen[setting.key], order="sorted").decode())
        if setting.key in chosen
        else setting
        for setting in settings.in_force
    )


def _thresholds(policy: ConsensusPolicy) -> dict[str, float]:
    table = policy.threshold_table()
    return {regime.name: float(table[regime]) for regime in Regime if regime is not Regime.UNKNOWN}
