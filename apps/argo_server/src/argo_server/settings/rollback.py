"""An accepted configuration back into its file, with the secrets that the file holds now."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from argo_core.errors import ConfigError
from argo_core.model.configuration import Accepted
from argo_core.model.masked_document import unmasked
from argo_server.settings.load import Settings, load_settings


def history_of(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings that name the file and the database of its history, also where the file is broken: of a broken one
    `database.path` counts if it can be read, and all else is as if it said nothing. Raises ConfigError."""
    env = os.environ if environ is None else environ
    try:
        return load_settings(env)
    except ConfigError as error:
        if not env.get("ARGO_CONFIG"):
            raise
        refused = error
    path, plain = Path(env["ARGO_CONFIG"]), load_settings({})
    present = _present(path)
    section = present.get("database") if isinstance(present, dict) else None
    named = section.get("path") if isinstance(section, dict) else None
    database = path.resolve().parent / (named if isinstance(named, str) else plain.file.database.path)
    if not env.get("ARGO_DATABASE_URL") and not database.exists():
        raise ConfigError(f"{refused}: to go back, set ARGO_DATABASE_URL to the database of its history") from refused
    url = env.get("ARGO_DATABASE_URL") or f"sqlite+aiosqlite:///{database.resolve()}"
    return replace(plain, file_path=path, database_url=url)


def roll_back(
    path: Path, entry: Accepted, check: Callable[[Settings], None], environ: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Write what was accepted into the file, unless a process would not start with it. Returns the dotted keys of
    secrets that the file lost since: they are not set.

    The file is replaced whole: a crash leaves the old one. Raises ConfigError, and the file stays as it is.
    """
    document, missing = unmasked(msgspec.json.decode(entry.document), _present(path))
    partial = path.with_name(f"{path.name}.new")
    try:
        _write(partial, document, path)
        check(load_settings(environ, partial))
        partial.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}: the settings stay as they are") from error
    finally:
        partial.unlink(missing_ok=True)
    return missing


def _present(path: Path) -> object:
    """A file that is broken has no secrets to keep: going back is what it needs."""
    try:
        return msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}


def _write(partial: Path, document: object, like: Path) -> None:
    """Readable by those who could read the file until now."""
    mode = like.stat().st_mode & 0o777 if like.exists() else 0o600
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def owner_of(path: Path) -> str:
    """Who owns the file: whoever changed it last is not written anywhere. `unknown` where the system knows no name."""
    try:
        return path.owner()
    except (KeyError, OSError):
        return "unknown"
