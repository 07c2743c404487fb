"""How mails leave: over SMTP, or into a folder where no server is set."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from alpine_core.errors import OperatorError

T = TypeVar("T")

PORTS = {"starttls": 587, "tls": 465, "plain": 25}
# The provider's side spells them so; one environment may hold both.
OLDER_NAMES = {
    "ALPINE_SMTP_HOST": "EMAIL_SMTP_HOST",
    "ALPINE_SMTP_PORT": "EMAIL_SMTP_PORT",
    "ALPINE_SMTP_USER": "EMAIL_SMTP_USER",
    "ALPINE_SMTP_PASSWORD": "EMAIL_SMTP_PASSWORD",
    "ALPINE_MAIL_FROM": "EMAIL_FROM",
}
MAIL_NAMES = (
    *("ALPINE_SMTP_HOST", "ALPINE_SMTP_PORT", "ALPINE_SMTP_USER", "ALPINE_SMTP_SECURITY"),
    *("ALPINE_MAIL_FROM", "ALPINE_MAIL_DIR", "EMAIL_SMTP_HOST", "EMAIL_SMTP_PORT", "EMAIL_SMTP_USER", "EMAIL_FROM"),
)
MAIL_SECRETS = ("ALPINE_SMTP_PASSWORD", "EMAIL_SMTP_PASSWORD")


class GivenTexts(Protocol):
    """What was given, by name."""

    def text(self, name: str, default: str) -> str: ...

    def number(self, name: str, default: T, kind: Callable[[str], T], low: float, high: float) -> T: ...


@dataclass(frozen=True, slots=True)
class MailSettings:
    """`host` None: mails are written into `folder`. `security` is starttls, tls or plain; plain only to this machine.

    Raises OperatorError, one line, for settings that contradict each other.
    """

    folder: Path = Path("mail")
    sender: str = "alpine@localhost"
    host: str | None = None
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.security not in PORTS:
            raise OperatorError(f"ALPINE_SMTP_SECURITY is {self.security!r}: write starttls, tls or plain")
        if "@" not in self.sender or not self.sender.isprintable():
            raise OperatorError(f"ALPINE_MAIL_FROM is {self.sender!r}: write it as name@example.com")
        if bool(self.user) != bool(self.password):
            raise OperatorError("ALPINE_SMTP_USER and ALPINE_SMTP_PASSWORD: set both or none")
        if self.host is not None and self.security == "plain" and not _is_here(self.host):
            raise OperatorError("ALPINE_SMTP_SECURITY plain is for a server on loopback only: use starttls or tls")


def read_mail_settings(given: GivenTexts, folder: Path, public_host: str) -> MailSettings:
    """The settings; the older names stand in for ours where these are not set."""

    def text(name: str, default: str) -> str:
        older = OLDER_NAMES.get(name)
        return given.text(name, given.text(older, default) if older else default)

    security = text("ALPINE_SMTP_SECURITY", "starttls").lower()
    named = "ALPINE_SMTP_PORT" if given.text("ALPINE_SMTP_PORT", "") else "EMAIL_SMTP_PORT"
    return MailSettings(
        folder=Path(text("ALPINE_MAIL_DIR", str(folder))),
        sender=text("ALPINE_MAIL_FROM", f"alpine@{public_host}"),
        host=text("ALPINE_SMTP_HOST", "") or None,
        port=given.number(named, PORTS.get(security, 0), int, 0, 65_535),
        security=security,
        user=text("ALPINE_SMTP_USER", ""),
        password=text("ALPINE_SMTP_PASSWORD", ""),
    )


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
