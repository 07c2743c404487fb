"""File and environment → one frozen value that knows where each setting came from."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import structlog

from argo_core.errors import ConfigError, DataError
from argo_core.model.asset import require_symbol
from argo_core.model.masked_document import masked_text
from argo_core.model.secret import MASK
from argo_core.model.shard import shard_of_text
from argo_server.settings.environment import OVERRIDES, overridden
from argo_server.settings.nearest import known_keys, nearest_key, section_of, unknown_keys
from argo_server.settings.refusal import refused
from argo_server.settings.secret_section import CREDENTIAL_NAMES
from argo_server.settings.shape import ConfigFile, ShardRule, SignalGeneration
from argo_server.settings.stored_secrets import NOTHING_STORED, StoredSecrets, read_stored, require_some
from argo_server.settings.tracing_section import require_safe

SECRET_WORDS = ("api_key", "integration_key", "secret_key", "bearer_token", "password", "secret", "webhook_url")
IN_STORE = "secrets manager"

log = structlog.wrap_logger(structlog.PrintLogger(sys.stderr))  # beside a command's answer, and early in a process


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One setting in force: dotted key, value as text (secrets masked), and `default`, `file`, `environment` or
    `secrets manager`."""

    key: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything this process was told. Paths are absolute; `database_url` is what SQLAlchemy understands.

    `key_folder` holds the log's keys; `log_folder` its JSON Lines files, None for none. `lock_folder` is where the
    executors of one user see that a key is in use. `stored` is what the store of secrets held at the start;
    `written` what the file says, JSON with its secrets masked.
    """

    environment: str
    file: ConfigFile
    file_path: Path | None
    database_url: str
    cache_folder: Path
    lock_folder: Path
    key_folder: Path
    log_folder: Path | None
    in_force: tuple[Setting, ...]
    stored: StoredSecrets = NOTHING_STORED
    written: str = "{}"


def load_settings(
    environ: Mapping[str, str] | None = None, config_path: Path | None = None, stored: StoredSecrets | None = None
) -> Settings:
    """Read the file named by `config_path` or ARGO_CONFIG (optional), then the environment over it, then the secrets of
    AWS Secrets Manager over both: those of `stored`, or read now. That takes a request, so not from an event loop.

    Raises ConfigError, one line, for a missing file, a syntax error, an unknown key (naming the nearest) or a value
    out of range.
    """
    env = os.environ if environ is None else environ
    path = config_path or (Path(env["ARGO_CONFIG"]) if env.get("ARGO_CONFIG") else None)
    written = {} if path is None else _read(path)
    secrets = read_stored(env, written) if stored is None else stored
    document, overrides = overridden(written, {**env, **secrets.texts})
    stage = _stage(env)
    file = _convert(document, path, overrides)
    base = Path.cwd() if path is None else path.resolve().parent
    url = env.get("ARGO_DATABASE_URL") or f"sqlite+aiosqlite:///{(base / file.database.path).resolve()}"
    cache = Path(env.get("ARGO_CACHE_DIR") or base / "var" / "cache")
    origins = {"database_url": "environment" if env.get("ARGO_DATABASE_URL") else "file or default"}
    keys, keys_origin = _key_folder(env, file, path, base)
    logs = None if file.ledger.log_folder is None else (base / file.ledger.log_folder).resolve()
    listed = [
        Setting(key="environment", value=stage, origin="environment" if "ARGO_ENV" in env else "default"),
        Setting(key="database_url", value=_masked_url(url), origin=origins["database_url"]),
        Setting(key="cache_folder", value=str(cache), origin="environment" if "ARGO_CACHE_DIR" in env else "default"),
        Setting(key="key_folder", value=str(keys), origin=keys_origin),
        *_from_store(_listed(file, document, overrides), secrets),
    ]
    if stored is None:
        _tell_if_away(secrets, listed, env)
    locks = _lock_folder(env, cache)
    return Settings(
        stage, file, path, url, cache.resolve(), locks.resolve(), keys, logs, tuple(listed), secrets,
        masked_text(written, is_secret),
    )  # fmt: skip


def is_secret(name: str) -> bool:
    """Whether what stands under a key of this name is shown to nobody."""
    return any(word in name for word in SECRET_WORDS)


def _from_store(listed: Iterator[Setting], secrets: StoredSecrets) -> Iterator[Setting]:
    stored = {".".join(OVERRIDES[variable]) for variable in secrets.found}
    for setting in listed:
        told = setting.key in stored
        yield msgspec.structs.replace(setting, origin=IN_STORE) if told else setting


def _tell_if_away(secrets: StoredSecrets, listed: Iterable[Setting], env: Mapping[str, str]) -> None:
    """Once, and before anything is done with the settings. Raises ConfigError where nothing could be done."""
    others = any(setting.value == MASK for setting in listed) or any(env.get(name) for name in CREDENTIAL_NAMES)
    require_some(secrets, any_other=others)
    if secrets.away is not None:
        log.warning("secrets_away", why=secrets.away, used="environment and file")


def _stage(env: Mapping[str, str]) -> str:
    stage = env.get("ARGO_ENV", "development")
    if stage not in ("development", "production"):
        raise ConfigError(f"ARGO_ENV is {stage!r}: use development or production")
    return stage


def certificate_path(settings: Settings) -> Path:
    """Where the trusted root of the time-stamping authority lies."""
    base = Path.cwd() if settings.file_path is None else settings.file_path.resolve().parent
    return (base / settings.file.ledger.anchor.certificate_file).resolve()


def with_server(settings: Settings, host: str | None, port: int | None) -> Settings:
    """The same settings with the address of a command line over the configured one. Raises ConfigError."""
    server = settings.file.server
    chosen = msgspec.structs.replace(server, host=host or server.host, port=port or server.port)
    return replace(settings, file=msgspec.structs.replace(settings.file, server=chosen))


def with_symbols(settings: Settings, symbols: str | None) -> Settings:
    """The same settings with the comma-separated symbols of a command line. Raises ConfigError."""
    if symbols is None:
        return settings
    named = tuple(part.strip() for part in symbols.split(","))
    _require_symbols(named)
    generation = msgspec.structs.replace(settings.file.signal_generation, symbols=named)
    return replace(settings, file=msgspec.structs.replace(settings.file, signal_generation=generation))


def with_shard(settings: Settings, shard: str | None) -> Settings:
    """The same settings with the share of a command line, for instance `1/2`. Raises ConfigError."""
    if shard is None:
        return settings
    try:
        share = shard_of_text(shard)
    except DataError as error:
        raise ConfigError(f"--shard: {error}") from error
    rule = ShardRule(index=share.index, of=share.of)
    generation = msgspec.structs.replace(settings.file.signal_generation, shard=rule)
    _require_share(generation)
    return replace(settings, file=msgspec.structs.replace(settings.file, signal_generation=generation))


def _lock_folder(env: Mapping[str, str], cache: Path) -> Path:
    """The user's cache folder: executors whose files lie apart must still meet at one place. Without one, ours."""
    if env.get("XDG_CACHE_HOME"):
        return Path(env["XDG_CACHE_HOME"]) / "argo" / "locks"
    return Path(env["HOME"]) / ".cache" / "argo" / "locks" if env.get("HOME") else cache / "locks"


