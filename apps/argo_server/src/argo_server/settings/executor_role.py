"""One process, one executor, one account: who this process is, and a refusal wherever two accounts could meet."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from argo_core.errors import ConfigError
from argo_server.settings.load import Settings
from argo_server.settings.stored_secrets import read_stored
from argo_server.settings.trading_sections import Credentials

REGULAR, PROP_FIRM = "argo", "prop_firm"
PORTS = {False: 8000, True: 8001}
REGULAR_VARIABLES = ("ALPACA_API_KEY", "ALPACA_SECRET_KEY")
PROP_FIRM_VARIABLES = ("PROP_FIRM_API_KEY", "PROP_FIRM_SECRET_KEY")


@dataclass(frozen=True, slots=True)
class ExecutorRole:
    """`settings` with the executor's own port and database where the file names none."""

    settings: Settings
    executor_id: str
    prop_firm: bool


def executor_role(settings: Settings, executor_id: str | None) -> ExecutorRole:
    """Who this process is: `--executor`, else `executor.id`, else by `prop_firm.enabled`. Raises ConfigError."""
    file, given = settings.file, _given(settings)
    prop_firm = file.prop_firm.enabled
    named = file.executor.id if "executor.id" in given else None
    if executor_id is not None and named is not None and executor_id != named:
        raise ConfigError(f"--executor {executor_id} with the settings of executor.id {named}: use its own config file")
    chosen = executor_id or named or (PROP_FIRM if prop_firm else REGULAR)
    if chosen == PROP_FIRM and not prop_firm:
        raise ConfigError("executor prop_firm with the settings of a regular one: set prop_firm.enabled to true")
    if chosen == REGULAR and prop_firm:
        raise ConfigError("executor argo with the settings of a prop firm: set prop_firm.enabled to false")
    server, url = file.server, settings.database_url
    if "server.port" not in given:
        server = msgspec.structs.replace(server, port=PORTS[prop_firm])
    if "database.path" not in given and "database_url" not in given:
        base = Path.cwd() if settings.file_path is None else settings.file_path.resolve().parent
        url = f"sqlite+aiosqlite:///{base / 'data' / f'executor_{chosen}.db'}"
    own = replace(settings, file=msgspec.structs.replace(file, server=server), database_url=url)
    return ExecutorRole(own, chosen, prop_firm)


def own_credential(role: ExecutorRole, environ: Mapping[str, str] | None = None) -> Credentials:
    """The only credential that this process holds. Raises ConfigError if it holds another executor's too, or none.

    From the environment, else the flat set of `alpaca`, else the named one: `prop_firm.account` for a prop firm, `dev`
    or `production` (by ARGO_ENV) for a regular executor. What the store of secrets holds of its own two wins over the
    environment; the store is asked where no `environ` is given.
    """
    own_names, foreign_names = REGULAR_VARIABLES, PROP_FIRM_VARIABLES
    if role.prop_firm:
        own_names, foreign_names = foreign_names, own_names
    env = with_stored(role.settings, own_names) if environ is None else environ
    for name in foreign_names:
        if env.get(name):
            raise ConfigError(f"executor {role.executor_id} finds {name}, another executor's credential: unset it")
    _refuse_foreign_sets(role)
    candidates = (_from_environment(env, own_names), _flat(role), named_credential(role))
    found = [credential for credential in candidates if credential is not None and credential.api_key]
    if not found:
        raise ConfigError(f"executor {role.executor_id} has no credential: set {own_names[0]} or alpaca.api_key")
    if len({credential.api_key for credential in found}) > 1:
        raise ConfigError(f"executor {role.executor_id} is given two different credentials: leave one")
    said = next((one.paper for one in candidates if one is not None and one.paper is not None), None)
    return msgspec.structs.replace(found[0], paper=said)


def with_stored(settings: Settings, variables: tuple[str, ...]) -> Mapping[str, str]:
    """The environment with what the store of secrets holds of these. Raises ConfigError."""
    return {**os.environ, **read_stored(os.environ, msgspec.to_builtins(settings.file), variables).texts}


def names_executor(settings: Settings, executor_id: str) -> bool:
    """True where these are that executor's own settings, by `executor.id` or as a prop firm's."""
    named = "executor.id" in _given(settings) or settings.file.prop_firm.enabled
    return named and executor_role(settings, None).executor_id == executor_id


def _refuse_foreign_sets(role: ExecutorRole) -> None:
    own = {role.settings.file.prop_firm.account} if role.prop_firm else {"dev", "production"}
    for name, credential in _sets(role).items():
        if name not in own and credential.api_key:
            raise ConfigError(
                f"executor {role.executor_id} finds alpaca.{name}, another executor's credential: remove it from "
                "this process's file"
            )


def _from_environment(env: Mapping[str, str], names: tuple[str, str]) -> Credentials:
    return Credentials(api_key=env.get(names[0], ""), secret_key=env.get(names[1], ""))


def _flat(role: ExecutorRole) -> Credentials:
    return role.settings.file.alpaca


def named_credential(role: ExecutorRole) -> Credentials | None:
    """The set of `alpaca` that bears this executor's name, None if the file has none."""
    stage = "production" if role.settings.environment == "production" else "dev"
    return _sets(role).get(role.settings.file.prop_firm.account if role.prop_firm else stage)


def _sets(role: ExecutorRole) -> dict[str, Credentials]:
    """The named sets, by name."""
    alpaca = role.settings.file.alpaca
    fields = ((field.name, getattr(alpaca, field.name)) for field in msgspec.structs.fields(alpaca))
    return {name: value for name, value in fields if isinstance(value, Credentials)}


def _given(settings: Settings) -> frozenset[str]:
    """The keys that file or environment name."""
    return frozenset(entry.key for entry in settings.in_force if entry.origin in ("file", "environment"))
