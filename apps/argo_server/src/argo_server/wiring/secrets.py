"""Secrets that are rotated while a process runs."""

from __future__ import annotations

from collections.abc import Iterable

import httpx

from argo_core.adapters.http.rotating_secrets import RotatingSecrets
from argo_core.pipeline.keep_secrets import SecretKeeper
from argo_core.pipeline.kept_secret import KeptSecret
from argo_core.ports import Clock
from argo_server.settings import Settings
from argo_server.settings.environment import OVERRIDES
from argo_server.settings.secret_section import APART, NAMES, UNTIL_RESTART
from argo_server.settings.shape import ConfigFile

EXECUTORS = frozenset(
    {
        "ARGO_DISTRIBUTION_KEY", "EMAIL_SMTP_PASSWORD", "EMAIL_SMTP_USER", "NOTION_API_KEY",
        "PAGERDUTY_INTEGRATION_KEY", "SLACK_WEBHOOK_URL",
    }
)  # fmt: skip


def secret_keeper(settings: Settings, clock: Clock) -> SecretKeeper:
    """Of what this process was started with. Where no store is asked it keeps all as it is."""
    started = _by_name(settings.file, NAMES.keys() - APART - UNTIL_RESTART)
    return SecretKeeper(settings.stored.store, started, clock, apart=_by_name(settings.file, APART))


def executor_keeper(settings: Settings, clock: Clock) -> SecretKeeper:
    """Of what an executor sends: its alerts' keys, mail, and the key that it shares with the generator."""
    started = _by_name(settings.file, EXECUTORS - APART)
    return SecretKeeper(settings.stored.store, started, clock, apart=_by_name(settings.file, EXECUTORS & APART))


def kept(file: ConfigFile, variable: str, keeper: SecretKeeper | None) -> KeptSecret:
    """The secret that this variable carries."""
    return KeptSecret(_in_force(file, variable), NAMES[variable], keeper)


def rotating_client(keeper: SecretKeeper) -> httpx.AsyncClient:
    """For every request of a process; close it. Parts go on carrying the secrets that they were made with."""
    return httpx.AsyncClient(auth=RotatingSecrets(keeper) if keeper.keeps else None)


def _by_name(file: ConfigFile, variables: Iterable[str]) -> dict[str, str]:
    return {NAMES[variable]: _in_force(file, variable) for variable in variables}


def _in_force(file: ConfigFile, variable: str) -> str:
    section, key = OVERRIDES[variable]
    return str(getattr(getattr(file, section), key) or "")
