"""The witness over real HTTP: the shared transcript byte for byte, and what it keeps."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import uvicorn

from alpine_core.testing.fixed_clock import FixedClock
from alpine_core.testing.sample_log import SAMPLE_KEY, SAMPLE_ORIGIN
from alpine_core.verify.note import sign_note
from alpine_core.verify.note_key import COSIGNER_KEY, SigningKey
from alpine_web.rate import RateLimit
from alpine_web.services import Services
from alpine_web.serving import StreamEndingServer
from alpine_web.web.app import create_app
from alpine_web.web.lines import lines_of
from alpine_web.web.site import open_site
from alpine_web.wiring.open_services import open_services
from alpine_web.wiring.upgrade import upgrade_database
from tests.alpine.web.parts import AUTHORISED, SYNC, Rig, asked, recent, rig_of, settings_of, vectors

TRANSCRIPT = vectors("witness_transcript.json")
DIGEST = hashlib.sha256(TRANSCRIPT["origin"].encode()).hexdigest()
PLACE = f"/ledger/{hashlib.sha256(SAMPLE_ORIGIN.encode()).hexdigest()}/checkpoint"


@asynccontextmanager
async def alpine(folder: Path, clock: FixedClock) -> AsyncIterator[tuple[str, Services]]:
    """A whole Alpine on SQLite and loopback, its witness key in a file, the transcript's log pinned."""
    keys = folder / "keys"
    keys.mkdir()
    key = SigningKey("alpine.example/witness", COSIGNER_KEY, bytes.fromhex(TRANSCRIPT["witness_seed_hex"]))
    (keys / "witness.key").write_text(key.private_text() + "\n", "ascii")
    (keys / "witness.key").chmod(0o600)
    settings = settings_of(
        database_url=f"sqlite+aiosqlite:///{folder}/alpine.db",
        log_vkeys=(TRANSCRIPT["log_vkey"],),
        witness_name="alpine.example/witness",
        key_folder=keys,
    )
    await upgrade_database(settings)
    async with open_services(settings, lines_of(open_site()), clock) as services:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            config = uvicorn.Config(create_app(services), log_config=None, access_log=False, lifespan="off")
            server = StreamEndingServer(config, services.live.close)
            serving = asyncio.create_task(server.serve([listener]))
            try:
                yield f"http://127.0.0.1:{listener.getsockname()[1]}", services
            finally:
                server.should_exit = True
                await serving


async def test_the_shared_transcript_is_answered_byte_for_byte(tmp_path: Path) -> None:
    clock = FixedClock()
    async with alpine(tmp_path, clock) as (address, services), httpx.AsyncClient(base_url=address) as client:
        for step in TRANSCRIPT["steps"]:
            clock.moment = datetime.fromtimestamp(step["time"], UTC)
            answer = await client.post("/ledger/add-checkpoint", content=step["request"].encode())
            told = (answer.status_code, answer.text if answer.status_code in {200, 409} else step["response"])
            assert told == (step["status"], step["response"]), step["id"]
            state = await services.states.state(TRANSCRIPT["origin"])
            assert state is not None
            assert state.size == step["state_size"], step["id"]
        kept = await client.get(f"/ledger/{DIGEST}/checkpoint")
        opened = services.policy.open_checkpoint(kept.text)
        assert (opened.size, [one.time for one in opened.cosignatures]) == (12, [1767364206])
        alarms = await services.alarms.newest(9)
        # The two signed roots of one size halt publication; proofs that failed are kept and halt nothing.
        assert [alarm.kind.value for alarm in alarms] == ["proof_refused", "split_view", "proof_refused"]
        forked = TRANSCRIPT["steps"][6]["request"].partition("\n\n")[2]
        assert (alarms[1].offered, alarms[1].evidence.decode()) == (forked, TRANSCRIPT["steps"][6]["request"])
        assert (await services.states.state(TRANSCRIPT["origin"])).halted  # type: ignore[union-attr]


