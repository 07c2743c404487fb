"""The settings as frozen values, checked against each other."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from alpine_core.errors import OperatorError
from alpine_web.settings.alerts import AlertSettings
from alpine_web.settings.backups import BackupSettings
from alpine_web.settings.integrity import IntegritySettings
from alpine_web.settings.mail import MailSettings
from alpine_web.settings.payments import PaymentSettings
from alpine_web.settings.stored_secrets import StoredSecrets
from alpine_web.settings.tracing import TracingSettings

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
SHORTEST_PUBLIC_KEY = 32
CHANNELS = ("auto", "memory", "redis", "postgresql")
WITNESS_NAME = "alpine.localhost/witness"
MIRROR_NAME = "alpine.localhost/mirror"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account that is made at start, on loopback only."""

    email: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything this process was told. `in_force` lists name, value (secrets masked) and where it came from.

    `provider_keys`: one or two, for rotation; with none, every delivery is refused. `free_delay_seconds` is how long
    FREE waits. `log_vkeys` are the pinned logs of the provider: with none, every signal is unlogged. `witness_vkeys`
    are other witnesses, `quorum` how many of all have to cosign (None: ours). `secret_key_given`: False if `secret_key`
    was made for this run. `channel` is one of CHANNELS. Every `secrets_seconds` the store of
    secrets is read again; `stored` is what it held at the start. Raises OperatorError, one line, for
    settings that contradict each other.
    """

    database_url: str
    secret_key: str = field(repr=False)
    provider_keys: tuple[str, ...] = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 9001
    public_url: str | None = None
    webhook_secret: str | None = field(default=None, repr=False)
    allow_legacy: bool = False
    demo_account: DemoAccount | None = None
    demo_token: str | None = field(default=None, repr=False)
    metrics_token: str | None = field(default=None, repr=False)
    contact_email: str | None = None
    free_delay_seconds: float = 86_400.0
    session_hours: float = 12.0
    session_idle_minutes: float = 60.0
    ingest_per_minute: int = 6_000
    sign_in_per_minute: int = 60
    anonymous_per_minute: int = 600
    streams_per_account: int = 20
    cors_origins: tuple[str, ...] = ()
    redis_url: str | None = field(default=None, repr=False)
    channel: str = "auto"
    allow_private_webhooks: bool = False
    log_vkeys: tuple[str, ...] = ()
    key_folder: Path = Path("keys")
    witness_name: str = WITNESS_NAME
    mirror_name: str = MIRROR_NAME
    witness_vkeys: tuple[str, ...] = ()
    quorum: int | None = None
    env_file: Path | None = None
    secret_key_given: bool = True
    alerts: AlertSettings = AlertSettings()
    mail: MailSettings = MailSettings()
    payments: PaymentSettings = PaymentSettings()
    backups: BackupSettings = BackupSettings()
    integrity: IntegritySettings = IntegritySettings()
    tracing: TracingSettings = TracingSettings()
    secrets_seconds: float = 300.0
    stored: StoredSecrets = StoredSecrets()
    in_force: tuple[tuple[str, str, str], ...] = ()

    def __post_init__(self) -> None:
        if len(self.provider_keys) > 2:
            raise OperatorError("more than two provider keys are set: keep the current one and the one before")
        if self.public_url is not None and urlsplit(self.public_url).scheme not in ("http", "https"):
            raise OperatorError("ALPINE_PUBLIC_URL must begin with https:// or http://")
        if self.contact_email is not None and "@" not in self.contact_email.strip("@"):
            raise OperatorError("ALPINE_CONTACT_EMAIL is no e-mail address: write one, or leave it out")
        _check_reach(self.cors_origins, self.redis_url)
        _check_channel(self.channel, self.redis_url, self.on_postgresql)
        if self.on_loopback:
            return
        if self.demo_account is not None or self.demo_token is not None:
            raise OperatorError(f"a demo account or token is for loopback only: unset it, or ALPINE_HOST {self.host}")
        if len(self.secret_key) < SHORTEST_PUBLIC_KEY:
            raise OperatorError("ALPINE_SECRET_KEY beyond loopback needs 32 characters: run `openssl rand -hex 32`")
        if self.metrics_token is not None and len(self.metrics_token) < SHORTEST_PUBLIC_KEY:
            raise OperatorError("ALPINE_METRICS_TOKEN beyond loopback needs 32 characters: run `openssl rand -hex 32`")
        if any(len(key) < SHORTEST_PUBLIC_KEY for key in self.provider_keys):
            raise OperatorError("a provider key beyond loopback needs 32 characters: run `alpine sync setup`")

    @property
    def on_loopback(self) -> bool:
        """True if only this machine reaches the server: its address is loopback and no public address is named."""
        return is_loopback(self.host) and (self.public_url is None or is_loopback(self.public_host or ""))

    @property
    def on_postgresql(self) -> bool:
        """Whether the database is one that several workers may share."""
        return self.database_url.startswith("postgresql")

    @property
    def channel_in_use(self) -> str:
        """How workers hear of each other's signals: memory (this process alone), redis or postgresql."""
        if self.channel != "auto":
            return self.channel
        return "redis" if self.redis_url is not None else "postgresql" if self.on_postgresql else "memory"

    @property
    def public_host(self) -> str | None:
        """The host name of the public address."""
        return None if self.public_url is None else urlsplit(self.public_url).hostname

    @property
    def base_url(self) -> str:
        """How links in mails begin, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def secure_cookies(self) -> bool:
        """Cookies travel over https only, unless nothing but this machine reaches the server."""
        return not self.on_loopback


def _check_reach(origins: tuple[str, ...], redis_url: str | None) -> None:
    for origin in origins:
        parts = urlsplit(origin)
        plain = f"{parts.scheme}://{parts.netloc}" == origin and bool(parts.hostname)
        if not plain or parts.scheme not in ("http", "https"):
            raise OperatorError(f"ALPINE_CORS_ORIGINS has {origin!r}: write origins as https://app.example.com")
    if redis_url is not None and urlsplit(redis_url).scheme not in ("redis", "rediss", "unix"):
        raise OperatorError("REDIS_URL must begin with redis://, rediss:// or unix://")


def _check_channel(channel: str, redis_url: str | None, on_postgresql: bool) -> None:
    if channel not in CHANNELS:
        raise OperatorError(f"ALPINE_CHANNEL is {channel!r}: write one of {', '.join(CHANNELS)}")
    if channel == "redis" and redis_url is None:
        raise OperatorError("ALPINE_CHANNEL is redis and REDIS_URL is not set: set it, or write ALPINE_CHANNEL=auto")
    if channel == "postgresql" and not on_postgresql:
        raise OperatorError("ALPINE_CHANNEL is postgresql and the database is not: write ALPINE_CHANNEL=auto")


def is_loopback(host: str) -> bool:
    """True for `localhost` and for addresses that only this machine reaches."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in LOOPBACK_NAMES
