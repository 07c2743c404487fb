"""Would a process start with these settings?"""

from __future__ import annotations

from argo_core.adapters.key_files import active_keys
from argo_core.alerts.rules import with_limits
from argo_core.consensus import Weights
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.regime import RegimePolicy
from argo_core.risk import LevelPolicy
from argo_core.tracking import HorizonPolicy
from argo_server.settings import ExecutorRole, Settings, market_choice
from argo_server.wiring.account_rules import account_rules
from argo_server.wiring.alerting import check_channels
from argo_server.wiring.couriers import executor_url
from argo_server.wiring.market import recorded_symbols, replay_period, replay_script
from argo_server.wiring.model_schedules import schedules
from argo_server.wiring.policies import as_policy, consensus_policy, cycle_policy, ledger_policy
from argo_server.wiring.recordings import recordings_path
from argo_server.wiring.sources import configured_sources
from argo_server.wiring.witnesses import witness_keys


def check_settings(settings: Settings) -> None:
    """Builds everything that the settings describe, short of data and database. Raises ConfigError."""
    file = settings.file
    if not market_choice(settings).live:
        recorded_symbols(file)
        replay_period(file)
        replay_script(settings)
        recordings_path(settings)
    schedules(settings)
    consensus_policy(file)
    cycle_policy(file)
    ledger_policy(file)
    witness_keys(file)
    active_keys(settings.key_folder, file.ledger.origin)
    for executor in file.signal_generation.distribute_to:
        executor_url(file, executor)
    check_channels(file)
    with_limits(file.alerts.limits)
    as_policy(file.regime, RegimePolicy)
    as_policy(file.levels, LevelPolicy)
    as_policy(file.horizon, HorizonPolicy)
    account_rules(ExecutorRole(settings, file.executor.id, file.prop_firm.enabled), None)
    Weights.of(source.spec for source in configured_sources(file, FeatureTracker(), None))