def _key_folder(env: Mapping[str, str], file: ConfigFile, path: Path | None, base: Path) -> tuple[Path, str]:
    """ARGO_KEY_DIR, else `ledger.key_folder`, else `keys` beside the configuration file, else beside the database's
    folder: a copy of the database must not carry the keys along."""
    if env.get("ARGO_KEY_DIR"):
        return Path(env["ARGO_KEY_DIR"]).resolve(), "environment"
    if file.ledger.key_folder is not None:
        return (base / file.ledger.key_folder).resolve(), "file"
    folder = base if path is not None else (base / file.database.path).resolve().parent.parent
    return folder.resolve() / "keys", "default"


def _read(path: Path) -> object:
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}: point ARGO_CONFIG at a readable config.json") from error
    if not text.strip():
        raise ConfigError(f"{path} is empty: write at least {{}}")
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path} is not JSON: {error}") from error


def _convert(document: object, path: Path | None, overrides: frozenset[str]) -> ConfigFile:
    unknown = next(unknown_keys(document, ConfigFile), None)
    if unknown is not None:
        near = nearest_key(unknown, list(known_keys(ConfigFile)))
        hint = f": did you mean {near}?" if near else ": see the configuration reference for the keys"
        raise ConfigError(f"unknown key {unknown!r}{hint}")
    try:
        file = msgspec.convert(document, ConfigFile)
    except msgspec.ValidationError as error:
        raise refused(error, document, "" if path is None else str(path), overrides) from error
    _require_symbols(file.signal_generation.symbols)
    _require_share(file.signal_generation)
    require_safe(file.tracing)
    return file


def _require_share(generation: SignalGeneration) -> None:
    """Raises ConfigError for a share that there is none of, or that has no symbol."""
    try:
        share = generation.share
    except DataError as error:
        raise ConfigError(f"signal_generation.shard: {error}") from error
    if not generation.own_symbols:
        count = len(generation.symbols)
        raise ConfigError(f"signal_generation.shard {share.text} of {count} symbols has none: take fewer shards")


def _require_symbols(symbols: tuple[str, ...]) -> None:
    """Raises ConfigError for an empty list, a symbol of another form, or one that is named twice."""
    if not symbols:
        raise ConfigError("signal_generation.symbols is empty: name at least one, for instance AAPL")
    for symbol in symbols:
        try:
            require_symbol(symbol)
        except DataError as error:
            raise ConfigError(f"signal_generation.symbols: {error}") from error
    twice = sorted({symbol for symbol in symbols if symbols.count(symbol) > 1})
    if twice:
        raise ConfigError(f"signal_generation.symbols names {', '.join(twice)} twice: remove one")


def _listed(
    section: msgspec.Struct, document: object, overrides: frozenset[str], prefix: str = ""
) -> Iterator[Setting]:
    given = document if isinstance(document, dict) else {}
    for field in msgspec.structs.fields(section):
        value = getattr(section, field.name)
        key = f"{prefix}{field.encode_name}"
        if isinstance(value, msgspec.Struct) and section_of(field.type) is not None:
            yield from _listed(value, given.get(field.encode_name), overrides, f"{key}.")
            continue
        secret = is_secret(field.name)
        shown = _masked_url(value) if isinstance(value, str) else value
        text = (MASK if value else "(not set)") if secret else msgspec.json.encode(shown).decode()
        origin = "environment" if key in overrides else "file" if field.encode_name in given else "default"
        yield Setting(key=key, value=text, origin=origin)


def _masked_url(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    credentials, at, host = rest.rpartition("@")
    user = credentials.partition(":")[0]
    return f"{scheme}{separator}{user}:{MASK}{at}{host}" if ":" in credentials else url
