"""`make machine`: docs/how-to/deploy.md, followed to the letter on a Debian machine with a systemd of its own; then
processes are killed and hung, a second release comes and goes, and the machine restarts and fails. As root.

Usage: python -m tests.machine [--base FOLDER]
"""

from __future__ import annotations

import argparse
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path

from deploy.errors import Refused
from deploy.steps import carry_out, step
from tests.machine.faults import check_faults
from tests.machine.laid_out import first_release, lay_out, start_executors
from tests.machine.nspawn import Machine
from tests.machine.units import check_units

PORTS = (80, 443, 5432, *range(8000, 8004), 8010, 8011, *range(9001, 9005))


def main() -> int:
    """Every step in its order; the first that does not hold ends it with status 1."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, help="a tree that debootstrap made before; without it one is made")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))  # the machine is put away all the same
    machine = Machine(Path(tempfile.mkdtemp(prefix="machine-")))
    try:
        return carry_out(lambda: check(machine, arguments.base), machine.last_words)
    finally:
        machine.close()


def check(machine: Machine, base: Path | None) -> None:
    """Raises Refused."""
    require_free_ports()
    began = time.monotonic()
    machine.make(base)
    step(f"the machine is made, {time.monotonic() - began:.0f} s", True)
    step(f"it is up after {machine.boot():.0f} s: {machine.must('systemctl --version | head -n 1').strip()}", True)
    lay_out(machine)
    for entity in ("alpine", "argo"):
        first_release(machine, entity)
    start_executors(machine)
    check_units(machine)
    check_faults(machine)


def require_free_ports() -> None:
    """The other machine shares this one's network. Raises Refused."""
    for port in PORTS:
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError as error:
                raise Refused(f"port {port} is taken here, and the guide's machine listens there: {error}") from error


if __name__ == "__main__":
    sys.exit(main())
