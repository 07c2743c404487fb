"""Section `backups` of `config.json`: when the database is backed up, where the backups lie, and who else has them."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from argo_server.settings.section import Section


class Backups(Section, frozen=True, kw_only=True):
    """Daily `at` (HH:MM, UTC) into `folder`, beside this file. Without `bucket` nothing is uploaded.

    `endpoint_url` and `region` empty: Amazon's own, and what its library finds. With `keep_local_days` a copy here that
    is older and lies in the bucket is removed; null keeps it for seven years.
    """

    enabled: bool = True
    at: Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "02:40"
    folder: Annotated[str, Meta(min_length=1, pattern=r"^[^\x00]+$")] = "var/backups"
    keep_local_days: Annotated[int, Meta(ge=1, le=2557)] | None = None
    bucket: Annotated[str, Meta(pattern=r"^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$")] = ""
    prefix: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$")] = "backups"
    endpoint_url: Annotated[str, Meta(pattern=r"^(https?://[^\s/]+(/[^\s]*)?)?$")] = ""
    region: Annotated[str, Meta(pattern=r"^[a-z0-9-]*$")] = ""


def backup_time(rules: Backups) -> time:
    """When the day's backup is due, UTC."""
    return time.fromisoformat(rules.at)


def backup_folder(rules: Backups, file_path: Path | None) -> Path:
    """Where backups lie: beside the configuration file, or in the current folder without one."""
    base = Path.cwd() if file_path is None else file_path.resolve().parent
    return (base / rules.folder).resolve()
