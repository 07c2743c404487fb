"""Which side the front sends requests to: the one file that says so, written and read."""

from __future__ import annotations

import os
import re
from pathlib import Path

from deploy.errors import Refused
from deploy.plan import SIDES, Plan, other
from deploy.programs import PROGRAMS
from deploy.released_command import NOTE_NAME

_ACTIVE = re.compile(r"^# active: (blue|green|none)$", re.MULTILINE)

NOBODY = "127.0.0.1:1"
KEPT_CONNECTIONS = 32  # of each front process
KEPT_SECONDS = 4  # uvicorn closes a quiet one after 5


def sides_text(plan: Plan, active: str | None) -> str:
    """The include; with nobody active both names lead nowhere, and the front still takes it.

    The other side is the active one's stand-in where that cannot be connected to: during a switch both listen, and a
    front process that has not heard of it yet loses nothing. Connections to the active one are kept and used again, not
    as long as its server keeps them: that one never closes what a request is just sent on.
    """
    name, first = plan.entity, {side: plan.port(plan.processes(side)[0]) for side in SIDES}
    if active is None:
        upstreams = "".join(f"upstream {name}_{each} {{ server {NOBODY}; }}\n" for each in ("active", "staging"))
        return f"# Written by deploy/run; not to be edited.\n# active: none\n{upstreams}"
    idle = other(active)
    return (
        "# Written by deploy/run; not to be edited.\n"
        f"# active: {active}\n"
        f"upstream {name}_active {{\n"
        f"    server 127.0.0.1:{first[active]} max_fails=0;\n"
        f"    server 127.0.0.1:{first[idle]} max_fails=0 backup;\n"
        f"    keepalive {KEPT_CONNECTIONS};\n"
        f"    keepalive_timeout {KEPT_SECONDS}s;\n"
        "}\n"
        f"upstream {name}_staging {{\n"
        f"    server 127.0.0.1:{first[idle]} max_fails=0;\n"
        "}\n"
    )


def active_side(plan: Plan) -> str | None:
    """The active side, None before the first deploy. Raises Refused for a file that somebody else wrote."""
    if not plan.sides_file.exists():
        return None
    found = _ACTIVE.search(plan.sides_file.read_text("utf-8"))
    if found is None:
        raise Refused(f"{plan.sides_file} does not say which side is active: write # active: none or blue into it")
    return None if found.group(1) == "none" else found.group(1)


def is_active(plan: Plan, side: str) -> bool:
    """Whether requests still go to `side`, and nobody ended it on purpose."""
    return active_side(plan) == side and not is_stopped(plan)


def write_sides(plan: Plan, active: str | None) -> None:
    """Whole or not at all: a crash leaves the former file."""
    replace_file(plan.sides_file, sides_text(plan, active))


def _note_of_stop(plan: Plan) -> Path:
    return plan.root / "stopped"


def is_stopped(plan: Plan) -> bool:
    """Whether both sides were ended on purpose, and nothing was started since."""
    return _note_of_stop(plan).exists()


def note_stopped(plan: Plan, stopped: bool) -> None:
    """Whether the sides stand still because somebody ordered so."""
    if stopped:
        replace_file(_note_of_stop(plan), "")
    else:
        _note_of_stop(plan).unlink(missing_ok=True)


def side_words(plan: Plan, process: str) -> tuple[str, ...]:
    """What a process of a side is told beside its port."""
    program, number = PROGRAMS[plan.entity], process.partition(".")[2]
    return (*program.side_words, "--shard", f"{number}/{plan.generators}") if number else program.side_words


def prepared_note(plan: Plan, process: str) -> Path:
    """While it lies there, the process loads its code and waits."""
    return plan.root / f"{process}.waits"


def link_side(plan: Plan, side: str, commit: str) -> None:
    """From now on `side` and each of its processes run the release of `commit`, at their next start. The release that
    they ran stays where it is. Raises Refused."""
    for process in sorted({*linked_processes(plan, side)} - {*plan.processes(side)}):
        (plan.root / f"{process}.env").unlink()
        if process != side:
            plan.folder(process).unlink(missing_ok=True)
    for process in plan.processes(side):
        words = side_words(plan, process)
        told = f"SIDE_PORT={plan.port(process)}\n{NOTE_NAME}={prepared_note(plan, process)}\n"
        told += f"SIDE_WORDS={' '.join(words)}\n" if words else ""
        replace_file(plan.root / f"{process}.env", told)
        _link(plan, process, commit)
    _link(plan, side, commit)


def linked_processes(plan: Plan, side: str) -> tuple[str, ...]:
    """The processes that a side had at its last start, whatever the plan says now."""
    found = [path.name.removesuffix(".env") for path in plan.root.glob(f"{side}*.env")]
    return tuple(sorted(found, key=lambda process: int(process.partition(".")[2] or 0)))


def _link(plan: Plan, process: str, commit: str) -> None:
    link = plan.folder(process)
    partial = link.with_name(f".{process}.{os.getpid()}")
    partial.unlink(missing_ok=True)
    partial.symlink_to(plan.release(commit).relative_to(plan.root))
    try:
        partial.replace(link)
    except IsADirectoryError as error:
        partial.unlink()
        raise Refused(f"{link} is a folder and has to be a link to a release: move it away") from error


def replace_file(path: Path, text: str) -> None:
    """Durable when it returns; a crash before leaves what was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with partial.open("w", encoding="utf-8") as writing:
        writing.write(text)
        writing.flush()
        os.fsync(writing.fileno())
    partial.replace(path)
    _keep_names(path.parent)


def remove_file(path: Path) -> None:
    """It is gone when this returns, and stays so whatever happens to the machine."""
    path.unlink(missing_ok=True)
    _keep_names(path.parent)


def _keep_names(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
