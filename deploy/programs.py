"""What differs between the two programs that are deployed: names, folders, and how a trial is kept apart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """`entry`: module with `main`. `serving`: the module that `serve` loads. `distributions`: folders that wheels are
    built from. `scope`: paths whose change reaches this program's release. `requirements`: files that pin every package
    it needs, and what those need. `side_words`: what a process of a side is told beside its port. `one_writer`: only
    one process may work, the next one waits for its end. `settings_check`: a command of its own that reads the settings
    and nothing else."""

    name: str
    entry: str
    serving: str
    distributions: tuple[str, ...]
    scope: tuple[str, ...]
    migrations: str
    requirements: tuple[str, ...]
    side_words: tuple[str, ...]
    health_path: str
    one_writer: bool
    settings_check: tuple[str, ...]

    @property
    def unit(self) -> str:
        """The template unit of systemd, without its instance."""
        return {"argo": "argo-generator@", "alpine": "alpine@"}[self.name]


ARGO = Program(
    name="argo",
    entry="argo_server.cli",
    serving="argo_server.serving",
    distributions=("packages/argo_core", "apps/argo_server"),
    scope=("packages/argo_core/", "apps/argo_server/", "migrations/argo/", "requirements/"),
    migrations="migrations/argo/versions",
    requirements=("requirements/app.txt", "requirements/demo-data.txt"),  # a trial replays recorded history
    side_words=("--take-over", "120"),
    health_path="/api/v1/health",
    one_writer=True,
    settings_check=("config", "check"),
)
ALPINE = Program(
    name="alpine",
    entry="alpine_web.cli",
    serving="alpine_web.serving",
    distributions=("packages/alpine_core", "apps/alpine_web"),
    scope=("packages/alpine_core/", "apps/alpine_web/", "migrations/alpine/", "requirements/"),
    migrations="migrations/alpine/versions",
    requirements=("requirements/app.txt",),
    side_words=(),
    health_path="/health",
    one_writer=False,
    settings_check=("secrets", "check"),
)
PROGRAMS = {each.name: each for each in (ARGO, ALPINE)}


def trial_environment(program: Program, folder: Path) -> dict[str, str]:
    """Settings of a process that is tried out: a database, keys and a cache of its own in `folder`, nobody to deliver
    to and nobody to write to. Nothing of the real settings is in it."""
    if program.name == "alpine":
        return {
            "ALPINE_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'trial.db'}",
            "ALPINE_KEY_DIR": str(folder / "keys"),
            "ALPINE_BACKUP_AT": "off",
            "ARGO_API_KEY": "0" * 64,
        }
    settings = {
        "signal_generation": {"interval_seconds": 1.0, "symbols": ["AAPL", "BTC-USD"]},
        "database": {"path": "trial.db"},
    }
    config = folder / "config.json"
    config.write_text(json.dumps(settings))
    return {"ARGO_CONFIG": str(config), "ARGO_KEY_DIR": str(folder / "keys")}
