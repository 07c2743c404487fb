"""What a person orders: gates, deploy, rollback, status, test, stop."""

from __future__ import annotations

import time
from collections.abc import Callable

from deploy.commands import run
from deploy.errors import Refused
from deploy.front import point_front
from deploy.gates import AFTER_NAME, AFTER_NUMBER, BEFORE, Attempt, pass_gates
from deploy.health import as_rows, first_fault, is_whole
from deploy.old_releases import remove_old_releases
from deploy.plan import SIDES, Plan, other
from deploy.prepared import begin, is_prepared, prepare_side
from deploy.records import Record, clear_old_trials, newest_record, release_before
from deploy.release import installed_files, released_commit
from deploy.side_state import checked
from deploy.sides import active_side, is_active, is_stopped, link_side, linked_processes, note_stopped
from deploy.supervisors import SUPERVISORS
from deploy.switch import confirmed, require_as_many, stop_side, switch
from deploy.trial import upgrade_database
from deploy.turns import moving, only_one
from deploy.watch import firing_alerts, validate_files, watch

Tell = Callable[[str], None]


def attempt_of(plan: Plan, commit: str, confirmation: str | None) -> Attempt:
    """Raises Refused for a commit that is none."""
    said = run(["git", "rev-parse", "--verify", f"{commit}^{{commit}}"], plan.repository)
    if said.status != 0:
        raise Refused(f"{commit} is no commit of {plan.repository}: {said.told}")
    active = active_side(plan)
    require_as_many(plan)
    return Attempt(plan, active, "blue" if active is None else other(active), said.out.strip(), confirmation)


def gates(plan: Plan, commit: str, confirmation: str | None, tell: Tell) -> None:
    """The ten gates before a switch; nothing is switched. The eleventh is looked at on what is active."""
    with only_one(plan):
        attempt = attempt_of(plan, commit, confirmation)
        pass_gates(attempt, BEFORE, tell)
        if attempt.active is None or is_stopped(plan):
            tell(f"gate {AFTER_NUMBER} {AFTER_NAME}: nothing runs: after the deployment")
            return
        checks = checked(plan, attempt.active)
        if not is_whole(checks):
            raise Refused(f"gate {AFTER_NUMBER}, {AFTER_NAME}: {first_fault(checks)}")
        tell(f"gate {AFTER_NUMBER} {AFTER_NAME}: ok for what is active: asked again after a switch")


def deploy(plan: Plan, commit: str, confirmation: str | None, tell: Tell) -> None:
    """Gates, upgrade, switch, confirmation, watch; back by itself where one of the last three fails. Raises Refused."""
    with only_one(plan):
        attempt = attempt_of(plan, commit, confirmation)
        record = Record(plan, "deploy", commit=attempt.commit, former=attempt.active, side=attempt.side)
        try:
            _firing(plan)  # who cannot be asked now is told of before the gates, not after them
            pass_gates(attempt, BEFORE, tell)
            known = _firing(plan)
            record.note(gates=attempt.passed, backup=attempt.backup)
            with moving(plan):
                if active_side(plan) != attempt.active:
                    raise Refused(f"{active_side(plan)} is active by now: the sides were moved meanwhile, begin again")
                upgrade_database(plan, attempt.release)
                _switched(attempt, record, tell)
        except Exception as error:
            record.note(outcome="refused", why=_told(error), gates=attempt.passed, backup=attempt.backup)
            raise
        _watched(attempt, record, known, tell)
        _tidied(plan, tell)


def _firing(plan: Plan) -> frozenset[str]:
    return firing_alerts(plan.prometheus, plan.entity) if plan.prometheus else frozenset()


def _switched(attempt: Attempt, record: Record, tell: Tell) -> None:
    plan, supervisor = attempt.plan, SUPERVISORS[attempt.plan.supervisor](attempt.plan)
    former = None if is_stopped(plan) else attempt.active
    done = switch(plan, supervisor, former, attempt.side, attempt.commit)
    tell(f"switched to {done.side} in {done.seconds:.2f} s")
    try:
        checks = confirmed(plan, supervisor, attempt.side)
        tell(f"gate {AFTER_NUMBER} {AFTER_NAME}: ok: {sum(check.ok is True for check in checks)} checks")
        note_stopped(plan, False)
        record.note(outcome="watched", switch_seconds=done.seconds, health=as_rows(checks))
    except BaseException as error:  # whatever it was: a side that nobody confirmed does not stay
        tell(f"gate {AFTER_NUMBER} {AFTER_NAME}: REFUSED: {_told(error)}")
        _return(attempt, tell)
        raise Refused(f"gate {AFTER_NUMBER}, {AFTER_NAME}: {_told(error)}") from error
    if former is not None:
        prepare_side(plan, supervisor, former, tell)


def _told(error: BaseException) -> str:
    """In words; what was not foreseen with its kind."""
    return str(error) if isinstance(error, Refused) else f"{type(error).__name__}: {error}"


def _watched(attempt: Attempt, record: Record, known: frozenset[str], tell: Tell) -> None:
    plan, supervisor = attempt.plan, SUPERVISORS[attempt.plan.supervisor](attempt.plan)
    try:
        why = watch(plan, supervisor, attempt.side, known, tell)
    except Exception as error:  # a side that nobody watches does not stay
        raise _taken_back(attempt, record, f"it could not be watched: {_told(error)}", tell) from error
    if why:
        raise _taken_back(attempt, record, why, tell)
    if not is_active(plan, attempt.side):
        raise _left(attempt, record)
    record.note(outcome="done", watched_seconds=plan.watch_seconds)
    tell(f"done: {attempt.commit[:12]} is active on {attempt.side}; {record.path}")


