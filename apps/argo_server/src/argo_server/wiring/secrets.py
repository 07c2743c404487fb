"""Secrets that are rotated while a process runs."""

from __future__ import annotations

import httpx

from argo_core.adapters.http.rotating_secrets import RotatingSecrets
from argo_core.pipeline.keep_secrets import SecretKeeper
from argo_core.ports import Clock
from argo_server.settings import Settings
from argo_server.settings.environment import OVERRIDES
from argo_server.settings.secret_section import NAMES, NOT_EXCHANGED


def secret_keeper(settings: Settings, clock: Clock) -> SecretKeeper:
    """Of what this process was started with. Where no store is asked it keeps all as it is."""
    started = {NAMES[variable]: _in_force(settings, variable) for variable in NAMES if variable not in NOT_EXCHANGED}
    return SecretKeeper(settings.stored.store, started, clock)


def rotating_client(keeper: SecretKeeper) -> httpx.AsyncClient:
    """For every request of a process; close it. Parts go on carrying the secrets that they were made with."""
    return httpx.AsyncClient(auth=RotatingSecrets(keeper) if keeper.keeps else None)


def _in_force(settings: Settings, variable: str) -> str:
    section, key = OVERRIDES[variable]
    return str(getattr(getattr(settings.file, section), key) or "")
