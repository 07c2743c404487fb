"""The former side stands by with its code loaded and nothing opened: no address, no database, no lock. A roll-back
takes away the note that holds it, see `released_command.py`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from deploy.errors import Refused
from deploy.plan import Plan
from deploy.programs import PROGRAMS
from deploy.released_command import NOTE_NAME
from deploy.sides import prepared_note, remove_file, replace_file
from deploy.supervisors import Supervisor


def prepare_side(plan: Plan, supervisor: Supervisor, side: str, tell: Callable[[str], None]) -> None:
    """Each process of a side that has ended loads the release that it held. Where one cannot, that is told: a roll-back
    starts it from nothing then."""
    for process in plan.processes(side):
        try:
            _require_waiting(plan, process)
            replace_file(prepared_note(plan, process), _note_of(plan, process))
            supervisor.prepare(process)
        except (Refused, OSError) as error:
            remove_file(prepared_note(plan, process))
            tell(f"{process} does not stand by: {error}")


def _require_waiting(plan: Plan, process: str) -> None:
    """Raises Refused for a release that knows nothing of notes: it would work."""
    for told in (plan.folder(process) / "bin" / PROGRAMS[plan.entity].name, plan.root / f"{process}.env"):
        if NOTE_NAME not in told.read_text("utf-8"):
            raise Refused(f"{told} is of before sides stood by")


def is_prepared(plan: Plan, supervisor: Supervisor, process: str) -> bool:
    """Whether it runs and opens nothing."""
    return prepared_note(plan, process).exists() and supervisor.runs(process)


def begin(plan: Plan, supervisor: Supervisor, process: str) -> None:
    """The process works, with the release that its folder leads to and the settings as they are now: one that stands by
    with these goes on, one that stands by with others ends first. Raises Refused."""
    note = prepared_note(plan, process)
    if note.exists() and note.read_text() != _note_of(plan, process):
        supervisor.stop(process)
    remove_file(note)  # durable: no start of the machine finds the active side waiting
    supervisor.start(process)


def end(plan: Plan, supervisor: Supervisor, process: str) -> None:
    """It has ended when this returns, whether it worked or stood by."""
    supervisor.stop(process)
    remove_file(prepared_note(plan, process))


def _note_of(plan: Plan, process: str) -> str:
    """All that a process takes in before it works. Raises Refused."""
    files = (plan.environment_file, plan.root / f"{process}.env")
    try:
        parts = (str(plan.folder(process).resolve()).encode(), *(file.read_bytes() for file in files))
    except OSError as error:
        raise Refused(f"{error.filename}, which a side starts with: {error.strerror}") from error
    return hashlib.sha256(b"\0".join(parts)).hexdigest() + "\n"
