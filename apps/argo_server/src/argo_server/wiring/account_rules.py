"""The settings of one executor as the rules by which its account is traded, watched and protected."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from argo_core.adapters.rule_packs import load_pack, load_pack_file
from argo_core.errors import ConfigError
from argo_core.execution.protective_steps import ProtectionRules
from argo_core.model.asset import AssetType
from argo_core.pipeline.execute import ExecutionPolicy
from argo_core.pipeline.executor_rules import ExecutorRules
from argo_core.risk import (
    DayAnchor,
    FlattenCost,
    PropFirmLimits,
    PropFirmRules,
    RegularLimits,
    RiskLayer,
    SizePolicy,
    Standing,
    WatchRules,
    prop_firm_layers,
    regular_layers,
)
from argo_core.risk.live_data import LiveData
from argo_core.risk.proposal import SIMULATED
from argo_server.settings import ExecutorRole
from argo_server.settings.trading_sections import Trading
from argo_server.wiring.accounts import account_mode


@dataclass(frozen=True, slots=True)
class AccountRules:
    """`label` says under whose rules the account stands, for pages."""

    policy: ExecutionPolicy
    executor: ExecutorRules
    label: str


def account_rules(role: ExecutorRole, initial: float | None) -> AccountRules:
    """The rules of an account that began with `initial` in quote currency, None where the first look says it.

    Raises ConfigError for settings that contradict each other.
    """
    trading = role.settings.file.trading
    pack = rule_pack(role) if role.prop_firm else None
    layers, watch, label, max_pct = _regular(trading) if pack is None else _prop_firm(role, pack, initial)
    if trading.mode != SIMULATED:
        layers = (*layers, LiveData())
    policy = ExecutionPolicy(
        executor_id=role.executor_id,
        layers=layers,
        size=SizePolicy(
            base_pct=min(trading.position_size_pct, max_pct),
            max_pct=max_pct,
            fractional_shares=trading.fractional_shares,
            increments=trading.increments,
        ),
        standing=Standing(auto_execute=trading.auto_execute, mode=account_mode(role)),
        flip=trading.flip,
    )
    rules = ExecutorRules(
        watch=msgspec.structs.replace(watch, cost=flatten_cost(role, watch.cost)),
        protection=protection_rules(trading),
        groups=groups_of(trading),
        increments=trading.increments,
        refresh_seconds=trading.refresh_seconds,
    )
    return AccountRules(policy, rules, label)


def check_seconds(role: ExecutorRole) -> float:
    """How often the account is looked at, wall clock."""
    monitoring = role.settings.file.prop_firm.monitoring
    return monitoring.check_interval_seconds if monitoring.enabled else role.settings.file.trading.refresh_seconds


def rule_pack(role: ExecutorRole) -> PropFirmRules:
    """The configured pack: a name, or a file beside the configuration. Raises ConfigError."""
    name = role.settings.file.prop_firm.rule_pack
    if not name.endswith(".json"):
        return load_pack(name)
    base = Path.cwd() if role.settings.file_path is None else role.settings.file_path.resolve().parent
    return load_pack_file(base / name)


def flatten_cost(role: ExecutorRole, known: FlattenCost) -> FlattenCost:
    """What getting out is taken to cost: what the rules say, what the simulated venue charges and what the settings
    say, the dearer of each; the time until the next look is market time."""
    trading = role.settings.file.trading
    simulated, moves = trading.simulated, trading.flattening
    charged = simulated if trading.mode == SIMULATED else known
    return FlattenCost(
        spread_pct=max(known.spread_pct, charged.spread_pct),
        slippage_pct=max(known.slippage_pct, charged.slippage_pct),
        fee_pct=max(known.fee_pct, charged.fee_pct),
        adverse_pct=moves.adverse_pct,
        adverse_sigmas=moves.adverse_sigmas,
        check_seconds=simulated.step_seconds if trading.mode == SIMULATED else check_seconds(role),
    )


def protection_rules(trading: Trading) -> ProtectionRules:
    """A venue without brackets for coins has its exits kept here."""
    brackets = trading.mode == SIMULATED
    local = frozenset[str]() if brackets else frozenset({AssetType.CRYPTO.value})
    return ProtectionRules(local_oco=local, **msgspec.structs.asdict(trading.protection))


def groups_of(trading: Trading) -> dict[str, str]:
    """Symbol → group. Raises ConfigError for a symbol in two groups."""
    groups: dict[str, str] = {}
    for group, symbols in trading.correlation_groups.items():
        for symbol in symbols:
            if groups.setdefault(symbol, group) != group:
                raise ConfigError(
                    f"trading.correlation_groups: {symbol} is in {groups[symbol]} and in {group}: leave one"
                )
    return groups


Profile = tuple[tuple[RiskLayer, ...], WatchRules, str, float]


def _regular(trading: Trading) -> Profile:
    limits = RegularLimits(
        min_confidence=trading.min_confidence,
        max_position_pct=trading.max_position_size_pct,
        max_age_seconds=trading.max_signal_age_seconds,
        max_correlated=trading.max_correlated_positions,
        daily_loss_pct=trading.daily_loss_limit_pct,
        max_drawdown_pct=trading.max_drawdown_pct,
    )
    watch = limits.watch(DayAnchor(**msgspec.structs.asdict(trading.anchor)))
    return regular_layers(limits), watch, "its own rules", limits.max_position_pct


def _prop_firm(role: ExecutorRole, pack: PropFirmRules, initial: float | None) -> Profile:
    trading, firm = role.settings.file.trading, role.settings.file.prop_firm
    own = firm.risk_limits
    limits = PropFirmLimits(
        min_confidence=max(own.min_confidence, trading.min_confidence),
        max_position_pct=own.max_position_size_pct,
        max_age_seconds=trading.max_signal_age_seconds,
        max_correlated=own.max_correlated_positions,
        max_positions=own.max_positions,
        max_stop_pct=own.max_stop_loss_pct,
        no_crisis=own.skip_crisis,
        restricted_symbols=frozenset(own.restricted_symbols),
        only_symbols=None if own.only_symbols is None else frozenset(own.only_symbols),
        daily_loss_pct=own.daily_loss_limit_pct,
        max_drawdown_pct=own.max_drawdown_pct,
    ).within(pack)
    watch = msgspec.structs.replace(limits.watch(pack, initial), flatten=firm.monitoring.auto_shutdown)
    return prop_firm_layers(limits), watch, f"{pack.label} (rule pack {pack.name})", limits.max_position_pct
