"""RFC 3161 against a local `openssl ts`: what it states is what verifies, and nothing else does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from argo_core.adapters.anchor.rfc3161 import Rfc3161Anchor, trusted_root
from argo_core.errors import ConfigError, DataError, Unavailable
from tests.argo.adapters.anchor.authority import Authority, create_authority, serving

NOTE = b"argo.localhost/signals\n3\nAAAA\n\n"
NOBODY = "http://127.0.0.1:9/"


@pytest.fixture(scope="session", name="authority")
def local_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return create_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(name="client")
async def http_client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


def anchor_at(url: str, authority: Authority, client: httpx.AsyncClient, root: str = "root") -> Rfc3161Anchor:
    return Rfc3161Anchor(url, trusted_root(authority.root(root)), client)


async def test_a_receipt_states_time_with_its_inaccuracy_and_the_authority(
    authority: Authority, client: httpx.AsyncClient
) -> None:
    with serving(authority) as url:
        anchor = anchor_at(url, authority, client)
        asked = datetime.now(UTC)
        stated = anchor.verify(NOTE, await anchor.submit(NOTE))
    assert stated.authority == "Local TSA"
    # Whole seconds, and the 1.5001 s of inaccuracy that the authority states.
    assert timedelta(0) < stated.not_later_than - asked < timedelta(seconds=6)
    assert stated.not_later_than.microsecond == 500_100


async def test_an_authority_that_states_no_inaccuracy_is_taken_at_its_word(
    authority: Authority, client: httpx.AsyncClient
) -> None:
    with authority.without_accuracy(), serving(authority) as url:
        anchor = anchor_at(url, authority, client)
        assert anchor.verify(NOTE, await anchor.submit(NOTE)).not_later_than.microsecond == 0


async def test_a_stranger_verifies_the_receipt_with_openssl_alone(
    authority: Authority, client: httpx.AsyncClient
) -> None:
    with serving(authority) as url:
        receipt = await anchor_at(url, authority, client).submit(NOTE)
    assert await asyncio.to_thread(authority.openssl_verifies, NOTE, receipt)
    assert not await asyncio.to_thread(authority.openssl_verifies, NOTE + b"x", receipt)


@pytest.mark.parametrize("note", [NOTE + b"\n", NOTE.replace(b"3", b"4"), b"x"])
async def test_a_receipt_proves_no_other_note(authority: Authority, client: httpx.AsyncClient, note: bytes) -> None:
    with serving(authority) as url:
        anchor = anchor_at(url, authority, client)
        receipt = await anchor.submit(NOTE)
    with pytest.raises(DataError, match="does not prove this checkpoint") as refused:
        anchor.verify(note, receipt)
    assert refused.value.code == "bad_receipt"


async def test_no_flipped_bit_of_the_signed_part_is_accepted(authority: Authority, client: httpx.AsyncClient) -> None:
    with serving(authority) as url:
        anchor = anchor_at(url, authority, client)
        receipt = await anchor.submit(NOTE)
    time = receipt.index(b"Z", receipt.index(b"\x18\x0f")) - 1  # the last digit of the stated GeneralizedTime
    for place in (time, len(receipt) - 1):
        flipped = receipt[:place] + bytes([receipt[place] ^ 1]) + receipt[place + 1 :]
        with pytest.raises(DataError, match="does not prove"):
            anchor.verify(NOTE, flipped)


@pytest.mark.parametrize("receipt", [b"", b"0", b"\x30\x03\x02\x01\x02", b"\x30\x80" * 40_000])
async def test_what_is_no_receipt_is_refused(authority: Authority, client: httpx.AsyncClient, receipt: bytes) -> None:
    with pytest.raises(DataError):
        anchor_at(NOBODY, authority, client).verify(NOTE, receipt)


async def test_another_root_is_not_trusted(authority: Authority, client: httpx.AsyncClient) -> None:
    with serving(authority) as url:
        receipt = await anchor_at(url, authority, client).submit(NOTE)
    with pytest.raises(DataError, match="does not prove"):
        anchor_at(url, authority, client, "foreign").verify(NOTE, receipt)


async def test_an_older_answer_replayed_to_a_new_request_is_refused(
    authority: Authority, client: httpx.AsyncClient
) -> None:
    with serving(authority) as url:
        older = await anchor_at(url, authority, client).submit(NOTE)
    with serving(authority, [older]) as url, pytest.raises(DataError, match="Nonce mismatch"):
        await anchor_at(url, authority, client).submit(NOTE)


async def test_an_authority_that_is_not_there_is_unavailable(authority: Authority, client: httpx.AsyncClient) -> None:
    with pytest.raises(Unavailable, match="is the time-stamping authority up"):
        await anchor_at(NOBODY, authority, client).submit(NOTE)


def test_a_file_that_is_no_certificate_is_refused() -> None:
    with pytest.raises(ConfigError, match="certificate_file"):
        trusted_root(b"-----BEGIN CERTIFICATE-----")
