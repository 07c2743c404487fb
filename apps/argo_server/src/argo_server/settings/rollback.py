"""Settings enough to find the history of a file that may be broken."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from argo_core.errors import ConfigError
from argo_server.settings.load import Settings, load_settings


def history_of(read: Callable[[Path], object], environ: Mapping[str, str] | None = None) -> Settings:
    """Settings that name the file and the database of its history. Of a broken file `database.path` counts if `read`
    finds it, and all else is as if it said nothing. Raises ConfigError."""
    env = os.environ if environ is None else environ
    try:
        return load_settings(env)
    except ConfigError as error:
        if not env.get("ARGO_CONFIG"):
            raise
        refused = error
    path, plain = Path(env["ARGO_CONFIG"]), load_settings({})
    present = read(path)
    section = present.get("database") if isinstance(present, dict) else None
    named = section.get("path") if isinstance(section, dict) else None
    database = path.resolve().parent / (named if isinstance(named, str) else plain.file.database.path)
    if not env.get("ARGO_DATABASE_URL") and not database.exists():
        raise ConfigError(f"{refused}: to go back, set ARGO_DATABASE_URL to the database of its history") from refused
    url = env.get("ARGO_DATABASE_URL") or f"sqlite+aiosqlite:///{database.resolve()}"
    return replace(plain, file_path=path, database_url=url)
