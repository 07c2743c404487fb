"""The one mail server of a process, for alerts and for reports."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from argo_core.adapters.alert_channels.alert_mail import addresses
from argo_core.errors import ConfigError
from argo_core.pipeline.keep_secrets import SecretKeeper
from argo_server.settings.shape import ConfigFile
from argo_server.wiring.secrets import kept

if TYPE_CHECKING:
    from argo_core.adapters.mail_server import MailServer


def mail_server(file: ConfigFile, to: tuple[str, ...], secrets: SecretKeeper | None = None) -> MailServer:
    """For letters to `to`, which holds one at least; each connection logs in with what `secrets` keep then. Raises
    ConfigError."""
    section = file.email
    try:
        from argo_core.adapters.mail_server import MailServer
    except ImportError as error:
        raise ConfigError(f"letters need the package {error.name}: install argo-server[alerts]") from error
    if not section.host:
        raise ConfigError("somebody is to get letters and email.host is not set: set it, or name nobody")
    security = section.security or ("tls" if section.port == 465 else "starttls")
    if security == "plain" and not _loopback(section.host):
        raise ConfigError("email.security plain is for a mail server on loopback only: use starttls or tls")
    if bool(section.user) != bool(section.password):
        raise ConfigError("email.user and email.password go together: set both or none")
    user, password = (kept(file, variable, secrets) for variable in ("EMAIL_SMTP_USER", "EMAIL_SMTP_PASSWORD"))
    return MailServer(
        host=section.host,
        port=section.port,
        security=security,
        sender=addresses(section.sender or to[0])[0],
        recipients=to,
        login=lambda: (user.now(), password.now()),
    )


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
