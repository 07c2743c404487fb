"""The eleven safety gates, in order. Each looks, says what it found, and refuses by raising; ten stand before the
switch, the eleventh after it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from deploy.commands import run
from deploy.errors import Refused
from deploy.health import first_fault, is_whole
from deploy.plan import Plan
from deploy.programs import PROGRAMS
from deploy.release import build_wheels, install, installed_files, is_shipped, released_commit
from deploy.schema_rule import takes_away
from deploy.side_state import checked, own_check
from deploy.sides import is_stopped
from deploy.trial import back_up, check_settings, restore_copy, try_release


@dataclass(slots=True)
class Attempt:
    """One deployment on its way through the gates. `active` is None before the first."""

    plan: Plan
    active: str | None
    side: str
    commit: str
    confirmation: str | None
    changed: tuple[str, ...] = ()
    backup: str = ""
    passed: list[dict[str, str]] = field(default_factory=list)

    @property
    def release(self) -> Path:
        """Where the commit's release lies."""
        return self.plan.release(self.commit)


@dataclass(frozen=True, slots=True)
class Gate:
    """`look` answers what it found in words. Raises Refused."""

    number: int
    name: str
    look: Callable[[Attempt], str]


@dataclass(frozen=True, slots=True)
class Passed:
    """What a record keeps of a gate."""

    gate: str
    said: str


def pass_gates(attempt: Attempt, gates: Iterable[Gate], tell: Callable[[str], None]) -> None:
    """One after the other; each result is told. Raises Refused at the first that does not open, named."""
    for gate in gates:
        try:
            said = gate.look(attempt)
        except Refused as error:
            tell(f"gate {gate.number:>2} {gate.name}: REFUSED: {error}")
            raise Refused(f"gate {gate.number}, {gate.name}: {error}") from error
        tell(f"gate {gate.number:>2} {gate.name}: ok: {said}")
        attempt.passed.append(asdict(Passed(gate.name, said)))


def changes_identified(attempt: Attempt) -> str:
    """Everything is committed, the checkout that tests and lint judge is the commit, and something is new."""
    repository = attempt.plan.repository
    status = run(["git", "status", "--porcelain"], repository)
    if status.status != 0 or status.out.strip():
        raise Refused(f"{repository} holds what is not committed: commit, stash or remove it {status.told}".strip())
    if run(["git", "rev-parse", "HEAD"], repository).out.strip() != attempt.commit:
        raise Refused(f"{repository} is not at {attempt.commit[:12]}, and would be judged in its place: check it out")
    former = None if attempt.active is None else released_commit(attempt.plan, attempt.active)
    span = [attempt.commit] if former is None else [f"{former}..{attempt.commit}"]
    words = ["ls-tree", "-r", "--name-only"] if former is None else ["diff", "--name-only"]
    listed = run(["git", *words, *span], repository)
    if listed.status != 0:
        raise Refused(f"the changes since {former} cannot be listed: {listed.told}")
    attempt.changed = tuple(listed.out.splitlines())
    if not attempt.changed:
        raise Refused(f"{attempt.commit[:12]} is what runs already: commit something first")
    return f"{len(attempt.changed)} files since {(former or 'the beginning')[:13]}"


def scope_verified(attempt: Attempt) -> str:
    """Something of this entity's is among the changes, and its migrations only add."""
    program = PROGRAMS[attempt.plan.entity]
    inside = [path for path in attempt.changed if path.startswith(program.scope)]
    if not inside:
        raise Refused(f"no change reaches {program.name}: it reads {', '.join(program.scope)}")
    for path in inside:
        if path.startswith(program.migrations) and path.endswith(".py"):
            source = run(["git", "show", f"{attempt.commit}:{path}"], attempt.plan.repository)
            narrowed = takes_away(source.out) if source.status == 0 else ["a migration was removed"]
            if narrowed:
                raise Refused(f"{path} does more than add ({narrowed[0]}): add now, take away a release later")
    elsewhere = len(attempt.changed) - len(inside)
    return f"{len(inside)} files of {program.name}, {elsewhere} that do not reach it"


