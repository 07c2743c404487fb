"""What systemd and `deploy/run` do when something ends, hangs, is replaced, or when the machine fails."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import partial

from deploy.errors import Refused
from deploy.released_command import WAITS
from deploy.steps import step, until
from tests.deploy.load import Load
from tests.machine.laid_out import order, tell
from tests.machine.nspawn import Machine
from tests.machine.units import UNITS, main_process

ADDRESSES = ("http://127.0.0.1:8000/health", "http://127.0.0.1:9001/health")
PER_SECOND, THREADS = 40, 8
ROLLBACK_SECONDS = 5.0
STOP_SECONDS = 30.0
ARGO_SIGNALS = """python3 -c '
import sqlite3
log = sqlite3.connect("file:/var/lib/argo/signals_unified.db?mode=ro", uri=True)
print("\\n".join(row[0] for row in log.execute("SELECT signal_id FROM signal_log ORDER BY signal_id")))'"""
ALPINE_SIGNALS = """cd / && setpriv --reuid=alpine --regid=alpine --init-groups \
    psql --tuples-only --no-align --command 'SELECT signal_id FROM signals ORDER BY signal_id' alpine"""
START_ROUNDS = 40
STARTS = f"""
from pathlib import Path
from deploy.plan import load_plan
from deploy.supervisors import SystemdSupervisor
supervisor = SystemdSupervisor(load_plan(Path("/etc/argo/deploy.toml")))
for number in range({START_ROUNDS}):
    supervisor.start("green")
    assert supervisor.runs("green"), f"round {{number}}: it does not run"
    supervisor.stop("green")
    assert not supervisor.runs("green"), f"round {{number}}: it runs after its end"
"""
COMMAND = """set -a; . /etc/{entity}/{file}.env
exec setpriv --reuid={entity} --regid={entity} --init-groups /srv/{entity}/{side}/bin/{entity} {words}"""


def check_faults(machine: Machine) -> None:
    """Each in turn; nothing that was published before is missing after. Raises Refused."""
    until(more_than(machine, 2))
    for check in (check_kill, check_hang, check_second_release, check_starts, check_restart, check_cut):
        before = published(machine)
        check(machine)
        more = until(more_than(machine, len(before)))
        lost = set(before) - set(published(machine))
        step("signals go on, and none is lost", bool(more) and not lost, f"lost: {sorted(lost)}")
    check_ending(machine)


def published(machine: Machine) -> list[str]:
    """The identifiers of every signal in Argo's database, in order."""
    return machine.must(ARGO_SIGNALS).split()


def more_than(machine: Machine, count: int) -> Callable[[], bool]:
    """Whether more signals than these are there by now."""
    return lambda: len(published(machine)) > count


def check_kill(machine: Machine) -> None:
    """SIGKILL: systemd starts another one."""
    for unit in UNITS:
        killed = main_process(machine, unit.name)
        machine.must(f"kill -KILL {killed}")
        step(f"{unit.name}: killed, works again after {seconds_until_back(machine, unit.name, killed):.1f} s", True)


def check_hang(machine: Machine) -> None:
    """A process that says nothing any more: the watchdog ends it, and systemd starts another one."""
    for unit in UNITS:
        hung = main_process(machine, unit.name)
        machine.must(f"kill -STOP {hung}")
        step(f"{unit.name}: hung, works again after {seconds_until_back(machine, unit.name, hung):.1f} s", True)


def seconds_until_back(machine: Machine, unit: str, former: int) -> float:
    """Until another process has told systemd that it works. Raises Refused."""
    began = time.monotonic()

    def back() -> bool:
        said = machine.must(f"systemctl show --property MainPID,ActiveState {unit}")
        return "ActiveState=active" in said and f"MainPID={former}\n" not in said

    if not until(back):
        raise Refused(f"{unit} did not come back: {machine.must(f'systemctl status --no-pager {unit} || true')[-400:]}")
    return time.monotonic() - began


