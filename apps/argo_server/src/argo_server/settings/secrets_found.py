"""Where each secret of this process was found, without saying what it is."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import msgspec

from argo_core.errors import ConfigError
from argo_core.model.secret import SecretFound
from argo_server.settings.environment import OVERRIDES
from argo_server.settings.executor_role import PROP_FIRM_VARIABLES
from argo_server.settings.load import IN_STORE, Settings
from argo_server.settings.secret_section import CREDENTIAL_NAMES, NAMES
from argo_server.settings.stored_secrets import read_stored

UNSET, EMPTY = "not set", ("", '""', "(not set)")


def secrets_found(settings: Settings, environ: Mapping[str, str] | None = None) -> tuple[SecretFound, ...]:
    """Every name, the accounts' credentials too. Raises ConfigError where the store of secrets cannot be read."""
    env = os.environ if environ is None else environ
    accounts = read_stored(env, msgspec.to_builtins(settings.file), CREDENTIAL_NAMES)
    away = settings.stored.away or accounts.away
    if away is not None:
        raise ConfigError(away)
    stored = {**settings.stored.found, **accounts.found}
    in_file = dict(_in_file(settings))
    return tuple(
        SecretFound(variable=variable, name=name, where=IN_STORE, since=stored[variable].created_at)
        if variable in stored
        else SecretFound(variable=variable, name=name, where="environment", since=None)
        if env.get(variable)
        else SecretFound(variable=variable, name=name, where="file" if variable in in_file else UNSET,
                         since=in_file.get(variable))
        for variable, name in sorted({**NAMES, **CREDENTIAL_NAMES}.items())
    )  # fmt: skip


def _in_file(settings: Settings) -> Iterator[tuple[str, datetime]]:
    """The variables that the file stands in for, each with the time at which the file was written."""
    path = settings.file_path
    if path is None:
        return
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    given = {setting.key for setting in settings.in_force if setting.origin == "file" and setting.value not in EMPTY}
    for variable in NAMES:
        if ".".join(OVERRIDES[variable]) in given:
            yield variable, written
    for variable in CREDENTIAL_NAMES:
        half = "secret_key" if variable.endswith("SECRET_KEY") else "api_key"
        prop_firm = variable in PROP_FIRM_VARIABLES
        sets = (f"{settings.file.prop_firm.account}.",) if prop_firm else ("", "dev.", "production.")
        if any(f"alpaca.{name}{half}" in given for name in sets):
            yield variable, written
