"""What is watched, as data. Each rule's name is also its runbook's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import msgspec

from alpine_core.model.operator_alert import OperatorAlert

Found = Mapping[tuple[str, str], str]
"""By rule and subject, why it is wrong; "" where it is right."""


class AlertRule(msgspec.Struct, frozen=True, kw_only=True):
    """`title` speaks of {subject}, `over` is said at the end. Critical ones reach PagerDuty too."""

    title: str
    critical: bool = False
    over: str = "it is as it should be again"


RULES: Mapping[str, AlertRule] = {
    "database_away": AlertRule(title="the database does not answer", critical=True),
    "integrity_alarm": AlertRule(
        title="the record has an alarm: {subject}",
        critical=True,
        over="not raised again for a day; what was found stays: alpine alarms",
    ),
    "record_damaged": AlertRule(
        title="what is stored does not hold: {subject}",
        critical=True,
        over="the newest check that looked at it finds it no longer",
    ),
    "integrity_late": AlertRule(title="the stored record was not checked as a whole"),
    "log_halted": AlertRule(title="{subject} showed two histories and is not published", critical=True),
    "mirror_behind": AlertRule(title="the mirror of {subject} is behind what was witnessed"),
    "witness_stale": AlertRule(title="no fresh checkpoint of {subject}", critical=True),
    "ingest_silent": AlertRule(title="the provider has delivered nothing for long"),
    "secrets_away": AlertRule(title="the store of secrets cannot be read"),
    "mails_dead": AlertRule(title="mails that nobody takes"),
    "webhooks_dead": AlertRule(title="calls of webhooks were given up"),
}
TRIAL = "alert_test"
MORE = "and more"
MOST_ALONE = 10
"""So many matters of a kind are told one by one, the rest as one."""
RUNBOOKS = (*RULES, TRIAL)


def judged(
    standing: Mapping[tuple[str, str], str], found: Found, now: datetime
) -> tuple[dict[tuple[str, str], str], tuple[OperatorAlert, ...]]:
    """What stands after this look, and what is to be told. What was not looked at stays as it was; where a rule was
    found right as a whole (no subject), each of its matters that was not found wrong is over. Raises KeyError for a
    rule that is none."""
    after, told = dict(standing), []
    right = {rule for (rule, subject), words in found.items() if not subject and not words}
    gone = [place for place in standing if place[0] in right and place not in found]
    for place, words in (*((place, "") for place in gone), *found.items()):
        if bool(words) == (place in standing):
            continue
        rule, subject = place
        known = RULES[rule]
        told.append(
            OperatorAlert(
                rule=rule,
                subject=subject,
                title=known.title.format(subject=subject),
                message=words or known.over,
                critical=known.critical,
                at=now,
                over=not words,
            )
        )
        if words:
            after[place] = words
        else:
            del after[place]
    return after, tuple(told)


def gathered(subjects: Iterable[str], standing: Collection[str], rest: str) -> tuple[str, ...]:
    """Which of them are told one by one, and `rest` for the others: a new one never ends one that stands, nor does one
    leave the rest while there is a rest."""
    named = list(subjects)
    alone = [one for one in named if one in standing]
    room = 0 if rest in standing and len(named) > len(alone) else max(0, MOST_ALONE - len(alone))
    alone += [one for one in named if one not in standing][:room]
    return (*alone, *([rest] if len(named) > len(alone) else []))


def trial(now: datetime) -> OperatorAlert:
    """An alert about nothing, to see whether it arrives."""
    message = "Somebody asked for this to see whether alerts arrive. There is nothing to do."
    title = "test of the alerts: nothing is wrong"
    return OperatorAlert(rule=TRIAL, subject="", title=title, message=message, critical=False, at=now)
