"""The new side is looked at for an hour; what it must not do takes it back."""

from __future__ import annotations

import time
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

from deploy.commands import run
from deploy.errors import Refused
from deploy.health import Check, first_fault, is_whole
from deploy.plan import Plan
from deploy.side_state import checked, side_runs
from deploy.sides import is_active
from deploy.supervisors import Supervisor

FAULTS_IN_A_ROW = 3


def firing_alerts(prometheus: str, entity: str) -> frozenset[str]:
    """The critical alerts of an entity that fire now, each with what it is about: `ArgoDown instance=…, job=…`.

    Raises Refused where they cannot be asked for.
    """
    import json
    import urllib.request

    try:
        with urllib.request.urlopen(f"{prometheus.rstrip('/')}/api/v1/alerts", timeout=5.0) as answer:
            told: dict[str, Any] = json.load(answer)
        listed = told["data"]["alerts"]
        return frozenset(
            _named(one["labels"])
            for one in listed
            if one["state"] == "firing"
            and one["labels"].get("severity") == "critical"
            and one["labels"]["alertname"].lower().startswith(entity)
        )
    except (OSError, ValueError, KeyError, TypeError, HTTPException) as error:
        raise Refused(f"{prometheus} does not say which alerts fire: {error}") from error


def _named(labels: dict[str, str]) -> str:
    about = sorted(f"{name}={value}" for name, value in labels.items() if name not in ("alertname", "severity"))
    return f"{labels['alertname']} {', '.join(about)}".strip()


def watch(plan: Plan, supervisor: Supervisor, side: str, known: frozenset[str], tell: Callable[[str], None]) -> str:
    """Why the side must go, "" where the time passed without a reason. `known`: alerts that fired before the switch.

    It ends when the sides are moved: who moved them decides. Three looks in a row with a fault are a reason, an ended
    process at once, and a critical alert that is new.
    """
    until, faults = time.monotonic() + plan.watch_seconds, 0
    while time.monotonic() < until and is_active(plan, side):
        if not side_runs(plan, supervisor, side):
            return "its process ended"
        checks: tuple[Check, ...] = checked(plan, side)
        faults = 0 if is_whole(checks) else faults + 1
        if faults:
            tell(f"watch: {first_fault(checks)}")
        if faults >= FAULTS_IN_A_ROW:
            return first_fault(checks)
        new = sorted(_asked(plan, tell) - known)
        if new:
            return f"critical alert {new[0]}"
        time.sleep(max(0.0, min(plan.watch_every_seconds, until - time.monotonic())))
    return ""


def _asked(plan: Plan, tell: Callable[[str], None]) -> frozenset[str]:
    """Prometheus away is no fault of the side's: it is told, and the side's own health goes on being looked at."""
    if not plan.prometheus:
        return frozenset()
    try:
        return firing_alerts(plan.prometheus, plan.entity)
    except Refused as error:
        tell(f"watch: {error}")
        return frozenset()


def validate_files(plan: Plan) -> tuple[Check, ...]:
    """Whether the front takes its configuration as it stands."""
    words = [word for word in plan.reload if word not in ("-s", "reload")]
    said = run([*words, "-t"], plan.root)
    return (Check("front's configuration", said.status == 0, said.told),)
