"""The log over HTTP: what a stranger reads verifies, needs no password, and bad questions are refused."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from argo_core.ledger.batch import draft
from argo_core.ledger.checkpoint import open_checkpoint
from argo_core.ledger.merkle import leaf_hash, verify_consistency, verify_inclusion
from argo_core.ledger.note_key import SigningKey
from argo_core.ledger.tiles import parse_bundle
from argo_core.ledger.tlog_proof import verify_tlog_proof
from argo_core.model.anchor import Receipt
from argo_core.testing.memory_ledger import MemoryLedger
from argo_core.testing.memory_log import MemoryLog
from argo_server.settings.shape import Server
from tests.argo.server.web.conftest import Client
from tests.argo.server.web.parts import MemoryReceipts, assemble, client_of, ledger_services

ORIGIN = "argo.localhost/signals"
KEY = SigningKey(ORIGIN, bytes(32))
AT = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
STAMPED = Receipt(size=3, authority="Local TSA", not_later_than=AT, receipt=b"\x30\x00")


def entry(index: int) -> bytes:
    return f'{{"n":{index}}}'.encode()


async def grown_log() -> MemoryLedger:
    log = MemoryLedger()
    for size in (3, 300):
        head = (await log.load()).head
        await log.append(draft(head, [entry(n) for n in range(head.size, size)], ORIGIN, [KEY], AT).batch)
    return log


@pytest.fixture(name="client")
async def client_of_a_log() -> AsyncIterator[Client]:
    ledger = ledger_services(await grown_log(), receipts=MemoryReceipts(STAMPED))
    async with client_of(assemble(MemoryLog(), ledger=ledger)) as opened:
        yield opened


async def get(client: Client, path: str, **query: object) -> Any:
    answer = await client.get(path, params={name: str(value) for name, value in query.items()})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_checkpoint_opens_under_the_logs_key(client: Client) -> None:
    found = await get(client, "/api/v1/ledger/checkpoint")
    opened = open_checkpoint(found["checkpoint"].encode(), ORIGIN, [KEY.verifier])
    assert (found["origin"], found["size"], found["root"]) == (ORIGIN, 300, opened.checkpoint.root.hex())
    assert (found["signed_at"], found["cosignatures"]) == ("2026-03-02T15:30:00Z", [])


async def test_proofs_verify_against_their_roots(client: Client) -> None:
    inclusion = await get(client, "/api/v1/ledger/proof/inclusion", index=2, size=3)
    steps = [bytes.fromhex(step) for step in inclusion["proof"]]
    verify_inclusion(2, 3, leaf_hash(entry(2)), steps, bytes.fromhex(inclusion["root"]))
    verify_tlog_proof(inclusion["tlog_proof"], leaf_hash(entry(2)), ORIGIN, [KEY.verifier])
    grown = await get(client, "/api/v1/ledger/proof/consistency", **{"from": 3, "to": 300})
    steps = [bytes.fromhex(step) for step in grown["proof"]]
    verify_consistency(3, 300, bytes.fromhex(grown["root_from"]), bytes.fromhex(grown["root_to"]), steps)
    assert (grown["from"], grown["to"], grown["root_from"]) == (3, 300, inclusion["root"])


async def test_size_and_to_are_the_newest_checkpoints_by_default(client: Client) -> None:
    assert (await get(client, "/api/v1/ledger/proof/inclusion", index=7))["size"] == 300
    assert (await get(client, "/api/v1/ledger/proof/consistency", **{"from": 3}))["to"] == 300


async def test_entries_are_the_texts_that_were_hashed(client: Client) -> None:
    page = await get(client, "/api/v1/ledger/entries", start=298, limit=1000)
    assert page == {"start": 298, "size": 300, "entries": ['{"n":298}', '{"n":299}']}
    assert len((await get(client, "/api/v1/ledger/entries"))["entries"]) == 100


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("proof/inclusion", ""),
        ("proof/inclusion", "index=300"),
        ("proof/inclusion", "index=-1"),
        ("proof/inclusion", "index=0&size=301"),
        ("proof/inclusion", "index=0&size=0"),
        ("proof/inclusion", "index=1e3"),
        ("proof/inclusion", "index=0&index=1"),
        ("proof/inclusion", "index=0&extra=1"),
        ("proof/consistency", "to=3"),
        ("proof/consistency", "from=0&to=3"),
        ("proof/consistency", "from=4&to=3"),
        ("proof/consistency", "from=1&to=9007199254740992"),
        ("entries", "start=301"),
        ("entries", "limit=1001"),
        ("entries", "limit=0"),
        ("checkpoint", "size=1"),
        ("anchors", "size=-1"),
    ],
)
async def test_a_bad_question_is_a_problem_of_status_400(client: Client, path: str, query: str) -> None:
    answer = await client.get(f"/api/v1/ledger/{path}?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["code"] in {"bad_query", "bad_range", "unknown_field"}


async def test_tiles_and_checkpoint_have_the_c2sp_paths(client: Client) -> None:
    note = await client.get("/ledger/checkpoint")
    assert note.headers["content-type"] == "text/plain; charset=utf-8"
    open_checkpoint(note.content, ORIGIN, [KEY.verifier])
    full = await client.get("/ledger/tile/0/000")
    assert full.content == b"".join(leaf_hash(entry(n)) for n in range(256))
    assert full.headers["cache-control"] == "public, max-age=31536000, immutable"
    partial = await client.get("/ledger/tile/entries/001.p/44")
    assert parse_bundle(partial.content, 44) == [entry(n) for n in range(256, 300)]
    assert partial.headers["cache-control"] == "public, max-age=60"
    assert hashlib.sha256((await client.get("/ledger/tile/1/000.p/1")).content).digest_size == 32


@pytest.mark.parametrize("path", ["0/001", "0/001.p/45", "0/1", "64/000", "entries/000.p/256", "0/%2e%2e/0/000", "x"])
async def test_another_spelling_or_a_later_tile_is_not_found(client: Client, path: str) -> None:
    assert (await client.get(f"/ledger/tile/{path}")).status_code == 404


async def test_a_receipt_is_downloaded_with_the_note_that_it_covers(client: Client) -> None:
    (found,) = (await get(client, "/api/v1/ledger/anchors"))["items"]
    assert (found["size"], found["authority"], found["not_later_than"]) == (3, "Local TSA", "2026-03-02T15:30:00Z")
    assert base64.b64decode(found["receipt"]) == b"\x30\x00"
    assert open_checkpoint(found["note"].encode(), ORIGIN, [KEY.verifier]).checkpoint.size == 3
    assert (await get(client, "/api/v1/ledger/anchors", size=300))["items"] == []


async def test_a_text_that_is_logged_by_its_hash_is_served_as_it_was_hashed(client: Client) -> None:
    (text,) = ledger_services(MemoryLedger()).policy().all_texts
    answer = await client.get(text.url)
    assert hashlib.sha256(answer.content).hexdigest() == text.sha256
    assert (await client.get("/api/v1/ledger/policies/other")).status_code == 404


async def test_an_empty_log_says_so() -> None:
    async with client_of(assemble(MemoryLog())) as client:
        answer = await client.get("/api/v1/ledger/checkpoint")
        assert (answer.status_code, answer.json()["code"]) == (400, "empty_log")


async def test_strangers_read_the_log_and_nothing_else_without_the_password() -> None:
    server = Server(console_password="open sesame")
    ledger = ledger_services(await grown_log())
    async with client_of(assemble(MemoryLog(), ledger=ledger, server=server)) as client:
        for path in ("/api/v1/ledger/checkpoint", "/ledger/checkpoint", "/ledger/tile/0/000"):
            assert (await client.get(path)).status_code == 200
            assert (await client.head(path)).status_code == 200
            assert (await client.post(path)).status_code == 401
        for path in ("/api/v1/signals", "/api/v1/ledgers", "/ledger"):
            assert (await client.get(path)).status_code == 401
        assert (await client.get("/api/v1/ledger/%2e%2e/signals")).status_code == 404


async def test_the_description_names_the_routes_and_their_fields(client: Client) -> None:
    paths = (await get(client, "/schema"))["paths"]
    fields = {field["name"] for field in paths["/api/v1/ledger/proof/consistency"]["get"]["parameters"]}
    assert fields == {"from", "to"}
    assert {"/api/v1/ledger/checkpoint", "/api/v1/ledger/entries", "/ledger/checkpoint"} <= set(paths)
