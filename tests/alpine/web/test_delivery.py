"""The door for the provider: exact answers, the key before the body, nothing stored that is refused."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Request

from alpine_core.errors import StoreError
from alpine_core.testing.memory_store import MemoryStore
from alpine_core.testing.samples import DETAILS, legacy_members, sample_body, sample_members
from alpine_web.refused import Refused
from alpine_web.web.body import PATIENCE_SECONDS, limited_body
from tests.alpine.web.parts import AUTHORISED, KEY, OLDER_KEY, SYNC, Rig, asked, recent, rig_of, vectors

ALIAS = "/api/v1/argo/sync"


async def put(client: httpx.AsyncClient, path: str, **sent: Any) -> httpx.Response:
    return await client.post(f"{SYNC}/{path}", **{"headers": AUTHORISED, **sent})


async def test_a_new_signal_is_201_with_both_names(client: httpx.AsyncClient) -> None:
    answer = await put(client, "signal", json=sample_members("SIG-1", **DETAILS))
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "status": "success",
            "message": "verified and stored",
            "signal_id": 1,
            "alpine_signal_id": 1,
            "external_signal_id": "SIG-1",
            "cosignatures": [],
        },
    )


async def test_the_alias_says_the_older_name_besides(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{ALIAS}/signal", json=sample_members("SIG-1"), headers=AUTHORISED)
    assert answer.status_code == 201
    assert (answer.json()["argo_signal_id"], answer.json()["external_signal_id"]) == ("SIG-1", "SIG-1")
    health = await client.get(f"{ALIAS}/health")
    assert health.json() == {"status": "healthy", "service": "alpine", "endpoint": f"{ALIAS}/signal"}


async def test_sync_health_needs_no_key(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{SYNC}/health")
    assert answer.json() == {"status": "healthy", "service": "alpine", "endpoint": f"{SYNC}/signal"}


async def test_the_same_again_is_409_duplicate_and_names_what_is_stored(client: httpx.AsyncClient) -> None:
    members = sample_members("SIG-1")
    await put(client, "signal", json=members)
    answer = await put(client, "signal", json=members)
    told = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert (told["code"], told["alpine_signal_id"], told["signal_id"], told["status"]) == ("duplicate", 1, "SIG-1", 409)


async def test_another_content_under_the_same_name_is_409_conflict_and_an_alarm(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await put(client, "signal", json=sample_members("SIG-1"))
    answer = await put(client, "signal", json=sample_members("SIG-1", entry_price=175.5))
    assert (answer.status_code, answer.json()["code"], answer.json()["alpine_signal_id"]) == (409, "conflict", 1)
    (alarm,) = await rig.store.newest(10)
    assert (alarm.kind.value, alarm.subject) == ("signal_conflict", "SIG-1")


@pytest.mark.parametrize("key", ["", "x", KEY[:-1], KEY.upper(), f"{KEY} ", "0" * 64, "é", f"{KEY},{OLDER_KEY}"])
async def test_a_wrong_or_missing_key_is_401_with_one_answer(rig: Rig, client: httpx.AsyncClient, key: str) -> None:
    missing = await client.post(f"{SYNC}/signal", content=sample_body())
    headers = [(b"X-API-Key", key.encode("utf-8"))]
    wrong = await client.post(f"{SYNC}/signal", content=sample_body(), headers=headers)
    assert (wrong.status_code, wrong.content) == (401, missing.content)
    assert await rig.store.newest_cursor() == 0


@pytest.mark.parametrize("key", [KEY, OLDER_KEY])
async def test_both_keys_of_a_rotation_are_accepted(client: httpx.AsyncClient, key: str) -> None:
    answer = await client.post(f"{SYNC}/signal", content=sample_body(), headers={"X-API-Key": key})
    assert answer.status_code == 201


async def test_without_a_configured_key_nothing_is_accepted() -> None:
    async with asked(rig_of(provider_keys=())) as client:
        for headers in ({}, {"X-API-Key": ""}, AUTHORISED):
            answer = await client.post(f"{SYNC}/signal", content=sample_body(), headers=headers)
            assert answer.status_code == 401


@pytest.mark.parametrize("path", ["signal", "signals", "outcomes", "marks", "checkpoint", "check"])
async def test_with_a_wrong_key_the_body_is_not_read(rig: Rig, path: str) -> None:
    read: list[bytes] = []

    async def body() -> AsyncIterator[bytes]:
        read.append(b"asked")
        yield b"{}"

    async with asked(rig) as client:
        answer = await client.post(f"{SYNC}/{path}", content=body(), headers={"X-API-Key": "wrong"})
    assert (answer.status_code, read) == (401, [])


@pytest.mark.parametrize(("path", "limit"), [("signal", 262_144), ("signals", 8_388_608), ("marks", 8_388_608)])
async def test_a_body_beyond_its_limit_is_413_whether_announced_or_not(rig: Rig, path: str, limit: int) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(limit // 65_536 + 1):
            yield b" " * 65_536

    async with asked(rig) as client:
        announced = await put(client, path, content=b" " * (limit + 1))
        unannounced = await put(client, path, content=pieces())
        within = await put(client, path, content=b" " * limit)
    assert (announced.status_code, unannounced.status_code) == (413, 413)
    assert announced.json()["code"] == "too_large"
    assert within.status_code == 400
    assert await rig.store.newest_cursor() == 0


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"entry_price": 175.26}, 400, "hash_mismatch"),
        ({"verification_hash": "0" * 64}, 400, "hash_mismatch"),
        ({"sha256": "0" * 64}, 400, "hashes_differ"),
        ({"scheme": "jcs-9"}, 400, "unknown_scheme"),
        ({"surprise": 1}, 400, "unknown_field"),
        ({"confidence": "97.3"}, 400, "bad_type"),
    ],
)
async def test_what_does_not_hold_is_400_with_its_code(
    rig: Rig, client: httpx.AsyncClient, change: dict[str, Any], status: int, code: str
) -> None:
    answer = await put(client, "signal", json={**sample_members(), **change})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await rig.store.newest_cursor() == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"action": "HOLD"}, "action_unknown"),
        ({"entry_price": -1.0}, "price_not_positive"),
        ({"confidence": 100.5}, "confidence_out_of_range"),
        ({"stop_price": 190.0}, "levels_on_wrong_side"),
        ({"timestamp": "2126-01-02T14:30:00.123456Z"}, "timestamp_in_future"),
    ],
)
async def test_what_holds_and_breaks_a_rule_is_422_with_its_code(
    rig: Rig, client: httpx.AsyncClient, change: dict[str, Any], code: str
) -> None:
    answer = await put(client, "signal", json=sample_members(**change))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await rig.store.newest_cursor() == 0


async def test_the_older_scheme_is_422_unless_the_settings_allow_it() -> None:
    async with asked(rig_of()) as client:
        answer = await put(client, "signal", json=legacy_members())
        assert (answer.status_code, answer.json()["code"]) == (422, "legacy_not_allowed")
    async with asked(rig_of(allow_legacy=True)) as client:
        assert (await put(client, "signal", json=legacy_members())).status_code == 201


async def test_a_flipped_byte_on_the_wire_is_400(rig: Rig, client: httpx.AsyncClient) -> None:
    body = bytearray(sample_body())
    at = body.index(b"175.25") + 2
    body[at] ^= 1
    answer = await put(client, "signal", content=bytes(body))
    assert (answer.status_code, answer.json()["code"]) == (400, "hash_mismatch")


async def test_the_content_digest_is_checked_where_it_is_given(rig: Rig, client: httpx.AsyncClient) -> None:
    body = sample_body()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    wrong = await put(
        client, "signal", content=body + b" ", headers={**AUTHORISED, "Content-Digest": f"sha-256=:{digest}:"}
    )
    assert (wrong.status_code, wrong.json()["code"]) == (400, "digest_mismatch")
    right = await put(client, "signal", content=body, headers={**AUTHORISED, "Content-Digest": f"sha-256=:{digest}:"})
    assert right.status_code == 201


async def test_every_vector_that_must_be_refused_is_400_and_leaves_nothing(rig: Rig, client: httpx.AsyncClient) -> None:
    cases = vectors("negative_canonical.json")["rejected"]
    for case in cases:
        wire = bytes.fromhex(case["wire_hex"]) if "wire_hex" in case else case["wire"].encode("utf-8", "surrogatepass")
        answer = await put(
            client, "signal", content=wire.replace(b"}", b', "verification_hash": "' + b"0" * 64 + b'"}', 1)
        )
        assert answer.status_code == 400, case["id"]
    assert await rig.store.newest_cursor() == 0


async def test_a_batch_has_a_status_per_item_in_order(rig: Rig, client: httpx.AsyncClient) -> None:
    await put(client, "signal", json=sample_members("SIG-1"))
    batch = [
        sample_members("SIG-1"),
        sample_members("SIG-2"),
        {**sample_members("SIG-3"), "entry_price": 1.0},
        sample_members("SIG-1", entry_price=180.0),
        sample_members("SIG-4", action="HOLD"),
    ]
    answer = await put(client, "signals", json={"signals": batch})
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "results": [
                {"signal_id": "SIG-1", "status": "duplicate", "code": "duplicate", "alpine_signal_id": 1},
                {"signal_id": "SIG-2", "status": "accepted", "code": None, "alpine_signal_id": 2},
                {"signal_id": "SIG-3", "status": "refused", "code": "hash_mismatch", "alpine_signal_id": None},
                {"signal_id": "SIG-1", "status": "conflict", "code": "conflict", "alpine_signal_id": 1},
                {"signal_id": "SIG-4", "status": "refused", "code": "action_unknown", "alpine_signal_id": None},
            ],
            "cosignatures": [],
        },
    )


async def test_outcomes_and_marks_are_taken_once(rig: Rig, client: httpx.AsyncClient) -> None:
    await put(client, "signal", json=sample_members("SIG-1"))
    win = {
        "signal_id": "SIG-1",
        "outcome": "win",
        "result": "target",
        "exit_price": 184.5,
        "exit_at": "2026-01-03T15:00:00Z",
        "profit_loss_pct": 5.28,
    }
    outcomes = [win, win, {**win, "outcome": "loss"}, {**win, "signal_id": "SIG-9"}]
    answer = await put(client, "outcomes", json={"outcomes": outcomes})
    assert [(each["status"], each["code"]) for each in answer.json()["results"]] == [
        ("accepted", None),
        ("duplicate", "duplicate"),
        ("conflict", "conflict"),
        ("refused", "unknown_signal"),
    ]
    bar = ["2026-01-02T14:30:00Z", 175.0, 176.0, 174.0, 175.5, 1000.0]
    marks = {"origin": "replay", "as_of": bar[0], "series": [{"symbol": "AAPL", "timeframe": "1d", "bars": [bar]}]}
    first, second = await put(client, "marks", json=marks), await put(client, "marks", json=marks)
    assert first.json() == {"stored": 1, "duplicates": 0, "conflicts": 0}
    assert second.json() == {"stored": 0, "duplicates": 1, "conflicts": 0}


async def test_a_dry_check_verifies_and_stores_nothing(rig: Rig, client: httpx.AsyncClient) -> None:
    members = recent(rig, "SIG-1")
    answer = await put(client, "check", json=members)
    assert answer.json() == {"status": "verified", "verification_hash": members["verification_hash"]}
    assert await rig.store.newest_cursor() == 0


class SilentStore(MemoryStore):
    """A store that cannot be reached."""

    async def store(self, signals: Any, received_at: Any, advances: Any = ()) -> Any:
        raise StoreError("cannot connect to db.internal:5432 as alpine")


async def test_a_store_that_does_not_answer_is_503_to_be_tried_again_and_tells_no_internals() -> None:
    async with asked(rig_of(store=SilentStore())) as client:
        answer = await put(client, "signal", json=sample_members())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert "internal" not in answer.text
    assert answer.json()["code"] == "store_unavailable"


async def test_too_many_deliveries_are_429_with_the_time_to_wait() -> None:
    async with asked(rig_of(ingest_per_minute=6)) as client:
        answers = [await put(client, "signals", content=b"{}") for _ in range(260)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {answer.json()["code"] for answer in refused} == {"too_many_requests"}
    assert all(1 <= int(answer.headers["retry-after"]) <= 10 for answer in refused)


async def test_signed_requests_are_required_where_a_secret_is_set() -> None:
    told = vectors("request_hmac.json")
    rig = rig_of(webhook_secret=told["secret"])
    async with asked(rig) as client:
        unsigned = await put(client, "check", content=b"{}")
        assert (unsigned.status_code, unsigned.json()["code"]) == (400, "bad_signature")
        for case in told["cases"]:
            rig.clock.moment = rig.clock.moment.fromtimestamp(told["now"], rig.clock.moment.tzinfo)
            headers = {**AUTHORISED, **case["headers"]}
            answer = await put(client, "check", content=case["body"].encode(), headers=headers)
            refused = answer.json().get("code") in ("bad_signature", "signature_expired", "replayed")
            assert refused is not case["valid"], case["id"]


@pytest.mark.parametrize("name", ["signal", "signals", "outcomes", "marks", "checkpoint"])
async def test_the_schema_of_each_body_is_served(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/schema/sync/{name}.json")
    assert answer.status_code == 200
    assert answer.json()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (await client.get(f"/schema/sync/{name}")).status_code == 404


@pytest.mark.parametrize("name", [".", "..", "history", "subscribed"])
async def test_a_name_that_no_address_could_hold_is_refused(client: httpx.AsyncClient, name: str) -> None:
    answer = await put(client, "signal", json=sample_members(name))
    assert (answer.status_code, answer.json()["code"]) == (422, "signal_id_reserved")


async def test_a_body_that_stalls_is_given_up_on() -> None:
    async def receive() -> Any:
        if not first:
            await asyncio.Event().wait()
        return first.pop()

    first = [{"type": "http.request", "body": b"{", "more_body": True}]
    request: Any = Request({"type": "http", "headers": []}, receive=receive)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        await limited_body(request, 100, patience=0.05)
    assert (refused.value.status, refused.value.code) == (408, "body_stalled")
    assert PATIENCE_SECONDS == 10.0