def program_ends_well(words: Callable[[Plan], tuple[str, ...]]) -> Callable[[Attempt], str]:
    """A gate that is a program of the repository."""

    def look(attempt: Attempt) -> str:
        asked = words(attempt.plan)
        said = run(asked, attempt.plan.repository)
        if said.status != 0:
            raise Refused(f"{' '.join(asked)} ended with status {said.status}: {said.told}")
        return f"{' '.join(asked)}: {said.told or 'status 0'}"

    return look


def build(attempt: Attempt) -> str:
    """The commit becomes a release in a folder of its own, without what is never deployed. No side is touched."""
    count = installed_files(attempt.plan, attempt.commit)
    if count is None:
        with tempfile.TemporaryDirectory(prefix="wheels-") as scratch:
            wheels = build_wheels(attempt.plan, attempt.commit, Path(scratch))
            count = install(attempt.plan, attempt.commit, wheels)
    code = attempt.release / "code"
    stray = [path for path in code.rglob("*.py") if not is_shipped(path.relative_to(code).as_posix())]
    if stray:
        raise Refused(f"{stray[0]} is never deployed and is in the release")
    return f"{count} files in {attempt.release}"


def staging(attempt: Attempt) -> str:
    """The release works on a database of its own."""
    checks = try_release(attempt.plan, attempt.release)
    return f"{len(checks)} checks of a process of its own"


def environment(attempt: Attempt) -> str:
    """The release takes the real settings, and reads a copy of the real rows: the backup of this deployment."""
    plan = attempt.plan
    settings = [name for name, value in plan.environment().items() if value]
    if not settings:
        raise Refused(f"{plan.environment_file} sets nothing: write the settings there")
    if plan.environment_file.stat().st_mode & 0o007:
        raise Refused(f"{plan.environment_file} is open to others: chmod 640 it, it holds secrets")
    check_settings(plan, attempt.release)
    if attempt.active is None:
        return f"{len(settings)} settings, no database to back up yet"
    try:
        attempt.backup = back_up(plan, plan.folder(attempt.active))
    except Refused:
        # After a roll-back the database may have a newer schema than the active release has backups for.
        attempt.backup = back_up(plan, attempt.release)
    return f"{len(settings)} settings; {restore_copy(plan, attempt.release, attempt.backup)}"


def health_before(attempt: Attempt) -> str:
    """What runs now is whole: a deployment repairs nothing that it does not know of."""
    if attempt.active is None:
        return "nothing runs yet"
    if is_stopped(attempt.plan):
        return f"{attempt.active} was stopped on purpose"
    checks = (*checked(attempt.plan, attempt.active), *own_check(attempt.plan, attempt.active))
    if not is_whole(checks):
        raise Refused(first_fault(checks))
    return f"{sum(check.ok is True for check in checks)} checks hold, {attempt.active} is active"


def explicit_confirmation(attempt: Attempt) -> str:
    """Somebody names the commit."""
    given = attempt.confirmation
    if given is None and sys.stdin.isatty():
        given = input(f"Deploy {attempt.commit[:12]} of {attempt.plan.entity}? Type the commit: ").strip()
    if given is None or len(given) < 7 or not attempt.commit.startswith(given):
        raise Refused(f"confirm with --confirm {attempt.commit[:12]}")
    return f"{given} was named"


BEFORE = (
    Gate(1, "changes identified", changes_identified),
    Gate(2, "scope verified", scope_verified),
    Gate(3, "tests", program_ends_well(lambda plan: plan.tests)),
    Gate(4, "lint", program_ends_well(lambda plan: plan.lint)),
    Gate(5, "build", build),
    Gate(6, "staging", staging),
    Gate(7, "environment", environment),
    Gate(8, "quality", program_ends_well(lambda plan: plan.quality)),
    Gate(9, "health before", health_before),
    Gate(10, "explicit confirmation", explicit_confirmation),
)
AFTER_NUMBER, AFTER_NAME = 11, "100 % health after"
