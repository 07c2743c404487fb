"""Signed requests against the shared vectors, and what the vectors do not cover."""

from __future__ import annotations

from typing import Any

import pytest

from alpine_core.errors import OperatorError, SenderError
from alpine_core.verify import WebhookVerifier, content_digest_matches
from alpine_core.verify.webhook import signed_headers
from tests.alpine.core.vectors import vectors

HMAC = vectors("request_hmac")
OK = HMAC["cases"][0]


def check(case: dict[str, Any], *, now: float = HMAC["now"], body: bytes | None = None, known: bool = False) -> None:
    headers = case["headers"]
    WebhookVerifier([HMAC["secret"]]).require(
        webhook_id=headers["webhook-id"],
        timestamp=headers["webhook-timestamp"],
        signature=headers["webhook-signature"],
        body=case["body"].encode() if body is None else body,
        now=now,
        seen=lambda _name: known,
    )


@pytest.mark.parametrize("case", HMAC["cases"], ids=lambda case: case["id"])
def test_each_request_of_the_vectors_is_judged_as_written(case: dict[str, Any]) -> None:
    if case["valid"]:
        check(case)
        return
    with pytest.raises(SenderError) as refused:
        check(case, known="replay_of" in case)
    assert refused.value.code == {"replay": "replayed", "old": "signature_expired"}.get(case["id"], "bad_signature")


@pytest.mark.parametrize(("late", "holds"), [(60, True), (61, False), (-60, True), (-61, False)])
def test_a_signature_holds_for_a_minute_either_way(late: int, holds: bool) -> None:
    if holds:
        check(OK, now=HMAC["now"] + late)
    else:
        with pytest.raises(SenderError, match="sign it anew"):
            check(OK, now=HMAC["now"] + late)


@pytest.mark.parametrize("signature", ["", "v1", "v1,", "v1,ü", "v2," + OK["headers"]["webhook-signature"][3:]])
def test_nothing_readable_is_no_signature(signature: str) -> None:
    with pytest.raises(SenderError) as refused:
        check({"headers": {**OK["headers"], "webhook-signature": signature}, "body": OK["body"]})
    assert refused.value.code == "bad_signature"


@pytest.mark.parametrize("secrets", [[], ["whsec_"], ["whsec_c2hvcnQ="], ["whsec_!"]])
def test_no_secret_or_a_bad_one_is_the_operators_fault(secrets: list[str]) -> None:
    with pytest.raises(OperatorError):
        WebhookVerifier(secrets)


DIGEST = "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:"


@pytest.mark.parametrize(
    ("header", "holds"),
    [
        (DIGEST, True),
        (f"sha-512=:AAAA:, {DIGEST}", True),
        (f"{DIGEST}, {DIGEST}", False),
        (DIGEST.replace("L", "M", 1), False),
        (DIGEST.replace("sha-256", "SHA-256"), False),
        ("sha-256=LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", False),
        ("", False),
    ],
)
def test_a_content_digest_is_that_of_the_bytes(header: str, holds: bool) -> None:
    assert content_digest_matches(header, b"hello") is holds


def test_signing_writes_what_the_vectors_hold() -> None:
    headers = OK["headers"]
    made = signed_headers(
        HMAC["secret"], headers["webhook-id"], float(headers["webhook-timestamp"]) + 0.9, OK["body"].encode()
    )
    assert made == {name: headers[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