def check_second_release(machine: Machine) -> None:
    """A commit that reaches both is deployed and rolled back, while somebody asks all the time."""
    commit = machine.must(
        """cd /srv/source
        for entity in argo alpine; do echo >> packages/${entity}_core/README.md; done
        git -c user.name=operator -c user.email=operator@example.com commit --quiet --all --message 'a second release'
        git rev-parse HEAD"""
    ).strip()
    load = Load(ADDRESSES, PER_SECOND, THREADS)
    load.start()
    for entity in ("alpine", "argo"):
        tell(entity, order(machine, entity, "deploy", "--confirm", commit).splitlines())
        step(f"{entity}: the second release is active", active_side(machine, entity) == "green")
    for entity in ("alpine", "argo"):
        said = order(machine, entity, "rollback", "--reason", "'a trial'").strip()
        told = re.search(r"rolled back to \w+ on blue in (\d+\.\d+) s", said)
        step(f"{entity}: {told[0] if told else ''}", told is not None and float(told[1]) < ROLLBACK_SECONDS, said)
    pace = load.stop()
    answers = dict(load.outcomes)
    step(f"requests meanwhile, {pace:.0f} a second: {answers}", set(answers) == {"200"}, str(answers))


def check_starts(machine: Machine) -> None:
    """A side whose start was ordered counts as running from then on, however busy systemd is."""
    said = machine.sh(f"cd /srv/source && .venv/bin/python -c '{STARTS}'")
    step(f"{START_ROUNDS} starts of an idle side: it runs at once, and not after its end", said.status == 0, said.told)


def active_side(machine: Machine, entity: str) -> str:
    """The side that works; both where both do. One that stands by tells systemd so."""
    name = {"argo": "argo-generator", "alpine": "alpine"}[entity]
    said = machine.must(f"systemctl list-units --no-legend --plain --state active '{name}@*'")
    units = [line.split()[0] for line in said.splitlines()]
    works = [u for u in units if machine.must(f"systemctl show --property StatusText --value {u}").strip() != WAITS]
    return " ".join(unit.partition("@")[2].partition(".")[0] for unit in works)


def check_restart(machine: Machine) -> None:
    """The active sides and the executors come up by themselves, the idle sides do not."""
    step(f"the machine restarted, up after {machine.restart():.0f} s", True)
    require_up(machine)


def check_cut(machine: Machine) -> None:
    """Every process at once; the files are what they are."""
    machine.cut()
    step(f"all its processes were killed at once; it is up after {machine.boot():.0f} s", True)
    require_up(machine)


def require_up(machine: Machine) -> None:
    """Raises Refused."""
    for entity in ("alpine", "argo"):
        whole = until(partial(is_whole, machine, entity))
        step(f"{entity}: blue works and is whole, green does not work", whole, active_side(machine, entity))
    for unit in UNITS[2:]:
        step(f"{unit.name} works", until(partial(is_active, machine, unit.name)))


def is_whole(machine: Machine, entity: str) -> bool:
    """Whether blue alone works, and everything that it looks at is well."""
    status = machine.sh(f"cd /srv/source && deploy/run --plan /etc/{entity}/deploy.toml status").out
    whole = any(line.startswith("blue: active") and line.endswith("whole") for line in status.splitlines())
    return whole and active_side(machine, entity) == "blue"


def is_active(machine: Machine, unit: str) -> bool:
    """Whether systemd has heard from it that it works."""
    return machine.sh(f"systemctl is-active --quiet {unit}").status == 0


def check_ending(machine: Machine) -> None:
    """Both books say the same and hold; then each unit ends in good order."""
    heard = machine.must("""python3 -c '
import sqlite3
for name in ("argo", "prop_firm"):
    log = sqlite3.connect(f"file:/var/lib/argo-{name}/executor.db?mode=ro", uri=True)
    print(*log.execute("SELECT COUNT(*) FROM inbox_log").fetchone())'""").split()
    step(f"executors heard of {heard[0]} and {heard[1]} signals", all(int(each) > 0 for each in heard), str(heard))
    order(machine, "argo", "stop")
    sent = published(machine)
    same = until(lambda: machine.must(ALPINE_SIGNALS).split() == sent)
    step(f"{len(sent)} signals in Argo's database, the same in Alpine's", bool(same), "they differ")
    for entity, file, words in (("argo", "generator", "ledger verify"), ("alpine", "alpine", "ledger audit")):
        said = machine.sh(COMMAND.format(entity=entity, file=file, side="blue", words=words))
        step(f"{entity} {words}: {said.told}", said.status == 0, said.told)
    order(machine, "argo", "start")
    for unit in reversed(UNITS):
        began = time.monotonic()
        machine.must(f"systemctl stop {unit.name}")
        seconds = time.monotonic() - began
        result = machine.must(f"systemctl show --property Result --value {unit.name}").strip()
        step(f"{unit.name}: ends after {seconds:.1f} s: {result}", result == "success" and seconds < STOP_SECONDS)
