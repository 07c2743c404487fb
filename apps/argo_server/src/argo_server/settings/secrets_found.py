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
from argo_server.settings.load import SECRETS_MANAGER, Settings
from argo_server.settings.secret_section import CREDENTIAL_NAMES, NAMES
from argo_server.settings.stored_secrets import read_stored
from argo_server.settings.trading_sections import Credentials

UNSET = "not set"


def secrets_found(settings: Settings, environ: Mapping[str, str] | None = None) -> tuple[SecretFound, ...]:
    """Every name, the accounts' credentials too. Raises ConfigError where the store of secrets cannot be read."""
    env = os.environ if environ is None else environ
    accounts = read_stored(env, msgspec.to_builtins(settings.file), CREDENTIAL_NAMES)
    away = settings.stored.away or accounts.away
    if away is not None:
        raise ConfigError(away)
    stored = {**settings.stored.found, **accounts.found}
    in_file = dict(_in_file(settings, env))
    return tuple(
        SecretFound(variable=variable, name=name, where=SECRETS_MANAGER, since=stored[variable].created_at)
        if variable in stored
        else SecretFound(variable=variable, name=name, where="environment", since=None)
        if env.get(variable)
        else SecretFound(variable=variable, name=name, where="file" if variable in in_file else UNSET,
                         since=in_file.get(variable))
        for variable, name in sorted({**NAMES, **CREDENTIAL_NAMES}.items())
    )  # fmt: skip


def _in_file(settings: Settings, env: Mapping[str, str]) -> Iterator[tuple[str, datetime]]:
    """The variables that the file stands in for, each with the time at which the file was written."""
    path = settings.file_path
    if path is None:
        return
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    in_force = {setting.key: setting for setting in settings.in_force}
    for variable in NAMES:
        setting = in_force[".".join(OVERRIDES[variable])]
        if setting.origin == "file" and setting.value not in ("", '""', "(not set)"):
            yield variable, written
    for variable in CREDENTIAL_NAMES:
        if any(_half(one, variable) for one in _sets(settings, variable)):
            yield variable, written


def _sets(settings: Settings, variable: str) -> Iterator[Credentials]:
    alpaca, account = settings.file.alpaca, settings.file.prop_firm.account
    named = {field.name: getattr(alpaca, field.name) for field in msgspec.structs.fields(alpaca)}
    sets = {name: one for name, one in named.items() if isinstance(one, Credentials)}
    if variable in PROP_FIRM_VARIABLES:
        yield from (one for name, one in sets.items() if name == account)
        return
    yield alpaca
    yield from (one for name, one in sets.items() if name in ("dev", "production"))


def _half(credential: Credentials, variable: str) -> str:
    return credential.secret_key if variable.endswith("SECRET_KEY") else credential.api_key
