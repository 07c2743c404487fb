"""Environment over `.env` file over defaults → one frozen value."""

from __future__ import annotations

import difflib
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import structlog

from alpine_core.errors import OperatorError
from alpine_web.settings.alerts import ALERT_NAMES, ALERT_SECRETS, read_alert_settings
from alpine_web.settings.backups import BACKUP_NAMES, read_backup_settings
from alpine_web.settings.env_file import read_env_file
from alpine_web.settings.integrity import INTEGRITY_NAMES, read_integrity_settings
from alpine_web.settings.mail import MAIL_NAMES, MAIL_SECRETS, read_mail_settings
from alpine_web.settings.payments import PAYMENT_NAMES, PAYMENT_SECRETS, read_payment_settings
from alpine_web.settings.provider_key import PROVIDER_KEY
from alpine_web.settings.secret_names import ASKING_NAMES
from alpine_web.settings.shape import MIRROR_NAME, WITNESS_NAME, DemoAccount, Settings, is_loopback
from alpine_web.settings.stored_secrets import StoredSecrets, read_stored, require_any
from alpine_web.settings.tracing import TRACING_NAMES, TRACING_SECRETS, read_tracing_settings

T = TypeVar("T")

SECRETS = (
    PROVIDER_KEY,
    "ALPINE_SECRET_KEY",
    "ALPINE_WEBHOOK_SECRET",
    "ALPINE_DEMO_ACCOUNT",
    "ALPINE_DEMO_TOKEN",
    "ALPINE_METRICS_TOKEN",
    *ALERT_SECRETS,
    *MAIL_SECRETS,
    *PAYMENT_SECRETS,
    *TRACING_SECRETS,
    "REDIS_URL",
)
NAMES = (
    "ALPINE_DATABASE_URL",
    "ALPINE_HOST",
    "ALPINE_PORT",
    "ALPINE_PUBLIC_URL",
    "ALPINE_ALLOW_LEGACY",
    "ALPINE_ALLOW_PRIVATE_WEBHOOKS",
    "ALPINE_CONTACT_EMAIL",
    "ALPINE_FREE_DELAY_SECONDS",
    "ALPINE_SESSION_HOURS",
    "ALPINE_SESSION_IDLE_MINUTES",
    "ALPINE_INGEST_PER_MINUTE",
    "ALPINE_SIGN_IN_PER_MINUTE",
    "ALPINE_ANONYMOUS_PER_MINUTE",
    "ALPINE_STREAMS_PER_ACCOUNT",
    "ALPINE_CORS_ORIGINS",
    "ALPINE_CHANNEL",
    "ALPINE_LOG_VKEYS",
    "ALPINE_KEY_DIR",
    "ALPINE_WITNESS_NAME",
    "ALPINE_MIRROR_NAME",
    "ALPINE_WITNESS_VKEYS",
    "ALPINE_QUORUM",
    *ALERT_NAMES,
    *BACKUP_NAMES,
    *INTEGRITY_NAMES,
    *MAIL_NAMES,
    *PAYMENT_NAMES,
    *TRACING_NAMES,
    *ASKING_NAMES,
    *SECRETS,
)
# This file's place, the provider's way to us (often set in the same environment), and what a command asks for.
OTHERS = ("ALPINE_ENV_FILE", "ALPINE_API_URL", "ALPINE_NEW_PASSWORD")
MASK = "••••"

log = structlog.wrap_logger(structlog.PrintLogger(sys.stderr))  # beside what a command prints


