"""Mails over a real SMTP server, and as files: what arrives, what is tried again, what is never sent in the open."""

from __future__ import annotations

import email
import email.policy
import ssl
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alpine_core.adapters.eml_folder import EmlFolder
from alpine_core.adapters.smtp_mailer import SmtpMailer, SmtpServer
from alpine_core.errors import DeliveryError
from alpine_core.model import Mail
from alpine_core.testing import FixedClock
from alpine_core.testing.samples import MOMENT
from tests.ports import free_port

MAIL = Mail(
    message_id="<1f@alpine.example>",
    recipient="ada@example.com",
    subject="Alpine: Set a new password – today",
    text="Plain words: ä\n.\nhttps://alpine.example/reset?token=abc\n",
    html="<p>Words: ä</p>",
)
SENDER = "Alpine <alpine@alpine.example>"


class Peer:
    """Keeps what it takes; answers `refusal` to the data if one is set."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, list[str], EmailMessage]] = []
        self.encrypted: list[bool] = []
        self.recipient_refusal = ""
        self.refusal = ""

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.recipient_refusal:
            return self.recipient_refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refusal:
            return self.refusal
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, message))
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        return "250 OK"


@contextmanager
def serving(peer: Peer, **options: Any) -> Iterator[int]:
    port = free_port()
    # With a name of its own: else it asks the name servers for one at each connection, which can take seconds.
    controller = Controller(peer, hostname="127.0.0.1", port=port, server_hostname="localhost", **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's context and one that trusts it."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*form))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return server, ssl.create_default_context(cafile=folder / "cert.pem")


def mailer(port: int, security: str, context: ssl.SSLContext | None = None, **changed: Any) -> SmtpMailer:
    server = SmtpServer(host="localhost", port=port, security=security, **{"timeout_seconds": 5.0, **changed})
    return SmtpMailer(server, SENDER, FixedClock(MOMENT), context)


async def test_a_mail_arrives_as_it_was_written() -> None:
    peer = Peer()
    with serving(peer) as port:
        await mailer(port, "plain").send(MAIL)
    ((sender, recipients, message),) = peer.taken
    assert (sender, recipients) == ("alpine@alpine.example", ["ada@example.com"])
    assert (message["Message-ID"], message["Subject"], message["Auto-Submitted"]) == (
        "<1f@alpine.example>",
        "Alpine: Set a new password – today",
        "auto-generated",
    )
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == MAIL.text
    assert html.get_content().strip() == MAIL.html


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_it_travels_encrypted_with_name_and_password(
    certificate: tuple[ssl.SSLContext, ssl.SSLContext], security: str
) -> None:
    server, client = certificate
    peer = Peer()

    def check(_server: SMTP, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        known = (given.login, given.password) == (b"alpine", b"hush")
        return AuthResult(success=known, handled=False)

    options: dict[str, Any] = {"authenticator": check}
    if security == "starttls":
        options |= {"tls_context": server, "require_starttls": True, "auth_required": True}
    else:
        # The library does not count a connection that was TLS from the first byte as one.
        options |= {"ssl_context": server, "auth_require_tls": False}
    with serving(peer, **options) as port:
        standing = ["hush"]
        rotating = mailer(port, security, client, login=lambda: ("alpine", standing[0]))
        await rotating.send(MAIL)
        standing[0] = "wrong"
        with pytest.raises(DeliveryError) as refused:
            await rotating.send(MAIL)
    assert (len(peer.taken), peer.encrypted) == (1, [True])
    assert refused.value.retry
    assert "535" in str(refused.value) or "Authentication" in str(refused.value)
    assert "wrong" not in str(refused.value)


async def test_nothing_is_sent_where_encryption_is_refused_or_the_certificate_is_not_trusted(
    certificate: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    peer = Peer()
    with serving(peer) as port, pytest.raises(DeliveryError):
        await mailer(port, "starttls").send(MAIL)  # the server offers none
    with serving(peer, tls_context=certificate[0]) as port, pytest.raises(DeliveryError):
        await mailer(port, "starttls").send(MAIL)  # nobody vouches for it
    assert peer.taken == []


@pytest.mark.parametrize(
    ("where", "answer", "retry"),
    [
        ("recipient", "550 no such mailbox", False),
        ("recipient", "451 try again later", True),
        ("data", "554 refused", False),
        ("data", "452 no room", True),
    ],
)
async def test_what_is_refused_for_good_is_not_tried_again(where: str, answer: str, retry: bool) -> None:
    peer = Peer()
    peer.recipient_refusal, peer.refusal = (answer, "") if where == "recipient" else ("", answer)
    with serving(peer) as port, pytest.raises(DeliveryError) as refused:
        await mailer(port, "plain").send(MAIL)
    assert refused.value.retry is retry
    assert len(str(refused.value).splitlines()) == 1


async def test_a_server_that_is_not_there_is_tried_again() -> None:
    with pytest.raises(DeliveryError) as refused:
        await mailer(9, "plain").send(MAIL)
    assert refused.value.retry


async def test_a_line_end_in_a_subject_adds_no_header() -> None:
    peer = Peer()
    evil = Mail(message_id="<2@x>", recipient="ada@example.com", subject="x\r\nBcc: eve@example.com", text="t")
    with serving(peer) as port, pytest.raises(DeliveryError) as refused:
        await mailer(port, "plain").send(evil)
    assert (refused.value.retry, peer.taken) == (False, [])


async def test_into_a_folder_a_mail_is_one_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    folder = EmlFolder(tmp_path / "mail", SENDER, FixedClock(MOMENT))
    await folder.send(MAIL)
    await folder.send(MAIL)  # the same again: a crash came before it was noted
    (file,) = (tmp_path / "mail").iterdir()
    assert (file.suffix, stat.S_IMODE(file.stat().st_mode)) == (".eml", 0o600)
    read = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert (read["To"], read["Message-ID"]) == ("ada@example.com", "<1f@alpine.example>")


async def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DeliveryError) as refused:
        await EmlFolder(tmp_path / "file", SENDER, FixedClock(MOMENT)).send(MAIL)
    assert refused.value.retry
