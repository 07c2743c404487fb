"""When to tell a person, as data. Each rule's name is also its runbook's."""

from __future__ import annotations

import enum
from collections.abc import Mapping

import msgspec

from argo_core.errors import ConfigError
from argo_core.model.alert import Severity


class Side(enum.StrEnum):
    """On which side of its limit a figure is wrong."""

    ABOVE = "above"
    BELOW = "below"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Fires while a figure called `figure` stands on the wrong `side` of `limit`, and has for `hold_seconds`; it stays
    silent for a subject for which the rule `unless` fires. `title` speaks of {subject}."""

    name: str
    figure: str
    limit: float
    severity: Severity
    title: str
    unit: str = ""
    side: Side = Side.ABOVE
    hold_seconds: float = 0.0
    unless: str = ""

    def broken_by(self, value: float) -> bool:
        """Whether the value is wrong. NaN is."""
        return not value <= self.limit if self.side is Side.ABOVE else not value >= self.limit


_CRITICAL, _WARNING = Severity.CRITICAL, Severity.WARNING

RULES: tuple[Rule, ...] = (
    Rule(name="service_down", figure="down", limit=0.0, severity=_CRITICAL, title="{subject} is down"),
    Rule(name="integrity_failed", figure="broken", limit=0.0, severity=_CRITICAL,
         title="the record is broken: {subject}"),
    Rule(name="sources_failing", figure="sources_failing", limit=1.0, severity=_CRITICAL,
         title="several sources are failing", unit="sources"),
    Rule(name="error_rate", figure="error_rate", limit=10.0, severity=_CRITICAL, title="many calls fail", unit="%"),
    Rule(name="breakers_open", figure="breakers_open", limit=1.0, severity=_CRITICAL,
         title="several breakers are open", unit="breakers"),
    Rule(name="breaker_open", figure="breaker_open_seconds", limit=300.0, severity=_CRITICAL,
         title="the breaker of {subject} stays open", unit="s"),
    Rule(name="call_volume", figure="call_volume", limit=3.0, severity=_CRITICAL,
         title="far more calls than usual", unit="times the usual"),
    Rule(name="generation_slow", figure="generation_mean", limit=0.5, severity=_CRITICAL,
         title="signals take long", unit="s"),
    Rule(name="generation_p95", figure="generation_p95", limit=1.0, severity=_CRITICAL,
         title="some signals take very long", unit="s"),
    Rule(name="cache_hit_rate", figure="cache_hit_rate", limit=50.0, side=Side.BELOW, severity=_CRITICAL,
         title="the cache answers too little", unit="%"),
    Rule(name="signal_rate_hour", figure="signal_rate_hour", limit=50.0, side=Side.BELOW, severity=_CRITICAL,
         title="too few signals in an hour for {subject}", unit="% of the usual"),
    Rule(name="signal_rate_five_minutes", figure="signal_rate_five_minutes", limit=50.0, side=Side.BELOW,
         severity=_WARNING, title="too few signals in five minutes for {subject}", unit="% of the usual",
         unless="signal_rate_hour"),
    Rule(name="generation_degraded", figure="generation_mean", limit=0.3, severity=_WARNING,
         title="signals take longer than they should", unit="s", unless="generation_slow"),
    Rule(name="cache_degraded", figure="cache_hit_rate", limit=70.0, side=Side.BELOW, severity=_WARNING,
         title="the cache answers less than it should", unit="%", unless="cache_hit_rate"),
    Rule(name="cpu_high", figure="cpu", limit=80.0, severity=_WARNING, title="the processor is busy", unit="%",
         hold_seconds=60.0),
    Rule(name="memory_high", figure="memory", limit=85.0, severity=_WARNING, title="memory runs out", unit="%"),
    Rule(name="disk_high", figure="disk", limit=90.0, severity=_WARNING, title="the disk fills up", unit="%"),
    Rule(name="breaker_flapping", figure="breaker_changes", limit=6.0, severity=_WARNING,
         title="the breaker of {subject} opens and closes", unit="changes in ten minutes"),
    Rule(name="limiter_queue", figure="limiter_queue", limit=20.0, severity=_WARNING,
         title="requests to {subject} queue up", unit="requests", hold_seconds=30.0),
    Rule(name="limit_hits", figure="limit_hits", limit=60.0, severity=_WARNING,
         title="requests to {subject} often meet the limit", unit="in five minutes"),
    Rule(name="messages_refused", figure="refused", limit=0.0, severity=_WARNING,
         title="{subject} refuses messages for good"),
    Rule(name="witness_silent", figure="unwitnessed", limit=0.0, severity=_WARNING,
         title="the witness {subject} does not cosign", hold_seconds=60.0),
)  # fmt: skip


def with_limits(limits: Mapping[str, float], rules: tuple[Rule, ...] = RULES) -> tuple[Rule, ...]:
    """The rules with an operator's limits by rule name. Raises ConfigError for a name that no rule has."""
    names = [rule.name for rule in rules]
    unknown = sorted(limits.keys() - set(names))
    if unknown:
        raise ConfigError(f"alerts.limits: no rule is called {unknown[0]!r}: use one of {', '.join(names)}")
    return tuple(msgspec.structs.replace(rule, limit=limits.get(rule.name, rule.limit)) for rule in rules)
