"""Reports as letters to a real mail server: what arrives, and what a refusal means."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from argo_core.adapters.mail_server import MailServer
from argo_core.adapters.mailed_reports import MailedReports
from argo_core.errors import StoreError, Unavailable
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_cycles import MOMENT
from tests.ports import free_port

CONTENTS = {"week_20260302.txt": "Win Rate: 58.08% – ä\n".encode(), "week_20260302.csv": b"a,b\r\n"}


class Peer:
    """Keeps what it takes; `refusal` answers the data, `unknown` the recipient of that name."""

    def __init__(self, refusal: str = "", unknown: str = "") -> None:
        self.taken: list[tuple[list[str], EmailMessage]] = []
        self.refusal, self.unknown = refusal, unknown

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address == self.unknown:
            return "550 5.1.1 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refusal:
            return self.refusal
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.taken.append((envelope.rcpt_tos, message))
        return "250 OK"


@contextmanager
def serving(peer: Peer) -> Iterator[int]:
    port = free_port()
    controller = Controller(peer, hostname="127.0.0.1", port=port, server_hostname="localhost")
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


READERS = ("ada@argo.example", "bo@argo.example")


async def send(port: int, readers: tuple[str, ...] = READERS) -> Mapping[str, str]:
    server = MailServer(
        host="127.0.0.1",
        port=port,
        security="plain",
        sender="reports@argo.example",
        recipients=READERS,
    )
    post = MailedReports(server, FixedClock(MOMENT))
    assert post.readers == READERS
    return await post.send("Argo Capital report, weekly, 2026-03-02", CONTENTS, "2026-week_20260302.1", readers)


async def test_the_text_is_the_letter_and_the_other_forms_go_with_it() -> None:
    with serving(peer := Peer()) as port:
        assert await send(port) == {}
    ((recipients, letter),) = peer.taken
    body = letter.get_body()
    assert body is not None
    assert recipients == ["ada@argo.example", "bo@argo.example"]
    assert letter["Message-ID"] == "<2026-week_20260302.1@argo.example>"
    assert letter["Subject"] == "Argo Capital report, weekly, 2026-03-02"
    assert body.get_content().strip() == "Win Rate: 58.08% – ä"
    assert [(each.get_filename(), each.get_content()) for each in letter.iter_attachments()] == [
        ("week_20260302.csv", b"a,b\r\n")
    ]


@pytest.mark.parametrize(
    ("refusal", "kind"), [("451 4.3.0 later", Unavailable), ("554 5.7.1 never", StoreError)], ids=["later", "never"]
)
async def test_a_refusal_says_what_the_server_said(refusal: str, kind: type[StoreError]) -> None:
    with serving(Peer(refusal)) as port, pytest.raises(kind, match=f"refused with {refusal[:3]}") as caught:
        await send(port)
    assert type(caught.value) is kind


async def test_one_unknown_reader_of_two_is_named_and_may_be_tried_alone() -> None:
    refused = {"bo@argo.example": "550 5.1.1 nobody of that name"}
    with serving(peer := Peer(unknown="bo@argo.example")) as port:
        assert await send(port) == refused
        assert await send(port, ("bo@argo.example",)) == refused
        peer.unknown = ""
        assert await send(port, ("bo@argo.example",)) == {}
    assert [recipients for recipients, _ in peer.taken] == [["ada@argo.example"], ["bo@argo.example"]]
    assert {letter["To"] for _, letter in peer.taken} == {"ada@argo.example, bo@argo.example"}


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    port = free_port()
    with pytest.raises(Unavailable, match=rf"mail by 127\.0\.0\.1:{port} failed"):
        await send(port)
