"""Which sources vote, in which group, with which weight."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from argo_core.errors import ConfigError
from argo_core.model.source import GROUPS, Group, SourceSpec, Wave

SUM_TOLERANCE = 0.05


@dataclass(frozen=True, slots=True)
class Weights:
    """The sources of a consensus, in a fixed order. A group's weight is that of its primary member.

    The weights of the groups that have members sum to 1.0 ± 0.05; each name occurs once; each group has one primary.
    """

    members: tuple[SourceSpec, ...]

    @classmethod
    def of(cls, specs: Iterable[SourceSpec]) -> Weights:
        """Checked weights, members in group order, primaries first. Raises ConfigError naming the sum or the group."""
        members = tuple(sorted(specs, key=lambda spec: (GROUPS.index(spec.group), not spec.primary)))
        names = [spec.name for spec in members]
        if not members:
            raise ConfigError("no source is configured: name at least one under data_sources")
        if len(set(names)) != len(names):
            raise ConfigError(f"a source is named twice: {', '.join(sorted(names))}")
        _require_one_primary(members)
        total = sum(spec.weight for spec in members if spec.primary)
        if abs(total - 1.0) > SUM_TOLERANCE + 1e-12:
            shares = ", ".join(f"{spec.group.value} {spec.weight:g}" for spec in members if spec.primary)
            raise ConfigError(f"group weights sum to {total:g}, not to 1.0 (±{SUM_TOLERANCE}): {shares}")
        return cls(members)

    @classmethod
    def default(cls) -> Weights:
        """The six sources of Weighted Consensus v6.0 with their default weights."""
        return cls.of(DEFAULT_SOURCES)

    def index(self, name: str) -> int:
        """The row of a source in every (sources × symbols) array. Raises ConfigError for an unknown name."""
        for row, spec in enumerate(self.members):
            if spec.name == name:
                return row
        known = ", ".join(spec.name for spec in self.members)
        raise ConfigError(f"source {name!r} has no weight: configure it beside {known}")

    def rows_of(self, group: Group) -> tuple[int, ...]:
        """The rows of a group's members, primary first."""
        return tuple(row for row, spec in enumerate(self.members) if spec.group is group)


def _require_one_primary(members: tuple[SourceSpec, ...]) -> None:
    for group in GROUPS:
        primaries = [spec.name for spec in members if spec.group is group and spec.primary]
        if len(primaries) > 1 or (not primaries and any(spec.group is group for spec in members)):
            raise ConfigError(f"group {group.value} needs exactly one primary source, has {len(primaries)}")


DEFAULT_SOURCES = (
    SourceSpec(name="alpaca_pro", group=Group.MARKET_DATA, weight=0.40),
    SourceSpec(name="massive", group=Group.MARKET_DATA, weight=0.40, primary=False),
    SourceSpec(name="yfinance", group=Group.TECHNICAL, weight=0.25),
    SourceSpec(name="alpha_vantage", group=Group.TECHNICAL, weight=0.25, primary=False, wave=Wave.LATER, cost=20.0),
    SourceSpec(
        name="x_sentiment",
        group=Group.SENTIMENT,
        weight=0.20,
        wave=Wave.LATER,
        ttl_equity_seconds=90.0,
        ttl_crypto_seconds=90.0,
        cost=50.0,
    ),
    SourceSpec(
        name="sonar",
        group=Group.AI,
        weight=0.15,
        wave=Wave.LATER,
        ttl_equity_seconds=120.0,
        ttl_crypto_seconds=120.0,
        cost=50.0,
    ),
)
