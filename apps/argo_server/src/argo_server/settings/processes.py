"""One file for everything, taken apart: each process gets its own settings and its own credential, and no other."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from argo_core.errors import ConfigError
from argo_core.model.child_process import ChildProcess
from argo_server.settings.alert_sections import alert_document, alert_secrets
from argo_server.settings.backup_section import backup_folder
from argo_server.settings.executor_role import (
    PORTS,
    PROP_FIRM,
    PROP_FIRM_VARIABLES,
    REGULAR,
    REGULAR_VARIABLES,
    ExecutorRole,
    executor_role,
    named_credential,
    own_credential,
    with_stored,
)
from argo_server.settings.load import Settings, certificate_path, load_settings
from argo_server.settings.trading_sections import Credentials, PropFirm
from argo_server.settings.vendor_keys import vendor_secrets

# What a process may need of the environment and what holds no secret.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE")
# What no file of a process holds: it travels in the environment.
SECRETS = {
    "alpine": ("api_key",),
    "distribution": ("api_key",),
    "alpaca_data": ("api_key", "secret_key"),
    "massive": ("api_key", "bearer_token"),
    "alpha_vantage": ("api_key", "bearer_token"),
    "yfinance": ("api_key", "bearer_token"),
    "x_api": ("api_key", "bearer_token"),
    "sonar": ("api_key", "bearer_token"),
    "redis": ("url", "password"),
    "pagerduty": ("integration_key",),
    "slack": ("webhook_url",),
    "email": ("password",),
    "notion": ("api_key",),
}
ARGO = (sys.executable, "-c", "from argo_server.cli import main; main()")


def separate_processes(settings: Settings, environ: Mapping[str, str] | None = None) -> tuple[ChildProcess, ...]:
    """The generator, the regular and the prop firm executor, and each of `distribution.config_files`.

    Raises ConfigError where one lacks what it needs, or two would trade with one key.

    The regular executor's credential is the flat set or the one of ARGO_ENV, the prop firm's the one of
    `prop_firm.account`; either may stand in the environment instead. Paths in the file keep their meaning.
    """
    accounts = (*REGULAR_VARIABLES, *PROP_FIRM_VARIABLES)
    env = with_stored(settings, accounts) if environ is None else environ
    base = Path.cwd() if settings.file_path is None else settings.file_path.resolve().parent
    key = settings.file.distribution.api_key
    if not key:
        raise ConfigError("generator and executors need a key that they share: set ARGO_DISTRIBUTION_KEY")
    shared = {name: env[name] for name in PASSED_ON if env.get(name)} | {
        "ARGO_DISTRIBUTION_KEY": key,
        "ARGO_ENV": settings.environment,
        "ARGO_CACHE_DIR": str(settings.cache_folder),
        **alert_secrets(settings.file),
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
            **vendor_secrets(settings),
            **{name: value for name, value in env.items() if name.startswith("AWS_")},
        },
        config_path=str(_file(base, "generator")),
        config=_generator_document(settings),
        address=f"http://{server.host}:{server.port}",
    )
    usual = (_usual_executor(settings, base, shared, env, prop_firm=prop) for prop in (False, True))
    further = (_further_executor(settings, base, shared, name) for name in settings.file.distribution.config_files)
    executors = (*usual, *further)
    _refuse_shared_keys(executors)
    return (generator, *executors)


def _refuse_shared_keys(executors: tuple[ChildProcess, ...]) -> None:
    """Two executors on one account would each close what the other opened."""
    holders: dict[str, str] = {}
    for child in executors:
        for variable in (REGULAR_VARIABLES[0], PROP_FIRM_VARIABLES[0]):
            key = child.environment.get(variable)
            if key is not None and holders.setdefault(key, child.name) != child.name:
                raise ConfigError(
                    f"executors {holders[key]} and {child.name} are given one key: each trades an account of its own, "
                    "give one of them another key"
                )


def _usual_executor(
    settings: Settings, base: Path, shared: Mapping[str, str], env: Mapping[str, str], *, prop_firm: bool
) -> ChildProcess:
    name = PROP_FIRM if prop_firm else REGULAR
    variables = PROP_FIRM_VARIABLES if prop_firm else REGULAR_VARIABLES
    credential = _credential(settings, env, variables, name, prop_firm=prop_firm)
    url = settings.file.distribution.executors.get(name, f"http://127.0.0.1:{PORTS[prop_firm]}")
    return _executor(ExecutorRole(settings, name, prop_firm), credential, settings, base, shared, url)


def _further_executor(settings: Settings, base: Path, shared: Mapping[str, str], name: str) -> ChildProcess:
    """One with a file of its own, whose every rule counts; who it is and where it listens is said here."""
    url = settings.file.distribution.executors.get(name)
    if url is None:
        raise ConfigError(f"distribution.config_files names {name}: give its address under distribution.executors")
    path = base / settings.file.distribution.config_files[name]
    role = executor_role(load_settings({**shared, "ARGO_CONFIG": str(path)}), name)
    return _executor(role, own_credential(role, {}), settings, base, shared, url)


def _executor(
    role: ExecutorRole, credential: Credentials, whole: Settings, base: Path, shared: Mapping[str, str], url: str
) -> ChildProcess:
    """`role` has the rules, `whole` the generator's address."""
    own, name, address, server = role.settings.file, role.executor_id, urlsplit(url), whole.file.server
    variables = PROP_FIRM_VARIABLES if role.prop_firm else REGULAR_VARIABLES
    document = {
        "trading": msgspec.to_builtins(own.trading),
        "prop_firm": {**msgspec.to_builtins(_with_pack_path(role.settings)), "enabled": role.prop_firm},
        "alpaca": {
            "paper": credential.paper,
            "trading_url": own.alpaca.trading_url,
            "trading_stream_url": own.alpaca.trading_stream_url,
        },
        "executor": {"id": name, "signal_source_url": f"http://{server.host}:{server.port}"},
        "server": {
            "host": address.hostname or "127.0.0.1",
            "port": address.port or PORTS[role.prop_firm],
            "console_password": own.server.console_password or server.console_password,
        },
        "database": {"path": str(base / "data" / f"executor_{name}.db")},
        **alert_document(whole.file),
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
        config=_encoded(document),
        address=url,
    )


def _with_pack_path(settings: Settings) -> PropFirm:
    """A rule pack's file lies beside the file that names it, not beside the one that is written here."""
    firm = settings.file.prop_firm
    if settings.file_path is None or not firm.rule_pack.endswith(".json"):
        return firm
    return msgspec.structs.replace(firm, rule_pack=str(settings.file_path.resolve().parent / firm.rule_pack))


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
    if settings.file.replay.script is not None:
        base = Path.cwd() if settings.file_path is None else settings.file_path.resolve().parent
        document["replay"]["script"] = str((base / settings.file.replay.script).resolve())
    document["ledger"]["log_folder"] = None if settings.log_folder is None else str(settings.log_folder)
    document["backups"]["folder"] = str(backup_folder(settings.file.backups, settings.file_path))
    if settings.file.ledger.anchor.certificate_file:
        document["ledger"]["anchor"]["certificate_file"] = str(certificate_path(settings))
    for section, keys in SECRETS.items():
        for key in keys:
            del document[section][key]
    return _encoded(document)


def _encoded(document: Mapping[str, object]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document))


def _file(base: Path, name: str) -> Path:
    return base / "var" / "processes" / f"{name}.json"
