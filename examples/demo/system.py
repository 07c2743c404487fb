"""The four real processes of the demonstration, each with its own environment and its own database."""

from __future__ import annotations

import json
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from examples.demo.api import Api, Unreachable
from examples.demo.scenario import Scenario

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
BIN = Path(sys.executable).parent
READY_SECONDS = 60
END_SECONDS = 10
POLL_SECONDS = 0.1
USUAL_FOLDER = ROOT / "var" / "demo"
MARK = "demo-folder.txt"
EMAIL = "demo@alpine.localhost"


class DemoError(Exception):
    """The demo cannot go on; the message says why and where to look."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where each process listens."""

    generator: int = 7999
    regular: int = 8000
    prop_firm: int = 8001
    alpine: int = 9001

    @classmethod
    def from_base(cls, base: int | None) -> Ports:
        """Four ports in a row, or the usual ones."""
        return cls() if base is None else cls(base, base + 1, base + 2, base + 3)


@dataclass(frozen=True, slots=True)
class Part:
    """One process: its command, and the only variables that it sees."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    address: str


class System:
    """Creates the folder, starts the processes, watches over them, ends them."""

    def __init__(self, folder: Path, ports: Ports, scenario: Scenario) -> None:
        self.folder, self.ports, self.scenario = folder.resolve(), ports, scenario
        self.summary = self.folder / "summary.json"
        self.signals_database = self.folder / "signals_unified.db"
        self.alpine_database = self.folder / "alpine.db"
        self.password = secrets.token_urlsafe(12)
        self.vkey = ""
        self._sync_key, self._distribution_key = secrets.token_hex(32), secrets.token_hex(32)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def pids(self) -> dict[str, int]:
        """The process id of each part."""
        return {name: process.pid for name, process in self._running.items()}

    def prepare(self) -> None:
        """Fresh files, an earlier demo's are replaced, and two new databases; each executor makes its own.

        Raises DemoError if a port is taken (whoever listens there would be mistaken for ours), or if the folder holds
        anything but an earlier demo.
        """
        for name, port in asdict(self.ports).items():
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    raise DemoError(f"port {port} ({name}) is taken: end what listens there, or run PORT_BASE=N")
        mark = self.folder / MARK
        ours = self.folder == USUAL_FOLDER or mark.exists()
        if self.folder.exists() and any(self.folder.iterdir()) and not ours:
            raise DemoError(f"{self.folder} holds something that is no demo of ours: name an empty folder")
        if self.folder.exists():
            shutil.rmtree(self.folder)
        try:
            self.folder.mkdir(parents=True)
        except OSError as error:
            raise DemoError(f"{self.folder} cannot be made: {error.strerror}: name another folder") from error
        mark.write_text("Files of a demonstration. They are replaced by the next one.\n")
        if self.scenario.script is not None:
            shutil.copy(self.scenario.script, self.folder)
        self._write("generator", json.loads((HERE / "config.json").read_text()) | self._generator_settings())
        self._write("regular", self._executor_settings("argo", self.ports.regular, prop_firm=False))
        self._write("prop_firm", self._executor_settings("prop_firm", self.ports.prop_firm, prop_firm=True))
        generator = self._generator()
        self.vkey = self._log_key(generator)
        alpine = self._alpine()
        upgrades = [
            (part, self._spawn(part, (part.command[0], "db", "upgrade"), "upgrade")) for part in (generator, alpine)
        ]
        for part, process in upgrades:
            if process.wait(READY_SECONDS):
                raise DemoError(
                    f"creating the database of {part.name} failed: {self._last_word(f'{part.name}-upgrade')}"
                )

    def start(self, when_distributor_answers: Callable[[], None]) -> None:
        """All four, side by side. Raises DemoError with a process's last word if it ends."""
        alpine, *others = (self._alpine(), *self._executors(), self._generator())
        for part in (alpine, *others):
            self._running[part.name] = self._spawn(part, part.command)
        deadline = time.monotonic() + READY_SECONDS
        self._wait_until_ready(alpine, deadline)
        when_distributor_answers()
        for part in others:
            self._wait_until_ready(part, deadline)

    def require_alive(self) -> None:
        """Raises DemoError if a process ended by itself."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise DemoError(f"{name} ended: {self._last_word(name)}")

    def end(self, *names: str) -> None:
        """Ask politely, then not; without names, everyone."""
        chosen = [name for name in (names or tuple(self._running)) if name in self._running]
        processes = [self._running.pop(name) for name in chosen]
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _log_key(self, generator: Part) -> str:
        """Makes the key that signs the log; its public half, which the distributor pins before it hears anything."""
        command = (generator.command[0], "ledger", "key")
        done = subprocess.run(command, env=generator.environment, cwd=self.folder, capture_output=True, check=False)
        if done.returncode:
            raise DemoError(f"making the log's key failed: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout.decode().strip()

    def _generator(self) -> Part:
        return Part(
            "generator",
            (str(BIN / "argo"), "serve"),
            {
                **_usual(),
                "ARGO_CONFIG": str(self.folder / "generator.json"),
                "ARGO_CACHE_DIR": str(ROOT / "var" / "cache"),
                "ARGO_KEY_DIR": str(self.folder / "keys" / "argo"),
                "ALPINE_API_URL": f"http://127.0.0.1:{self.ports.alpine}",
                "ARGO_API_KEY": self._sync_key,
                "ARGO_DISTRIBUTION_KEY": self._distribution_key,
            },
            f"http://127.0.0.1:{self.ports.generator}",
        )

    def _executors(self) -> tuple[Part, Part]:
        """Each holds its own account's credential (of the simulated exchange) and no other."""
        return (
            self._executor("regular", "argo", self.ports.regular, "ALPACA"),
            self._executor("prop_firm", "prop_firm", self.ports.prop_firm, "PROP_FIRM"),
        )

    def _executor(self, name: str, identity: str, port: int, credential: str) -> Part:
        return Part(
            name,
            (str(BIN / "argo"), "serve", "--role", "executor", "--executor", identity),
            {
                **_usual(),
                "ARGO_CONFIG": str(self.folder / f"{name}.json"),
                "ARGO_DISTRIBUTION_KEY": self._distribution_key,
                f"{credential}_API_KEY": f"SIMULATED-{secrets.token_hex(8)}",
                f"{credential}_SECRET_KEY": secrets.token_hex(16),
            },
            f"http://127.0.0.1:{port}",
        )

    def _alpine(self) -> Part:
        return Part(
            "alpine",
            (str(BIN / "alpine"), "serve"),
            {
                **_usual(),
                "ALPINE_DATABASE_URL": f"sqlite+aiosqlite:///{self.alpine_database}",
                "ALPINE_PORT": str(self.ports.alpine),
                "ALPINE_DEMO_ACCOUNT": f"{EMAIL}:{self.password}",
                "ALPINE_FREE_DELAY_SECONDS": "20",
                "ALPINE_KEY_DIR": str(self.folder / "keys" / "alpine"),
                "ALPINE_LOG_VKEYS": self.vkey,
                "ARGO_API_KEY": self._sync_key,
            },
            f"http://127.0.0.1:{self.ports.alpine}",
        )

    def _generator_settings(self) -> dict[str, object]:
        addresses = {
            "argo": f"http://127.0.0.1:{self.ports.regular}",
            "prop_firm": f"http://127.0.0.1:{self.ports.prop_firm}",
        }
        return {
            "server": {"host": "127.0.0.1", "port": self.ports.generator},
            "distribution": {"executors": addresses},
            "market": {"feed": "replay"},
            **({"replay": dict(self.scenario.replay)} if self.scenario.replay else {}),
        }

    def _executor_settings(self, identity: str, port: int, *, prop_firm: bool) -> dict[str, object]:
        return {
            "executor": {"id": identity, "signal_source_url": f"http://127.0.0.1:{self.ports.generator}"},
            "prop_firm": {"enabled": prop_firm, **(self.scenario.prop_firm if prop_firm else {})},
            "trading": {"auto_execute": True, **(self.scenario.prop_firm_trading if prop_firm else {})},
            "server": {"host": "127.0.0.1", "port": port},
            "database": {"path": f"executor_{identity}.db"},
        }

    def _write(self, name: str, settings: dict[str, object]) -> None:
        (self.folder / f"{name}.json").write_text(json.dumps(settings, indent=2))

    def _spawn(self, part: Part, command: Sequence[str], suffix: str = "") -> subprocess.Popen[bytes]:
        name = f"{part.name}-{suffix}" if suffix else part.name
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                list(command),
                env=part.environment,
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _wait_until_ready(self, part: Part, deadline: float) -> None:
        api = Api(part.address)
        while time.monotonic() < deadline:
            self.require_alive()
            try:
                api.get("/health")
                return
            except Unreachable:
                time.sleep(POLL_SECONDS)
        raise DemoError(f"{part.name} did not answer within {READY_SECONDS} s: {self._last_word(part.name)}")

    def _last_word(self, name: str) -> str:
        """What a process said last."""
        lines = (self.folder / f"{name}.log").read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it left no word"


def _usual() -> dict[str, str]:
    """No key, no network: only where programs are."""
    return {"PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1"}
