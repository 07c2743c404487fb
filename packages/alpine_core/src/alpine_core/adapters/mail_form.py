"""A mail as the bytes that travel (RFC 5322, with MIME parts)."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from alpine_core.model.mail import Mail
from alpine_core.ports.clock import Clock


def email_message(mail: Mail, sender: str, clock: Clock) -> EmailMessage:
    """Plain text, and HTML beside it where there is some. Automatic mail says so (RFC 3834), lest it be answered."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message
