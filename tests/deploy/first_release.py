"""The first release of a plan put to work without the gates, for tests of the second one: a process of its own, as
`deploy/run` is one, so that what it starts outlives it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from deploy.plan import load_plan
from deploy.records import Record
from deploy.release import build_wheels, install
from deploy.supervisors import LocalSupervisor
from deploy.switch import confirmed, switch
from deploy.trial import upgrade_database


def put_to_work(file: Path, commit: str) -> None:
    """The blue side is active and whole when this returns."""
    plan = load_plan(file)
    with tempfile.TemporaryDirectory() as wheels:
        install(plan, commit, build_wheels(plan, commit, Path(wheels)))
    upgrade_database(plan, plan.release(commit))
    supervisor = LocalSupervisor(plan)
    record = Record(plan, "deploy", commit=commit, former=None, side="blue")
    switch(plan, supervisor, None, "blue", commit)
    confirmed(plan, supervisor, "blue")
    record.note(outcome="done")


if __name__ == "__main__":
    put_to_work(Path(sys.argv[1]), sys.argv[2])
