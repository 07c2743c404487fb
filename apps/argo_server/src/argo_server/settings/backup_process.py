"""The process that takes a backup beside a running generator: what starts it, and what it needs to know."""

from __future__ import annotations

import os
from collections.abc import Mapping

from argo_server.settings.lab_rules import lab_environment
from argo_server.settings.load import Settings
from argo_server.settings.processes import ARGO


def backup_command() -> tuple[str, ...]:
    """Prints a report also of a backup that does not hold, and ends well then."""
    return (*ARGO, "backup", "--json", "--report")


def backup_environment(settings: Settings, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The settings' places, and whatever boto3 reads."""
    env = os.environ if environ is None else environ
    return {
        **lab_environment(settings, env),
        **{name: value for name, value in env.items() if name.startswith("AWS_")},
        "ARGO_KEY_DIR": str(settings.key_folder),
    }
