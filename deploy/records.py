"""What each deployment and roll-back leaves: one JSON file, written again as it goes on."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from deploy.plan import Plan
from deploy.sides import replace_file


class Record:
    """`outcome`: under way, refused, watched, done, rolled back, left (somebody moved the sides meanwhile)."""

    def __init__(self, plan: Plan, kind: str, **facts: Any) -> None:
        now = datetime.now(UTC)
        self.path = plan.root / "records" / f"{now:%Y%m%dT%H%M%S%f}-{kind}.json"
        self._facts: dict[str, Any] = {
            "kind": kind,
            "entity": plan.entity,
            "began_at": now.isoformat(),
            "outcome": "under way",
            **facts,
        }
        self.note()

    def note(self, **facts: Any) -> None:
        """Durable when it returns."""
        self._facts |= {**facts, "noted_at": datetime.now(UTC).isoformat()}
        replace_file(self.path, json.dumps(self._facts, indent=2) + "\n")


def newest_record(plan: Plan) -> dict[str, Any] | None:
    """The last one, None before the first."""
    found = sorted((plan.root / "records").glob("*.json"))
    return dict(json.loads(found[-1].read_text())) if found else None


def release_before(plan: Plan, commit: str | None) -> str | None:
    """The commit of the last release but `commit` that a deployment was done with, or a roll-back to it; None where
    there is none. What was only tried, refused or taken back is none."""
    for path in sorted((plan.root / "records").glob("*.json"), reverse=True):
        told = json.loads(path.read_text())
        if told["outcome"] == "done" and told["commit"] != commit:
            return str(told["commit"])
    return None


def clear_old_trials(plan: Plan) -> None:
    """Removes what trials left longer ago than `keep_days`. Backups and records stay."""
    oldest = (datetime.now(UTC) - timedelta(days=plan.keep_days)).timestamp()
    for path in (plan.root / "trials").glob("*.log"):
        if path.stat().st_mtime < oldest:
            Path(path).unlink()
