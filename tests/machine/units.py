"""What a running unit may do: who it is, what it writes, what it reads of others."""

from __future__ import annotations

import re
from typing import NamedTuple

from deploy.steps import step
from tests.machine.nspawn import Machine


class Unit(NamedTuple):
    """`user` owns `state`, the one folder that it writes. `secrets`: files of others."""

    name: str
    user: str
    state: str
    secrets: tuple[str, ...]


OTHERS = ("/etc/argo/executor-argo.env", "/var/lib/argo-argo/executor.db")
FIRM = ("/etc/argo/executor-prop_firm.env", "/var/lib/argo-prop_firm/executor.db")
GENERATOR = ("/etc/argo/generator.env", "/var/lib/argo/signals_unified.db", "/var/lib/argo/keys")
ALPINE = ("/etc/alpine/alpine.env", "/var/lib/alpine/keys")
UNITS = (
    Unit("alpine@blue", "alpine", "/var/lib/alpine", (*GENERATOR, *OTHERS, *FIRM)),
    Unit("argo-generator@blue", "argo", "/var/lib/argo", (*ALPINE, *OTHERS, *FIRM)),
    Unit("argo-executor@argo", "argo-argo", "/var/lib/argo-argo", (*ALPINE, *GENERATOR, *FIRM)),
    Unit("argo-executor@prop_firm", "argo-prop_firm", "/var/lib/argo-prop_firm", (*ALPINE, *GENERATOR, *OTHERS)),
)
WANTED = {"CapEff": "0000000000000000", "CapBnd": "0000000000000000", "NoNewPrivs": "1", "Seccomp": "2"}


def main_process(machine: Machine, unit: str) -> int:
    """The number of its main process within the machine; 0 of one that does not run."""
    return int(machine.must(f"systemctl show --property MainPID --value {unit}").strip())


def check_units(machine: Machine) -> None:
    """Each unit in turn. Raises Refused."""
    for unit in UNITS:
        process = main_process(machine, unit.name)
        told = dict(re.findall(r"^(\w+):\s+(.*)$", machine.must(f"cat /proc/{process}/status"), re.MULTILINE))
        who = machine.must(f"stat --format %U:%G /proc/{process}").strip()
        step(f"{unit.name}: {who}", who == f"{unit.user}:{unit.user}", who)
        found = {name: told[name] for name in WANTED}
        step(f"{unit.name}: no capability, no new privileges, system calls filtered", found == WANTED, str(found))
        check_writing(machine, unit, process)
        check_reading(machine, unit, process)
        judged = machine.must(f"systemd-analyze security --no-pager {unit.name} | tail -n 1").strip()
        exposure = re.search(r"(\d\.\d) OK", judged)
        step(f"{unit.name}: exposure {exposure[1] if exposure else '?'} of 10", exposure is not None, judged)


def inside(unit: Unit, process: int, words: str) -> str:
    """A command as the unit's user, with the files as its process sees them."""
    who = f"setpriv --reuid={unit.user} --regid={unit.user} --init-groups"
    return f"nsenter --target {process} --mount {who} {words}"


def check_writing(machine: Machine, unit: Unit, process: int) -> None:
    """Its own folder takes a file, and no other does, not even one that its user owned."""
    machine.must(inside(unit, process, f"sh -c 'touch {unit.state}/planted && rm {unit.state}/planted'"))
    for place in ("/srv/argo", "/etc", "/var/lib", "/opt"):
        said = machine.sh(f"nsenter --target {process} --mount touch {place}/planted")
        step(f"{unit.name}: {place} is read-only", "Read-only file system" in said.told, said.told or "it was written")


def check_reading(machine: Machine, unit: Unit, process: int) -> None:
    """Nothing of the other services."""
    there = [place for place in unit.secrets if machine.sh(f"test -e {place}").status == 0]
    step(f"{unit.name}: {len(there)} files of others are there", there == list(unit.secrets), str(unit.secrets))
    opened = [place for place in there if machine.sh(inside(unit, process, f"test -r {place}")).status == 0]
    step(f"{unit.name}: none of them is readable", opened == [], str(opened))
    own = machine.sh(inside(unit, process, f"test -r {unit.state}"))
    step(f"{unit.name}: its own folder is", own.status == 0, own.told)
