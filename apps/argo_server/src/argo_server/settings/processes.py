"""One file for everything, taken apart: each process gets its own settings and its own credential, and no other."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from argo_core.errors import ConfigError
from argo_core.model.child_process import ChildProcess
from argo_server.settings.executor_role import (
    PORTS,
    PROP_FIRM,
    PROP_FIRM_VARIABLES,
    REGULAR,
    REGULAR_VARIABLES,
    ExecutorRole,
    named_credential,
)
from argo_server.settings.load import Settings, certificate_path
from argo_server.settings.shape import Credentials

# What a process may need of the environment and what holds no secret.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE")
ARGO = (sys.executable, "-c", "from argo_server.cli import main; main()")


def separate_processes(settings: Settings, environ: Mapping[str, str] | None = None) -> tuple[ChildProcess, ...]:
    """The generator, the regular and the prop firm executor. Raises ConfigError where one lacks what it needs.

    The regular executor's credential is the flat set or the one of ARGO_ENV, the prop firm's the one of
    `prop_firm.account`; either may stand in the environment instead. Paths in the file keep their meaning.
    """
    env = os.environ if environ is None else environ
    base = Path.cwd() if settings.file_path is None else settings.file_path.resolve().parent
    key = settings.file.distribution.api_key
    if not key:
        raise ConfigError("generator and executors need a key that they share: set ARGO_DISTRIBUTION_KEY")
    shared = {name: env[name] for name in PASSED_ON if env.get(name)} | {
        "ARGO_DISTRIBUTION_KEY": key,
        "ARGO_ENV": settings.environment,
        "ARGO_CACHE_DIR": str(settings.cache_folder),
    }
    alpine = settings.file.alpine
    server = settings.file.server
    generator = ChildProcess(
        name="generator",
        command=(*ARGO, "serve"),
        environment={
            **shared,
            "ARGO_CONFIG": str(_file(base, "generator")),
            "ARGO_DATABASE_URL": settings.database_url,
            "ARGO_KEY_DIR": str(settings.key_folder),
            "ALPINE_API_URL": alpine.api_url,
            **({"ARGO_API_KEY": alpine.api_key} if alpine.api_key else {}),
        },
        config_path=str(_file(base, "generator")),
        config=_generator_document(settings),
        address=f"http://{server.host}:{server.port}",
    )
    return (generator, *(_executor(settings, base, shared, env, prop_firm=prop) for prop in (False, True)))


def _executor(
    settings: Settings, base: Path, shared: Mapping[str, str], env: Mapping[str, str], *, prop_firm: bool
) -> ChildProcess:
    name = PROP_FIRM if prop_firm else REGULAR
    variables = PROP_FIRM_VARIABLES if prop_firm else REGULAR_VARIABLES
    credential = _credential(settings, env, variables, name, prop_firm=prop_firm)
    url = settings.file.distribution.executors.get(name, f"http://127.0.0.1:{PORTS[prop_firm]}")
    address = urlsplit(url)
    server = settings.file.server
    own = {
        "executor": {"id": name, "signal_source_url": f"http://{server.host}:{server.port}"},
        "prop_firm": {**msgspec.to_builtins(settings.file.prop_firm), "enabled": prop_firm},
        "server": {
            "host": address.hostname or "127.0.0.1",
            "port": address.port or PORTS[prop_firm],
            "console_password": server.console_password,
        },
        "database": {"path": str(base / "data" / f"executor_{name}.db")},
    }
    return ChildProcess(
        name=name,
        command=(*ARGO, "serve", "--role", "executor", "--executor", name),
        environment={
            **shared,
            "ARGO_CONFIG": str(_file(base, name)),
            variables[0]: credential.api_key,
            variables[1]: credential.secret_key,
        },
        config_path=str(_file(base, name)),
        config=_encoded({"trading": msgspec.to_builtins(settings.file.trading), **own}),
        address=url,
    )


def _credential(
    settings: Settings, env: Mapping[str, str], variables: tuple[str, str], name: str, *, prop_firm: bool
) -> Credentials:
    if env.get(variables[0]):
        return Credentials(api_key=env[variables[0]], secret_key=env.get(variables[1], ""))
    named = named_credential(ExecutorRole(settings, name, prop_firm))
    flat = settings.file.alpaca
    for candidate in (named, None if prop_firm else flat):
        if candidate is not None and candidate.api_key:
            return candidate
    raise ConfigError(f"executor {name} has no credential: set {variables[0]}, or its set under alpaca")


def _generator_document(settings: Settings) -> bytes:
    """The whole file but for accounts, which a generator has none of, and keys that travel in the environment.

    Paths become absolute: the generator's own file lies in another folder.
    """
    document = msgspec.to_builtins(settings.file)
    del document["alpaca"]
    document["ledger"]["log_folder"] = None if settings.log_folder is None else str(settings.log_folder)
    if settings.file.ledger.anchor.certificate_file:
        document["ledger"]["anchor"]["certificate_file"] = str(certificate_path(settings))
    for section in ("alpine", "distribution"):
        del document[section]["api_key"]
    return _encoded(document)


def _encoded(document: Mapping[str, object]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document))


def _file(base: Path, name: str) -> Path:
    return base / "var" / "processes" / f"{name}.json"