def load_settings(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Read `.env` in `folder` (default: the working folder; ALPINE_ENV_FILE names another), the environment over it,
    and over both the secrets that AWS Secrets Manager holds, if it is asked.

    Raises OperatorError, one line, for an unknown ALPINE_ name (naming the nearest) or a value out of range.
    """
    env = os.environ if environ is None else environ
    base = folder or Path.cwd()
    path, given = _env_file(env, base)
    values, stored = _values(given, env)
    read = _Reader(values)
    host = read.text("ALPINE_HOST", "127.0.0.1")
    public_url = read.text("ALPINE_PUBLIC_URL", "") or None
    database_url = read.text("ALPINE_DATABASE_URL", _default_database(base))
    data = _data_folder(database_url, base)
    settings = Settings(
        database_url=database_url,
        secret_key=read.text("ALPINE_SECRET_KEY", "") or _key_of_this_run(host, public_url),
        provider_keys=tuple(key.strip() for key in read.text(PROVIDER_KEY, "").split(",") if key.strip()),
        host=host,
        port=read.number("ALPINE_PORT", 9001, int, 0, 65_535),
        public_url=public_url,
        webhook_secret=read.text("ALPINE_WEBHOOK_SECRET", "") or None,
        allow_legacy=read.flag("ALPINE_ALLOW_LEGACY"),
        demo_account=_demo_account(read.text("ALPINE_DEMO_ACCOUNT", "")),
        demo_token=read.text("ALPINE_DEMO_TOKEN", "") or None,
        metrics_token=read.text("ALPINE_METRICS_TOKEN", "") or None,
        contact_email=read.text("ALPINE_CONTACT_EMAIL", "") or None,
        free_delay_seconds=read.number("ALPINE_FREE_DELAY_SECONDS", 86_400.0, float, 0, 31_536_000),
        session_hours=read.number("ALPINE_SESSION_HOURS", 12.0, float, 0.01, 720),
        session_idle_minutes=read.number("ALPINE_SESSION_IDLE_MINUTES", 60.0, float, 1, 43_200),
        ingest_per_minute=read.number("ALPINE_INGEST_PER_MINUTE", 6_000, int, 1, 10_000_000),
        sign_in_per_minute=read.number("ALPINE_SIGN_IN_PER_MINUTE", 60, int, 1, 100_000),
        log_vkeys=tuple(read.text("ALPINE_LOG_VKEYS", "").split()),
        key_folder=Path(read.text("ALPINE_KEY_DIR", str(data / "keys"))),
        witness_name=read.text("ALPINE_WITNESS_NAME", WITNESS_NAME),
        mirror_name=read.text("ALPINE_MIRROR_NAME", MIRROR_NAME),
        witness_vkeys=tuple(read.text("ALPINE_WITNESS_VKEYS", "").split()),
        quorum=read.number("ALPINE_QUORUM", 0, int, 0, 64) or None,
        env_file=path if path.exists() else None,
        secret_key_given=bool(read.text("ALPINE_SECRET_KEY", "")),
        mail=read_mail_settings(read, data / "mail", urlsplit(public_url or "").hostname or "localhost"),
    )
    listed = tuple(_in_force(values, given, env, stored))
    return replace(_with_reach(settings, read, data), in_force=listed, stored=stored)


def _with_reach(settings: Settings, read: _Reader, data: Path) -> Settings:
    return replace(
        settings,
        anonymous_per_minute=read.number("ALPINE_ANONYMOUS_PER_MINUTE", 600, int, 1, 10_000_000),
        streams_per_account=read.number("ALPINE_STREAMS_PER_ACCOUNT", 20, int, 1, 100_000),
        cors_origins=tuple(read.text("ALPINE_CORS_ORIGINS", "").split()),
        redis_url=read.text("REDIS_URL", "") or None,
        alerts=read_alert_settings(read),
        payments=read_payment_settings(read),
        backups=read_backup_settings(read, data),
        integrity=read_integrity_settings(read),
        tracing=read_tracing_settings(read),
        channel=read.text("ALPINE_CHANNEL", "auto").lower(),
        allow_private_webhooks=read.flag("ALPINE_ALLOW_PRIVATE_WEBHOOKS"),
        secrets_seconds=read.number("ALPINE_SECRETS_SECONDS", 300.0, float, 1, 86_400),
    )


def _values(given: Mapping[str, str], env: Mapping[str, str]) -> tuple[dict[str, str], StoredSecrets]:
    """What the file says, the environment over it, and over both what the store of secrets holds."""
    values = {**given, **{name: value for name, value in env.items() if name in NAMES or name.startswith("ALPINE_")}}
    _refuse_unknown(values)
    stored = read_stored(values, env)
    require_any(stored, values)
    if stored.away is not None:
        log.warning("secrets_away", why=stored.away, used="environment and file")
    return {**values, **stored.texts}, stored


def _env_file(env: Mapping[str, str], base: Path) -> tuple[Path, dict[str, str]]:
    """The file of settings, be there one or not, and what it says. Raises OperatorError for a named one that is not."""
    named = env.get("ALPINE_ENV_FILE")
    path = Path(named) if named else base / ".env"
    return path, read_env_file(path, required=bool(named))


def _default_database(base: Path) -> str:
    return f"sqlite+aiosqlite:///{(base / 'data' / 'alpine.db').resolve()}"


def _data_folder(database_url: str, base: Path) -> Path:
    """That of the database's file, where it has one. Keys lie there beside it: never in it, nor in its backups."""
    scheme, _, file = database_url.partition(":///")
    return Path(file).parent if scheme.startswith("sqlite") and file else base


class _Reader:
    """Text of the settings as values; the message of a refusal names the setting and its range."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, name: str, default: str) -> str:
        return self._values.get(name, "").strip() or default

    def flag(self, name: str) -> bool:
        text = self.text(name, "false").lower()
        if text not in ("true", "false", "1", "0"):
            raise OperatorError(f"{name} is {text!r}: write true or false")
        return text in ("true", "1")

    def number(self, name: str, default: T, kind: Callable[[str], T], low: float, high: float) -> T:
        text = self.text(name, str(default))
        try:
            value = kind(text)
        except ValueError as error:
            raise OperatorError(f"{name} is {text!r}: write a number from {low:g} to {high:g}") from error
        if not low <= float(value) <= high:  # type: ignore[arg-type]
            raise OperatorError(f"{name} is {text}: it must be from {low:g} to {high:g}")
        return value


def _refuse_unknown(values: Mapping[str, str]) -> None:
    for name in values:
        if name.startswith("ALPINE_") and name not in (*NAMES, *OTHERS):
            near = difflib.get_close_matches(name, NAMES, 1, 0.6)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(NAMES))}"
            raise OperatorError(f"unknown setting {name}: {hint}")


def _key_of_this_run(host: str, public_url: str | None) -> str:
    """Good for one run on one machine: forms that were open over a restart must be loaded again."""
    if not is_loopback(host) or public_url is not None:
        raise OperatorError("ALPINE_SECRET_KEY is not set: write 64 hex digits, for instance of `openssl rand -hex 32`")
    return secrets.token_hex(32)


def _demo_account(text: str) -> DemoAccount | None:
    if not text:
        return None
    email, colon, password = text.partition(":")
    if not colon or "@" not in email or not password:
        raise OperatorError("ALPINE_DEMO_ACCOUNT must be email:password")
    return DemoAccount(email, password)


def _in_force(
    values: Mapping[str, str], given: Mapping[str, str], env: Mapping[str, str], stored: StoredSecrets
) -> list[tuple[str, str, str]]:
    listed = []
    for name in NAMES:
        origin = "environment" if env.get(name) else "file" if given.get(name) else "default"
        origin = "secrets manager" if name in stored.found else origin
        value = values.get(name, "")
        listed.append((name, MASK if value and name in SECRETS else value, origin))
    return listed