def _taken_back(attempt: Attempt, record: Record, why: str, tell: Tell) -> Refused:
    with moving(attempt.plan, wait=True):
        if not is_active(attempt.plan, attempt.side):
            return _left(attempt, record)
        _return(attempt, tell)
        record.note(outcome="rolled back", why=why)
    return Refused(f"{attempt.side} was taken back while it was watched: {why}")


def _left(attempt: Attempt, record: Record) -> Refused:
    """Somebody ordered something else meanwhile: nothing is done about it here."""
    why = f"{attempt.side} is not active any more: somebody moved the sides"
    record.note(outcome="left", why=why)
    return Refused(f"the watch ended: {why}")


def _return(attempt: Attempt, tell: Tell) -> None:
    """To the former side, where there is one."""
    plan, supervisor = attempt.plan, SUPERVISORS[attempt.plan.supervisor](attempt.plan)
    if attempt.active is None or is_stopped(plan):
        stop_side(plan, supervisor, attempt.side)
        point_front(plan, attempt.active)
        return
    former = released_commit(plan, attempt.active)
    if former is None:
        raise Refused(f"{plan.folder(attempt.active)} holds no release: nothing to go back to")
    back = switch(plan, supervisor, attempt.side, attempt.active, former)
    tell(f"rolled back to {back.side} in {back.seconds:.2f} s")


def rollback(plan: Plan, reason: str, tell: Tell) -> None:
    """The release that was active before works again, on the other side. Raises Refused."""
    began = time.monotonic()
    with moving(plan):
        require_as_many(plan)
        active = active_side(plan)
        former = None if active is None else release_before(plan, released_commit(plan, active))
        if active is None or former is None:
            raise Refused("there is no release to go back to: no other deployment was done")
        if installed_files(plan, former) is None:
            raise Refused(f"the release to go back to is gone: {plan.release(former)}")
        record = Record(plan, "rollback", commit=former, former=active, side=other(active), reason=reason)
        supervisor = SUPERVISORS[plan.supervisor](plan)
        try:
            switch(plan, supervisor, None if is_stopped(plan) else active, other(active), former)
        except Refused as error:
            record.note(outcome="refused", why=str(error))
            raise
        note_stopped(plan, False)
        seconds = time.monotonic() - began
        record.note(outcome="done", switch_seconds=seconds, health=as_rows(checked(plan, other(active))))
    tell(f"rolled back to {former[:12]} on {other(active)} in {seconds:.2f} s; {record.path}")


def status(plan: Plan, tell: Tell) -> bool:
    """Both sides and the last record, in words; whether the active side is whole."""
    active, supervisor = active_side(plan), SUPERVISORS[plan.supervisor](plan)
    whole = False
    for side in SIDES:
        running = [process for process in linked_processes(plan, side) if supervisor.runs(process)]
        waiting = any(is_prepared(plan, supervisor, process) for process in running)
        checks = checked(plan, side) if running and not waiting else ()
        standing = "whole" if is_whole(checks) else first_fault(checks)
        standing = standing if checks else "ready to go back to" if waiting else "stopped"
        whole = whole or (side == active and bool(checks) and is_whole(checks))
        mark = "active" if side == active else "idle"
        ports = ", ".join(f"port {plan.port(process)}" for process in plan.processes(side))
        tell(f"{side}: {mark}, {ports}, {(released_commit(plan, side) or 'empty')[:12]}, {standing}")
    last = newest_record(plan)
    if last is not None:
        tell(f"last: {last['kind']} of {last['commit'][:12]} at {last['began_at']}: {last['outcome']}")
    return whole


def trial(plan: Plan, commit: str, tell: Tell) -> None:
    """The gates build and staging alone, and the front's configuration: nothing that is active is touched."""
    with only_one(plan):
        attempt = attempt_of(plan, commit, None)
        pass_gates(attempt, [gate for gate in BEFORE if gate.name in ("build", "staging")], tell)
        checks = validate_files(plan)
        if not is_whole(checks):
            raise Refused(first_fault(checks))
        tell(f"{checks[0].name}: ok: {checks[0].said}")
        _tidied(plan, tell)


def _tidied(plan: Plan, tell: Tell) -> None:
    """What is left of trials long ago, and releases that nobody goes back to; the sides do not move meanwhile."""
    clear_old_trials(plan)
    with moving(plan, wait=True):
        gone = remove_old_releases(plan)
    if gone:
        tell(f"removed {len(gone)} old releases: {', '.join(commit[:12] for commit in gone)}")


def stop(plan: Plan, tell: Tell) -> None:
    """Both sides end; `start`, the next deployment or a roll-back starts one again."""
    with moving(plan):
        note_stopped(plan, True)
        for side in SIDES:
            stop_side(plan, SUPERVISORS[plan.supervisor](plan), side)
            tell(f"{side}: stopped")


def start(plan: Plan, tell: Tell) -> None:
    """The active side works again after a stop. Raises Refused where there is none, or it does not become whole."""
    with moving(plan):
        active = active_side(plan)
        if active is None:
            raise Refused("nothing was deployed yet: deploy a release first")
        supervisor = SUPERVISORS[plan.supervisor](plan)
        commit = released_commit(plan, active)
        if commit is None:
            raise Refused(f"{plan.folder(active)} holds no release: deploy one")
        link_side(plan, active, commit)  # as many as the plan says now
        for process in plan.processes(active):
            begin(plan, supervisor, process)
        checks = confirmed(plan, supervisor, active)
        note_stopped(plan, False)
        tell(f"{active}: started, {sum(check.ok is True for check in checks)} checks hold")
