"""Rules over figures: what fires now, what is raised, and what is over by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from argo_core.alerts.figures import Figure
from argo_core.alerts.rules import Rule
from argo_core.errors import InvariantError
from argo_core.model.alert import Alert, Severity

FORGET = timedelta(minutes=15)
"""A matter whose figure has not been measured for so long is over."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that was measured for one subject. `since`: from when it has been `wrong`, the moment itself if it is
    not. `raised`: a person was told. `seen_at`: when it was last measured."""

    rule: str
    subject: str
    wrong: bool
    raised: bool
    since: datetime
    seen_at: datetime

    @property
    def key(self) -> str:
        return matter_key(self.rule, self.subject)


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The findings to go on with, and what a person should be told now."""

    findings: tuple[Finding, ...]
    alerts: tuple[Alert, ...]


def matter_key(rule: str, subject: str) -> str:
    """The dedup key of a rule's matter: `rule` or `rule:subject`."""
    return f"{rule}:{subject}" if subject else rule


def evaluate(
    rules: Sequence[Rule], figures: Iterable[Figure], before: Sequence[Finding], now: datetime, source: str
) -> Verdict:
    """One look. A rule is raised once it has been broken for its `hold_seconds`, and is over with the first look at
    which it is not. `source` names the process. Raises InvariantError for no rules: nothing checked is no answer.
    """
    if not rules:
        raise InvariantError("no rules to evaluate")
    known = {(one.rule, one.subject): one for one in before}
    measured = {(rule.name, figure.subject): (rule, figure) for figure in figures for rule in rules
                if rule.figure == figure.name}  # fmt: skip
    findings: list[Finding] = []
    alerts: list[Alert] = []
    for place, (rule, figure) in measured.items():
        earlier = known.get(place)
        wrong = rule.broken_by(figure.value) and not _covered(rule, figure, measured)
        since = earlier.since if earlier is not None and earlier.wrong else now
        raised = wrong and now - since >= timedelta(seconds=rule.hold_seconds)
        if raised != (earlier is not None and earlier.raised):
            alerts.append(_alert(rule, figure, now, source, resolved=not raised))
        findings.append(
            Finding(rule=rule.name, subject=figure.subject, wrong=wrong, raised=raised, since=since, seen_at=now)
        )
    gone = [one for place, one in known.items() if place not in measured and one.raised]
    alerts += [_forgotten(rules, one, now, source) for one in gone if now - one.seen_at >= FORGET]
    findings += [one for one in gone if now - one.seen_at < FORGET]
    return Verdict(findings=tuple(findings), alerts=tuple(alerts))


def resumed(rules: Sequence[Rule], standing: Iterable[Alert], now: datetime) -> tuple[Finding, ...]:
    """The findings after a restart: matters of ours that were open when an earlier process ended."""
    names = {rule.name for rule in rules}
    found = []
    for alert in standing:
        rule, _, subject = alert.dedup_key.partition(":")
        if rule in names and not alert.resolved:
            found.append(
                Finding(rule=rule, subject=subject, wrong=True, raised=True, since=alert.raised_at, seen_at=now)
            )
    return tuple(found)


def _covered(rule: Rule, figure: Figure, measured: Mapping[tuple[str, str], tuple[Rule, Figure]]) -> bool:
    """A milder rule is silent beside the stronger one."""
    other = measured.get((rule.unless, figure.subject))
    return other is not None and other[0].broken_by(other[1].value)


def _alert(rule: Rule, figure: Figure, now: datetime, source: str, *, resolved: bool) -> Alert:
    title = rule.title.format(subject=figure.subject)
    number = f"{figure.value:.3g}{' ' if rule.unit else ''}{rule.unit}"
    message = figure.words if not rule.unit else f"{number}{f': {figure.words}' if figure.words else ''}"
    limit = {"limit": f"{rule.side.value} {rule.limit:g}", "measured": f"{figure.value:.6g}"} if rule.unit else {}
    return Alert(
        dedup_key=matter_key(rule.name, figure.subject),
        title=f"over: {title}" if resolved else title,
        message=(message or "it is as it should be") if resolved else message,
        severity=Severity.INFO if resolved else rule.severity,
        source=source,
        raised_at=now,
        runbook=rule.name,
        details={"rule": rule.name, **limit, **({"subject": figure.subject} if figure.subject else {})},
        resolved=resolved,
    )


def _forgotten(rules: Sequence[Rule], finding: Finding, now: datetime, source: str) -> Alert:
    rule = next(one for one in rules if one.name == finding.rule)
    figure = Figure(name=rule.figure, value=rule.limit, subject=finding.subject, words="it is not measured any more")
    return _alert(msgspec.structs.replace(rule, unit=""), figure, now, source, resolved=True)
