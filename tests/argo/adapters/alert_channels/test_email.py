"""Alerts by mail over a real SMTP server: text and HTML, several recipients, and what refusals mean."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from argo_core.adapters.alert_channels.alert_mail import addresses, mail_of
from argo_core.adapters.alert_channels.email import Email
from argo_core.adapters.mail_server import MailServer
from argo_core.errors import ConfigError
from argo_core.model.alert import Severity
from argo_core.testing.contracts.alert_store import sample_alert
from argo_core.testing.contracts.notifier import NotifierContract
from tests.argo.adapters.alert_channels.mail_peer import MailPeer, mail_server

TO = ("ops@example.com", "oncall@example.com")


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[MailPeer, int]]:
    peer = MailPeer()
    with mail_server(peer) as port:
        yield peer, port


@pytest.fixture
def mail_peer(running: tuple[MailPeer, int]) -> MailPeer:
    """The server's peer, as new."""
    peer, _ = running
    peer.__init__()  # type: ignore[misc]
    return peer


def server(port: int, **changes: Any) -> MailServer:
    usual = MailServer(host="127.0.0.1", port=port, security="plain", sender="alerts@example.com", recipients=TO)
    return msgspec.structs.replace(usual, **changes)


@pytest.fixture
def notifier(mail_peer: MailPeer, running: tuple[MailPeer, int]) -> Email:
    return Email(server(running[1]), deadline_seconds=2.0)


class TestEmail(NotifierContract):
    @pytest.fixture
    def broken_notifier(self) -> Email:
        return Email(server(9))


async def test_both_recipients_get_text_and_html(notifier: Email, mail_peer: MailPeer) -> None:
    assert (await notifier.send(sample_alert(severity=Severity.CRITICAL))).detail == "taken"
    ((recipients, mail),) = mail_peer.taken
    assert recipients == list(TO)
    assert (mail["Subject"], mail["Importance"]) == ("[critical] the disk fills up", "high")
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None and html is not None
    assert text.get_content().splitlines() == [
        "the disk fills up",
        "",
        "93 %",
        "",
        "Severity: critical",
        "Source: generator",
        "Raised: 2026-01-02 14:30:00 UTC",
        "Runbook: docs/runbooks/disk_high.md",
        "limit: above 90",
    ]
    assert "#d32f2f" in html.get_content()


async def test_a_refused_recipient_is_named_and_keeps_nobody_from_it(notifier: Email, mail_peer: MailPeer) -> None:
    mail_peer.refused = {TO[1]: "550 no such user"}
    delivery = await notifier.send(sample_alert())
    assert (delivery.delivered, delivery.detail) == (True, "taken, but not for oncall@example.com")
    assert [recipients for recipients, _ in mail_peer.taken] == [[TO[0]]]


@pytest.mark.parametrize(("said", "permanent"), [("451 later", False), ("554 no", True)])
async def test_a_refusal_says_whether_to_try_again(
    notifier: Email, mail_peer: MailPeer, said: str, permanent: bool
) -> None:
    mail_peer.refusal = said
    delivery = await notifier.send(sample_alert())
    assert (delivery.delivered, delivery.permanent) == (False, permanent)


async def test_all_recipients_refused_for_good_is_final(notifier: Email, mail_peer: MailPeer) -> None:
    mail_peer.refused = dict.fromkeys(TO, "550 no such user")
    assert (await notifier.send(sample_alert())).permanent


async def test_a_wrong_password_is_not_shown_and_the_next_letter_logs_in_with_the_one_that_stands_then() -> None:
    def new_one_only(_server: Any, _session: Any, _envelope: Any, _kind: str, given: LoginPassword) -> AuthResult:
        return AuthResult(success=given.password == b"rotated-rotated", handled=False)

    options = {"authenticator": new_one_only, "auth_require_tls": False}
    passwords = ["hunter2-hunter2"]
    with mail_server(MailPeer(), **options) as port:
        email = Email(server(port, login=lambda: ("me", passwords[0])))
        delivery = await email.send(sample_alert())
        passwords[0] = "rotated-rotated"
        assert (await email.send(sample_alert())).delivered
    assert (delivery.delivered, delivery.permanent) == (False, False)
    assert "hunter2" not in delivery.detail
    assert "hunter2" not in repr(server(1, login=lambda: ("me", "hunter2-hunter2")))


async def test_a_server_that_says_nothing_ends_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        delivery = await Email(server(port), deadline_seconds=0.3).send(sample_alert())
    assert (delivery.delivered, delivery.permanent) == (False, False)


async def test_without_encryption_where_it_is_required_nothing_is_sent(
    mail_peer: MailPeer, running: tuple[MailPeer, int]
) -> None:
    delivery = await Email(server(running[1], security="starttls")).send(sample_alert())
    assert not delivery.delivered
    assert mail_peer.taken == []


def test_nothing_in_an_alert_becomes_a_header_or_markup() -> None:
    alert = msgspec.structs.replace(
        sample_alert(), title="a\r\nBcc: eve@example.com", message="<script>alert(1)</script>", details={"<b>": "</td>"}
    )
    mail = mail_of(alert, "alerts@example.com", TO, "<1@x>")
    assert mail["Bcc"] is None
    assert mail["Subject"] == "[warning] a Bcc: eve@example.com"
    html = mail.get_body(("html",))
    assert html is not None
    assert "<script" not in html.get_content()
    assert "<b>" not in html.get_content()


def test_addresses_are_parted_by_commas_and_wrong_ones_named() -> None:
    assert addresses(" ops@example.com, oncall@example.com,ops@example.com ") == TO
    for wrong in ("ops", "ops@", "a b@example.com", "x@y\r\nBcc: z@y"):
        with pytest.raises(ConfigError, match="no e-mail address"):
            addresses(wrong)
