"""Sections of the configuration as the policies that argo_core takes."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

import msgspec

from argo_core.consensus import ConsensusPolicy, Missing
from argo_core.consensus.policy import DEFAULT_FACTORS
from argo_core.errors import ConfigError
from argo_core.ledger import LedgerPolicy, PolicyText
from argo_core.pipeline import CyclePolicy
from argo_core.pipeline.policy import Reemit
from argo_core.tracking import CostPolicy
from argo_server.settings.reload import rules_in_force
from argo_server.settings.shape import ConfigFile
from argo_server.wiring.couriers import routes_of

P = TypeVar("P", bound=msgspec.Struct)
E = TypeVar("E", bound=StrEnum)

SHARE_OF_INTERVAL, LEAST_SOURCE_SECONDS = 0.8, 0.5
MARGIN_MINUTES = 60.0  # a stop of the generator that is shorter makes no reveal late


def consensus_policy(file: ConfigFile) -> ConsensusPolicy:
    """The consensus settings as the engine takes them."""
    rules = file.consensus
    return ConsensusPolicy(
        threshold=file.signal_generation.min_confidence,
        thresholds=rules.thresholds,
        min_coverage=rules.min_coverage,
        missing=_choice(Missing, rules.missing, "consensus.missing"),
        regime_factors=DEFAULT_FACTORS | rules.regime_factors,
        max_staleness_seconds=rules.max_staleness_seconds,
        max_deviation_pct=rules.max_deviation_pct,
    )


def cycle_policy(file: ConfigFile) -> CyclePolicy:
    """The cycle's settings as the pipeline takes them. What the race for prices leaves of four fifths of an interval is
    the sources', so that a cycle ends within its interval whoever is slow."""
    generation = file.signal_generation
    left = SHARE_OF_INTERVAL * generation.interval_seconds - file.market.deadline_ms / 1000.0
    return CyclePolicy(
        price_change_threshold=generation.price_change_threshold,
        reemit=_choice(Reemit, generation.reemit, "reemit"),
        routes=routes_of(file),
        source_deadline_seconds=max(left, LEAST_SOURCE_SECONDS),
    )


def ledger_policy(file: ConfigFile) -> LedgerPolicy:
    """What the log is called and promises. A reveal comes some minutes early, or at three quarters of a short time."""
    rules = file.ledger
    return LedgerPolicy(
        origin=rules.origin,
        stream=rules.stream,
        reveal_after_hours=rules.reveal_after_hours,
        reveal_margin_minutes=min(MARGIN_MINUTES, rules.reveal_after_hours * 60 / 4),
        texts=(PolicyText(name="costs", text=as_policy(file.costs, CostPolicy).text),),
        followed=(PolicyText(name="settings", text=rules_in_force(file)),),
    )


def as_policy(section: msgspec.Struct, policy: type[P]) -> P:
    """A section as the policy with the same fields. Raises ConfigError."""
    return policy(**msgspec.structs.asdict(section))


def _choice(options: type[E], value: str, key: str) -> E:
    try:
        return options(value)
    except ValueError as error:
        raise ConfigError(f"{key} is {value!r}: use {' or '.join(option.value for option in options)}") from error
