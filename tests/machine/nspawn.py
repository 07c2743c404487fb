"""A machine with a systemd of its own, on this one: systemd-nspawn on a tree that debootstrap made."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from deploy.commands import Said, run
from deploy.errors import Refused
from deploy.steps import until

PROGRAMS = {"debootstrap": "debootstrap", "systemd-nspawn": "systemd-container", "nsenter": "util-linux", "git": "git"}
SYSTEM = ("systemd", "systemd-sysv", "dbus", "ca-certificates", "curl", "iproute2", "procps")
OF_THE_GUIDE = ("git", "make", "nginx-light", "openssl", "python3-venv", "postgresql", "postgresql-client")
SURROUNDINGS = ("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8")
WANTS_TO_RESTART = 133
# Whatever ends this check, kill -9 as well, ends what it started: the kernel does it. And what is mounted meanwhile is
# nobody else's, so that no cleaning up can walk into it.
TIED = ("setpriv", "--pdeathsig", "KILL", "unshare", "--mount-proc", "--pid", "--fork", "--kill-child")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


class Machine:
    """It has its own processes, users and files below `folder`, and the network of the machine that it runs on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.tree = folder / "tree"

    def make(self, base: Path | None) -> None:
        """Debian 12 with what the guide asks for; a copy of `base` where there is one. Raises Refused."""
        missing = [package for name, package in PROGRAMS.items() if shutil.which(name) is None]
        if missing or os.geteuid() != 0:
            raise Refused(f"as root, with {' '.join(PROGRAMS.values())}: apt-get install {' '.join(missing)}")
        if base is None:
            packages = ",".join((*SYSTEM, *OF_THE_GUIDE))
            _must([*TIED, "debootstrap", "--variant=minbase", f"--include={packages}", "bookworm", self.tree])
        else:
            _must(["cp", "--archive", base, self.tree])

    def boot(self) -> float:
        """Seconds until systemd says that everything was started. Raises Refused, also where something failed."""
        began = time.monotonic()
        words = [*TIED, "systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-users=no"]
        own = [f"--bind-ro={CERTIFICATES}"] if CERTIFICATES.exists() else []
        told = ["--console=pipe", f"--directory={self.tree}", f"--machine=machine-{os.getpid()}", *own, "--boot"]
        with (self._folder / "console").open("ab") as console:
            self._process = subprocess.Popen([*words, *told], stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        self.wait_started()
        return time.monotonic() - began

    def wait_started(self) -> None:
        """Raises Refused where a unit failed, or nothing comes up."""
        state = until(self._state)
        if state != "running":
            failed = self.sh("systemctl list-units --failed --no-legend --plain").out.strip()
            raise Refused(f"the machine is {state or 'silent'}: {failed or self._console()}")

    def sh(self, script: str) -> Said:
        """A script in its shell, as root. Raises Refused where the machine is not there."""
        leader = self.leader()
        if leader is None:
            raise Refused(f"the machine is not there: {self._console()}")
        spaces = ["--mount", "--uts", "--ipc", "--pid", "--cgroup", "--root", "--wd"]
        words = ["nsenter", "--target", str(leader), *spaces, "env", "--ignore-environment", *SURROUNDINGS]
        return run([*words, f"SSL_CERT_FILE={CERTIFICATES}", "bash", "-euo", "pipefail", "-c", script], Path("/"))

    def must(self, script: str) -> str:
        """What a script wrote. Raises Refused with its last word."""
        said = self.sh(script)
        if said.status != 0:
            raise Refused(f"{script.strip().splitlines()[-1][:200]}: {said.told}\n{said.out[-2000:]}")
        return said.out

    def leader(self) -> int | None:
        """The number, on this machine, of the systemd that is the other one's first process."""
        if self._process is None or self._process.poll() is not None:
            return None
        try:
            [nspawn] = _children(self._process.pid)
            return next(pid for pid in _children(nspawn) if _name(pid) == "systemd")
        except (OSError, ValueError, StopIteration):  # not yet begun, or ended meanwhile
            return None

    def restart(self) -> float:
        """Seconds of an orderly restart: systemd-nspawn ends then, and says that it wants to begin again. Raises
        Refused."""
        began = time.monotonic()
        self.sh("systemctl reboot")
        status = self._ended()
        if status != WANTS_TO_RESTART:
            raise Refused(f"the machine ended with status {status} where it was to restart: {self._console()}")
        self.boot()
        return time.monotonic() - began

    def cut(self) -> None:
        """Every process of it ends at once, as when the power goes; the files are those of that moment."""
        leader = self.leader()
        if leader is not None:
            os.kill(leader, signal.SIGKILL)
        self._ended()

    def close(self) -> None:
        """In good order where it can be, and its files are gone."""
        if self.leader() is not None:
            self.sh("systemctl poweroff")
            self._ended()
        shutil.rmtree(self._folder, ignore_errors=True)

    def last_words(self) -> str:
        """The end of what its services wrote, and of what it did; "" where it is not there."""
        return "" if self.leader() is None else self.sh("journalctl --no-pager --lines 60").out

    def _ended(self) -> int | None:
        """The status that it ended with; None where it did not run."""
        if self._process is None:
            return None
        try:
            return self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _state(self) -> str:
        """What systemd says of the whole, once it has started everything; "" before."""
        if self.leader() is None:
            return ""
        state = self.sh("systemctl is-system-running || true").out.strip()
        return "" if state in ("", "offline", "unknown", "initializing", "starting") else state

    def _console(self) -> str:
        return " ".join((self._folder / "console").read_text("utf-8", "replace").splitlines()[-3:])


def _children(pid: int) -> list[int]:
    """Raises OSError where the process has ended."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _name(pid: int) -> str:
    """Raises OSError where the process has ended."""
    return Path(f"/proc/{pid}/comm").read_text().strip()


def _must(words: list[str | Path]) -> None:
    said = run(words, Path("/"))
    if said.status != 0:
        raise Refused(f"{words[0]}: {said.told}")