async def test_a_conflict_tells_the_size_in_its_own_kind_of_text(rig: Rig, client: httpx.AsyncClient) -> None:
    log = rig.log
    first = await client.post("/ledger/add-checkpoint", content=f"old 0\n\n{log.note()}")
    assert first.status_code == 200
    again = await client.post("/ledger/add-checkpoint", content=f"old 0\n\n{log.note()}")
    assert (again.status_code, again.text, again.headers["content-type"]) == (409, "1\n", "text/x.tlog.size")


@pytest.mark.parametrize("body", [b"", b"\xff", b"old 0\n\n", b"old 0\nAA==\n\nx\n1\n", b"x" * 200_000])
async def test_what_is_no_request_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/ledger/add-checkpoint", content=body)
    assert answer.status_code in {400, 413}


async def test_a_known_witness_whose_signature_is_bad_refuses_the_note(rig: Rig, client: httpx.AsyncClient) -> None:
    witnessed = (await client.post("/ledger/add-checkpoint", content=f"old 0\n\n{rig.log.note()}")).text
    rig.log.add("more")
    proof = "\n".join(rig.log.consistency(1))
    answer = await client.post("/ledger/add-checkpoint", content=f"old 1\n{proof}\n\n{rig.log.note()}{witnessed}")
    assert answer.status_code == 403


async def test_of_an_origin_that_is_not_pinned_nothing_is_shown(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/ledger/{'0' * 64}/checkpoint")).status_code == 404
    assert (await client.get(PLACE)).status_code == 404


async def test_too_many_requests_of_one_place_are_429(rig: Rig) -> None:
    services = dataclasses.replace(rig.services, witness_rate=RateLimit(60, 2, lambda: 0.0))
    async with asked(dataclasses.replace(rig, services=services)) as client:
        codes = [(await client.post("/ledger/add-checkpoint", content=b"")).status_code for _ in range(3)]
    assert codes == [400, 400, 429]


async def test_a_stranger_who_spoils_a_proof_halts_nothing(rig: Rig, client: httpx.AsyncClient) -> None:
    await client.post("/ledger/add-checkpoint", content=f"old 0\n\n{rig.log.note()}")
    members = rig.log.seal(recent(rig, "SIG-1"), old_size=1)
    spoiled = await client.post("/ledger/add-checkpoint", content=f"old 1\n{'A' * 43}=\n\n{rig.log.note()}")
    assert spoiled.status_code == 422
    answer = await client.post(f"{SYNC}/signal", json=members, headers=AUTHORISED)
    assert answer.status_code == 201, answer.text


async def test_two_signed_histories_halt_publication_until_an_operator_decides(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await client.post("/ledger/add-checkpoint", content=f"old 0\n\n{rig.log.note()}")
    other = sign_note(f"{SAMPLE_ORIGIN}\n1\n{'A' * 43}=\n", SAMPLE_KEY)
    assert (await client.post("/ledger/add-checkpoint", content=f"old 1\n\n{other}")).status_code == 422
    members = rig.log.seal(recent(rig, "SIG-1"), old_size=1)
    answer = await client.post(f"{SYNC}/signal", json=members, headers=AUTHORISED)
    assert (answer.status_code, answer.json()["code"]) == (422, "split_view")
    body = rig.log.checkpoint_body(old_size=1, start=0)
    answer = await client.post(f"{SYNC}/checkpoint", json=body, headers=AUTHORISED)
    assert (answer.status_code, answer.json()["code"]) == (422, "split_view")
    assert await rig.store.newest_cursor() == 0


async def test_without_a_pinned_log_every_signal_is_unlogged_and_no_log_is_witnessed() -> None:
    rig = rig_of(log_vkeys=())
    async with asked(rig) as client:
        answer = await client.post(f"{SYNC}/signal", json=rig.log.seal(recent(rig, "SIG-1")), headers=AUTHORISED)
        assert (answer.status_code, answer.json()["cosignatures"]) == (201, [])
        answer = await client.post("/ledger/add-checkpoint", content=f"old 0\n\n{rig.log.note()}")
        assert answer.status_code == 404
        assert (await client.get("/api/v1/ledger/checkpoint")).status_code == 404
    stored = await rig.store.by_id("SIG-1")
    assert stored is not None
    assert stored.seal is None
