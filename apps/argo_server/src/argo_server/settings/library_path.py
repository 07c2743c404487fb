"""Where stored bars lie."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from argo_server.settings.load import Settings


def library_folder(settings: Settings, environ: Mapping[str, str] | None = None) -> Path:
    """ARGO_LIBRARY_DIR, else `var/library` beside the configuration file, or in the current folder without one."""
    named = (os.environ if environ is None else environ).get("ARGO_LIBRARY_DIR")
    base = Path.cwd() if settings.file_path is None else settings.file_path.resolve().parent
    return Path(named or base / "var" / "library").resolve()
