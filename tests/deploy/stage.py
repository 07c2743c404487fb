"""Both entities as they are deployed: real releases of a small repository, a real front, real databases."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from deploy.programs import PROGRAMS
from deploy.release import environment_name
from tests.commands import run_command
from tests.deploy.front import make_certificate, start_front, stop_front, words, write_front
from tests.ports import ports_in_a_row

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("packages", "apps", "migrations", "requirements")
ENTITIES = ("alpine", "argo")
GIT = {"GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.test", "GIT_CONFIG_GLOBAL": "/dev/null"}
GIT |= {"GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@example.test", "GIT_CONFIG_SYSTEM": "/dev/null"}
DATABASES = {"argo": "argo.db", "alpine": "alpine.db"}
SYNC_KEY = "5" * 64


class Stage:
    """A folder that holds a repository, a front, and for each entity a plan, settings, sides and a database."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.repository = folder, folder / "repository"
        names = (
            "argo",
            "argo_staging",
            "alpine",
            "alpine_staging",
            "blue",
            "green",
            "alpine_blue",
            "alpine_green",
            "tls",
        )
        self.ports = dict(zip(names, ports_in_a_row(len(names)), strict=True))
        self._copy_repository()
        make_certificate(folder / "front")
        listeners = {
            "127.0.0.1:8000": self.ports["argo"],
            "127.0.0.1:8001": self.ports["argo_staging"],
            "127.0.0.1:9001": self.ports["alpine"],
            "127.0.0.1:9004": self.ports["alpine_staging"],
            "443": self.ports["tls"],
            "80;": 0,
        }
        self.main = write_front(folder / "front", {key: port for key, port in listeners.items() if port}, ENTITIES)
        alpine_conf = folder / "front" / "alpine.conf"
        alpine_conf.write_text(alpine_conf.read_text().replace("listen 80;", f"listen unix:{folder}/plain.sock;"))
        for entity in ENTITIES:
            self._settle(entity)
        self._first_sides()
        start_front(self.main)

    def order(self, entity: str, *asked: str) -> subprocess.CompletedProcess[str]:
        """deploy/run, as a person calls it."""
        return subprocess.run(
            [ROOT / "deploy" / "run", "--plan", self.folder / f"{entity}.toml", *asked],
            env={**os.environ, **GIT, "PYTHON": sys.executable},
            capture_output=True,
            text=True,
            timeout=170,
            check=False,
        )

    def deploy(self, entity: str) -> str:
        """What a deployment that has to succeed says."""
        done = self.order(entity, "deploy", "--confirm", self.head()[:12])
        assert done.returncode == 0, done.stdout + done.stderr + self.logs()
        return done.stdout

    def first(self, entity: str) -> None:
        """The first release put to work without the gates, for tests of the second one."""
        words = [
            sys.executable,
            "-m",
            "tests.deploy.first_release",
            str(self.folder / f"{entity}.toml"),
            self.first_commit,
        ]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
        assert done.returncode == 0, done.stderr + self.logs()

    def commit(self, path: str, text: str) -> str:
        """Another commit of the repository."""
        file = self.repository / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a") as written:
            written.write(text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "a change")
        return self.head()

    def head(self) -> str:
        return self.git("rev-parse", "HEAD").strip()

    def git(self, *asked: str) -> str:
        done = subprocess.run(
            ["git", *asked], cwd=self.repository, env={**os.environ, **GIT}, capture_output=True, text=True, check=True
        )
        return done.stdout

    def rows(self, entity: str, query: str, database: Path | None = None) -> list[tuple[Any, ...]]:
        """Rows of an entity's database."""
        path = database or self.folder / DATABASES[entity]
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(query).fetchall()

    def program(self, entity: str, *asked: str) -> subprocess.CompletedProcess[str]:
        """A command of the checkout with the entity's settings."""
        settings = dict(line.split("=", 1) for line in (self.folder / f"{entity}.env").read_text().splitlines())
        environment = {"PATH": os.environ["PATH"], **settings}
        return run_command(entity, asked, self.folder, environment)

    def records(self, entity: str) -> list[dict[str, Any]]:
        """Every record, oldest first."""
        return [json.loads(path.read_text()) for path in sorted((self.folder / entity / "records").glob("*.json"))]

    def logs(self) -> str:
        """The ends of all logs."""
        return "\n".join(f"{path}: {path.read_text(errors='replace')[-1500:]}" for path in self.folder.rglob("*.log"))

    def close(self) -> None:
        """Nothing is left running."""
        for entity in ENTITIES:
            self.order(entity, "stop")
        stop_front(self.main)

    def _copy_repository(self) -> None:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *SHIPPED],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_symlink() or (ROOT / name).exists():
                (self.repository / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, self.repository / name, follow_symlinks=False)
        self.git("init", "-q", "-b", "main")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "the first release")
        self.first_commit = self.head()

    def _settle(self, entity: str) -> None:
        """Settings, plan, and the pinned packages: those of this environment."""
        self._write_settings(entity)
        pins = b"".join((ROOT / file).read_bytes() for file in PROGRAMS[entity].requirements)
        environments = self.folder / entity / "env"
        environments.mkdir(parents=True)
        (environments / environment_name(pins)).symlink_to(sys.prefix)
        prefix = "" if entity == "argo" else "alpine_"
        (self.folder / f"{entity}.toml").write_text(
            f'entity = "{entity}"\nroot = "{entity}"\nrepository = "repository"\nsupervisor = "local"\n'
            f'environment_file = "{entity}.env"\nsides_file = "front/{entity}-sides.conf"\n'
            f"blue_port = {self.ports[prefix + 'blue']}\ngreen_port = {self.ports[prefix + 'green']}\n"
            f'reload = "{" ".join([*words(self.main), "-s", "reload"])}"\nnginx_pid = "front/nginx.pid"\n'
            'tests = "git fsck --connectivity-only"\nlint = "git diff --check HEAD"\n'
            'quality = "git diff --quiet HEAD"\n'
            "watch_seconds = 0.3\nwatch_every_seconds = 0.1\n"
        )

    def _write_settings(self, entity: str) -> None:
        values = {
            "ALPINE_DATABASE_URL": f"sqlite+aiosqlite:///{self.folder / 'alpine.db'}",
            "ALPINE_KEY_DIR": str(self.folder / "keys" / "alpine"),
            "ALPINE_BACKUP_FOLDER": str(self.folder / "backups" / "alpine"),
            "ARGO_API_KEY": SYNC_KEY,
        }
        if entity == "argo":
            config = {
                "signal_generation": {"interval_seconds": 0.5, "symbols": ["AAPL", "AMZN", "BA", "AMD", "SPY", "TSLA"]},
                "replay": {"start": "2011-01-01", "end": "2019-12-31"},
                "database": {"path": "argo.db"},
                "backups": {"folder": str(self.folder / "backups" / "argo")},
            }
            (self.folder / "config.json").write_text(json.dumps(config))
            values = {
                "ARGO_CONFIG": str(self.folder / "config.json"),
                "ARGO_KEY_DIR": str(self.folder / "keys" / "argo"),
                "ARGO_API_KEY": SYNC_KEY,
                "ALPINE_API_URL": f"http://127.0.0.1:{self.ports['alpine']}",
            }
        file = self.folder / f"{entity}.env"
        file.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
        file.chmod(0o600)
        if entity == "argo":
            vkey = self.program("argo", "ledger", "key").stdout.strip()
            assert vkey, "argo ledger key said nothing"
            with (self.folder / "alpine.env").open("a") as written:
                written.write(f"ALPINE_LOG_VKEYS={vkey}\n")

    def _first_sides(self) -> None:
        """Before the first deployment the front has nobody to ask; it must start all the same."""
        text = (ROOT / "deploy" / "nginx" / "no-sides.conf").read_text("utf-8")
        for entity in ENTITIES:
            (self.folder / "front" / f"{entity}-sides.conf").write_text(text.replace("argo_", f"{entity}_"))


def wait_until(condition: Callable[[], bool], why: Callable[[], object] = lambda: "") -> None:
    """Poll until it holds, for a minute at most."""
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until, why()
        time.sleep(0.02)
