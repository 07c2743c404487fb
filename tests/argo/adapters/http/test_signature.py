"""Our signatures are those of the vectors, and each attempt is a message of its own."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from argo_core.adapters.http import DistributorPublisher, Receiver, Sender, Signer, readable_secrets, secret_bytes
from argo_core.adapters.http.signature import signature
from argo_core.errors import ConfigError
from argo_core.testing.contracts.publisher import message
from argo_core.testing.fixed_clock import FixedClock
from tests.argo.adapters.http.receiver import KEY, ReceiverApp

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "request_hmac.json").read_text())
SECRET = secret_bytes(VECTORS["secret"])
SOUND = [case for case in VECTORS["cases"] if case["valid"]]


@pytest.mark.parametrize("case", SOUND, ids=[case["id"] for case in SOUND])
def test_the_signature_of_a_valid_request_is_among_its_signatures(case: dict[str, Any]) -> None:
    headers = case["headers"]
    ours = signature(SECRET, headers["webhook-id"], headers["webhook-timestamp"], case["body"].encode())
    assert ours in headers["webhook-signature"].split()


async def test_each_attempt_is_signed_with_an_id_of_its_own(receiver: ReceiverApp) -> None:
    numbers = itertools.count(1)
    signer = Signer(lambda: [SECRET], FixedClock(datetime(2026, 1, 2, 14, 30, tzinfo=UTC)), lambda: str(next(numbers)))
    async with httpx.AsyncClient() as client:
        publisher = DistributorPublisher(Sender(client, Receiver(receiver.url, KEY), signer))
        await publisher.publish([message("a")])
        await publisher.publish([message("a")])
    first, second = (request.headers for request in receiver.requests)
    assert (first["webhook-id"], second["webhook-id"]) == ("msg_1", "msg_2")
    assert first["webhook-timestamp"] == "1767364200"
    body = receiver.requests[0].body
    assert first["webhook-signature"] == signature(SECRET, "msg_1", "1767364200", body)


@pytest.mark.parametrize("text", ["whsec_not base64", "whsec_c2hvcnQ=", ""])
def test_a_secret_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="signing secret"):
        secret_bytes(text)


def test_while_a_secret_is_rotated_a_body_is_signed_with_both() -> None:
    new = secret_bytes("whsec_" + "bmV3LXNlY3JldC1uZXctc2VjcmV0LW5ldw==")
    signer = Signer(lambda: [new, SECRET], FixedClock(datetime(2026, 1, 2, 14, 30, tzinfo=UTC)), lambda: "7")
    said = signer.headers(b"{}")["webhook-signature"]
    assert said == " ".join(signature(each, "msg_7", "1767364200", b"{}") for each in (new, SECRET))


def test_a_secret_that_was_rotated_to_something_else_leaves_the_others_and_none_is_refused() -> None:
    assert readable_secrets(["not a secret", VECTORS["secret"]]) == (SECRET,)
    for texts in ([], ["not a secret"]):
        with pytest.raises(ConfigError, match="copy it from the receiver"):
            readable_secrets(texts)


def test_a_signer_does_not_show_its_secret() -> None:
    shown = repr(Signer(lambda: [SECRET], FixedClock(datetime(2026, 1, 2, tzinfo=UTC)), str))
    assert repr(SECRET)[2:20] not in shown
