"""Where the daily backups lie, and who else keeps them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from alpine_core.errors import OperatorError

T = TypeVar("T")

BACKUP_NAMES = (
    "ALPINE_BACKUP_AT",
    "ALPINE_BACKUP_BUCKET",
    "ALPINE_BACKUP_ENDPOINT",
    "ALPINE_BACKUP_FOLDER",
    "ALPINE_BACKUP_LOCAL_DAYS",
    "ALPINE_BACKUP_PREFIX",
)
OFF = "off"


class GivenTexts(Protocol):
    """What was given, by name."""

    def text(self, name: str, default: str) -> str: ...

    def number(self, name: str, default: T, kind: Callable[[str], T], low: float, high: float) -> T: ...


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """`at`: when the day's backup is due, UTC; None: no job takes one. `bucket` None: they lie in `folder` only.
    `endpoint` None: Amazon's own store. `local_days` None: copies here are kept for seven years too."""

    folder: Path = Path("data/backups")
    at: time | None = time(3, 10)
    bucket: str | None = None
    prefix: str = "backups"
    endpoint: str | None = None
    local_days: int | None = None

    def __post_init__(self) -> None:
        if self.bucket is not None and re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", self.bucket) is None:
            raise OperatorError(f"ALPINE_BACKUP_BUCKET is {self.bucket!r}: write a bucket's name, without s3://")
        if self.endpoint is not None and urlsplit(self.endpoint).scheme not in ("http", "https"):
            raise OperatorError("ALPINE_BACKUP_ENDPOINT must begin with https:// or http://")


def read_backup_settings(given: GivenTexts, data: Path) -> BackupSettings:
    """The settings of backups; `data` is the folder beside which they lie unless another is named."""
    return BackupSettings(
        folder=Path(given.text("ALPINE_BACKUP_FOLDER", str(data / "backups"))).absolute(),
        at=read_time("ALPINE_BACKUP_AT", given.text("ALPINE_BACKUP_AT", "03:10")),
        bucket=given.text("ALPINE_BACKUP_BUCKET", "") or None,
        prefix=given.text("ALPINE_BACKUP_PREFIX", "backups").strip("/"),
        endpoint=given.text("ALPINE_BACKUP_ENDPOINT", "") or None,
        local_days=given.number("ALPINE_BACKUP_LOCAL_DAYS", 0, int, 0, 2_557) or None,
    )


def backup_command() -> tuple[str, ...]:
    """What starts the process of a backup: it prints a report also of one that does not hold, and ends well then."""
    return (sys.executable, "-c", "from alpine_web.cli.main import main; main()", "backup", "--json", "--report")


def backup_environment(database_url: str, folder: Path, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours, and whatever was decided here."""
    given = dict(os.environ if environ is None else environ)
    return given | {"ALPINE_DATABASE_URL": database_url, "ALPINE_BACKUP_FOLDER": str(folder)}


def read_time(name: str, text: str) -> time | None:
    """HH:MM in UTC, or None for `off`. Raises OperatorError, one line that says the setting's `name`."""
    if text.lower() == OFF:
        return None
    if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) is None:
        raise OperatorError(f"{name} is {text!r}: write a time as 03:10 (UTC), or off")
    return time.fromisoformat(text)
