"""Which side the front sends requests to: the one file that says so, written and read."""

from __future__ import annotations

import os
import re
from pathlib import Path

from deploy.errors import Refused
from deploy.plan import Plan, other

_ACTIVE = re.compile(r"^# active: (blue|green|none)$", re.MULTILINE)


NOBODY = "127.0.0.1:1"


def sides_text(plan: Plan, active: str | None) -> str:
    """The include; with nobody active both names lead nowhere, and the front still takes it.

    The other side is the active one's stand-in where that cannot be connected to: during a switch both listen, and a
    front process that has not heard of it yet loses nothing.
    """
    name = plan.entity
    if active is None:
        upstreams = "".join(f"upstream {name}_{each} {{ server {NOBODY}; }}\n" for each in ("active", "staging"))
        return f"# Written by deploy/run; not to be edited.\n# active: none\n{upstreams}"
    idle = other(active)
    return (
        "# Written by deploy/run; not to be edited.\n"
        f"# active: {active}\n"
        f"upstream {name}_active {{\n"
        f"    server 127.0.0.1:{plan.port(active)} max_fails=0;\n"
        f"    server 127.0.0.1:{plan.port(idle)} max_fails=0 backup;\n"
        "}\n"
        f"upstream {name}_staging {{\n"
        f"    server 127.0.0.1:{plan.port(idle)} max_fails=0;\n"
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


def link_side(plan: Plan, side: str, commit: str) -> None:
    """From now on `side` runs the release of `commit`, at its next start. The release that it ran stays where it is."""
    replace_file(plan.root / f"{side}.env", f"SIDE_PORT={plan.port(side)}\n")
    link = plan.folder(side)
    partial = link.with_name(f".{side}.{os.getpid()}")
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
