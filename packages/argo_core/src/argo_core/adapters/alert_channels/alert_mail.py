"""An alert as a mail, in text and in HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape

from argo_core.errors import ConfigError
from argo_core.model.alert import Alert, Severity

COLOURS = {Severity.CRITICAL: "#d32f2f", Severity.WARNING: "#a15c00", Severity.INFO: "#1565c0"}
OVER = "#2e7d32"
LONGEST_SUBJECT = 150


def mail_of(alert: Alert, sender: str, recipients: Sequence[str], message_id: str) -> EmailMessage:
    """One mail to all recipients. Control characters of an alert do not reach a header.
    `message_id` is the mail's own (RFC 5322, 3.6.4).
    """
    mail = EmailMessage()
    state = "over" if alert.resolved else alert.severity.value
    mail["Subject"] = f"[{state}] {one_line(alert.title)}"[:LONGEST_SUBJECT]
    mail["From"], mail["To"] = sender, ", ".join(recipients)
    mail["Date"] = format_datetime(alert.raised_at)
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    if alert.severity is Severity.CRITICAL and not alert.resolved:
        mail["Importance"] = "high"
    mail.set_content("\n".join(_lines(alert)) + "\n")
    mail.add_alternative(_html(alert, state), subtype="html")
    return mail


def addresses(text: str) -> tuple[str, ...]:
    """The addresses of a list with commas, each once. Raises ConfigError for one that is none."""
    found = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    for one in found:
        try:
            parsed = Address(addr_spec=one)
        except Exception as error:
            # The parser raises IndexError, ValueError and errors of its own, by what is wrong.
            raise ConfigError(f"{ascii(one)[:80]} is no e-mail address: correct email.to or email.from") from error
        if not parsed.username or not parsed.domain:
            raise ConfigError(f"{ascii(one)[:80]} is no e-mail address: correct email.to or email.from")
    return found


def one_line(text: str) -> str:
    """The text without line breaks and other control characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _lines(alert: Alert) -> Iterator[str]:
    yield one_line(alert.title)
    yield ""
    yield alert.message
    yield ""
    for name, value in _facts(alert):
        yield f"{name}: {value}"


def _facts(alert: Alert) -> Iterator[tuple[str, str]]:
    yield "Severity", "over" if alert.resolved else alert.severity.value
    yield "Source", alert.source
    yield "Raised", f"{alert.raised_at:%Y-%m-%d %H:%M:%S} UTC"
    yield "Runbook", f"docs/runbooks/{alert.runbook}.md"
    yield from alert.details.items()


def _html(alert: Alert, state: str) -> str:
    colour = OVER if alert.resolved else COLOURS[alert.severity]
    rows = "".join(
        f'<tr><th align="left" style="padding:2px 12px 2px 0">{escape(name)}</th><td>{escape(value)}</td></tr>'
        for name, value in _facts(alert)
    )
    return (
        '<!doctype html><html lang="en"><body style="font-family:sans-serif;color:#1a1a1a">'
        f'<p style="border-left:6px solid {colour};padding-left:12px;margin:0 0 12px">'
        f'<strong style="color:{colour}">{escape(state)}</strong><br>'
        f'<strong style="font-size:1.2em">{escape(one_line(alert.title))}</strong></p>'
        f'<p style="white-space:pre-wrap">{escape(alert.message)}</p><table>{rows}</table></body></html>'
    )
