"""The settings of executors whose files lie where this process can read them."""

from __future__ import annotations

from pathlib import Path

from argo_core.errors import ConfigError
from argo_server.settings.executor_role import PROP_FIRM, ExecutorRole, executor_role
from argo_server.settings.load import Settings, load_settings

PROCESSES = Path("var") / "processes"


def known_executors(settings: Settings) -> dict[str, ExecutorRole]:
    """By name, of the executors that `distribution.executors` lists. Each is described by the file that
    `distribution.config_files` names, by the one that `argo serve --role all` wrote, or by these settings.

    Without the environment of this process: its database and its accounts are the generator's.
    """
    found = dict[str, ExecutorRole]()
    base = Path.cwd() if settings.file_path is None else settings.file_path.resolve().parent
    for name in settings.file.distribution.executors:
        own = settings.file.distribution.config_files.get(name)
        written = (base / f"{name}.json", base / PROCESSES / f"{name}.json")
        path = base / own if own is not None else next((each for each in written if each.is_file()), None)
        role = _role(settings, name, path)
        if role is not None:
            found[name] = role
    return found


def _role(settings: Settings, name: str, path: Path | None) -> ExecutorRole | None:
    """None where nothing says what the executor goes by."""
    if path is None and (name == PROP_FIRM) != settings.file.prop_firm.enabled:
        return None
    try:
        described = settings if path is None else load_settings({"ARGO_ENV": settings.environment}, path)
        return executor_role(described, name)
    except ConfigError:
        return None
