"""The mirror: taken only if it leads to the signed roots, served as files and as JSON, watched and audited."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import httpx
import pytest

from alpine_core.model.witness import Repin
from alpine_core.testing.sample_log import SAMPLE_ORIGIN, SAMPLE_VKEY, SampleLog
from alpine_core.testing.samples import sample_outcome
from alpine_core.verify.merkle import leaf_hash, verify_consistency, verify_inclusion
from alpine_core.verify.monitor import RULES
from alpine_core.verify.policy_text import read_policy
from alpine_core.verify.tiles import read_bundle
from alpine_web.jobs.alerting import look_of
from alpine_web.jobs.running import look_at_logs
from alpine_web.mirror_patience import MirrorPatience
from alpine_web.record_audit import audit_record
from tests.alpine.web.parts import AUTHORISED, MIRROR_KEY, SYNC, WITNESS_KEY, Rig, deliver, recent, resolve

Body = dict[str, Any]
API = "/api/v1/ledger"
DIGEST = hashlib.sha256(SAMPLE_ORIGIN.encode()).hexdigest()


async def put(client: httpx.AsyncClient, body: Body) -> httpx.Response:
    return await client.post(f"{SYNC}/checkpoint", json=body, headers=AUTHORISED)


async def mirror(client: httpx.AsyncClient, log: SampleLog, *, old_size: int = 0, start: int = 0) -> None:
    answer = await put(client, log.checkpoint_body(old_size=old_size, start=start))
    assert answer.status_code == 200, answer.text


def grown(log: SampleLog, count: int) -> SampleLog:
    for _ in range(count):
        log.add(f"entry {log.size}")
    return log


async def test_a_checkpoint_with_its_entries_is_cosigned_twice(rig: Rig, client: httpx.AsyncClient) -> None:
    log = grown(rig.log, 4)
    answer = await put(client, log.checkpoint_body(start=0))
    told = answer.json()
    assert (answer.status_code, told["origin"], told["size"], told["mirrored"]) == (200, SAMPLE_ORIGIN, 5, 5)
    note = log.note() + "".join(told["cosignatures"])
    opened = rig.services.policy.open_checkpoint(note)
    assert [one.vkey for one in opened.cosignatures] == [WITNESS_KEY.key.vkey]
    names = [line.split(" ")[1] for line in told["cosignatures"]]
    assert names == [WITNESS_KEY.key.name, MIRROR_KEY.key.name]


async def test_a_checkpoint_alone_is_witnessed_and_the_same_again_is_fresh(rig: Rig, client: httpx.AsyncClient) -> None:
    for seconds, mirrored, lines in ((0, 0, 1), (60, 0, 1)):
        rig.clock.advance(seconds=seconds)
        told = (await put(client, rig.log.checkpoint_body(old_size=0 if seconds == 0 else 1))).json()
        assert (told["size"], told["mirrored"], len(told["cosignatures"])) == (1, mirrored, lines)
    await mirror(client, rig.log, old_size=1)
    told = (await put(client, rig.log.checkpoint_body(old_size=1))).json()
    assert (told["mirrored"], len(told["cosignatures"])) == (1, 2)


SPOILED: list[tuple[str, dict[str, Any], int, str]] = [
    ("another entry", {"entries": ["x", "entry 1"]}, 422, "bad_proof"),
    ("one entry less", {"entries": ["x"]}, 422, "bad_entry"),
    ("one entry more", {"entries": ["x", "y", "z"]}, 422, "bad_entry"),
    ("an empty entry", {"entries": ["", "y"]}, 400, "bad_type"),
    ("from elsewhere", {"start": 1}, 409, "old_size"),
    ("no start", {"start": None}, 400, "missing_field"),
    ("another member", {"surprise": 1}, 400, "unknown_field"),
    ("no note", {"checkpoint": "x"}, 422, "bad_proof"),
    ("beyond the checkpoint", {"old_size": 3}, 400, "old_larger"),
    ("from another size", {"old_size": 1}, 409, "old_size"),
]


@pytest.mark.parametrize(
    ("change", "status", "code"), [each[1:] for each in SPOILED], ids=[each[0] for each in SPOILED]
)
async def test_what_does_not_lead_to_the_signed_root_is_refused_and_nothing_is_stored(
    rig: Rig, client: httpx.AsyncClient, change: Body, status: int, code: str
) -> None:
    body = grown(rig.log, 1).checkpoint_body(start=0) | change
    answer = await put(client, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await rig.store.ledger.origins() == ()
    await mirror(client, rig.log)


async def test_an_unknown_origin_is_404_and_a_changed_note_403(rig: Rig, client: httpx.AsyncClient) -> None:
    other = await put(client, SampleLog("other.localhost/signals").checkpoint_body())
    assert (other.status_code, other.json()["code"]) == (404, "unknown_origin")
    note = rig.log.note().replace("\n1\n", "\n2\n")
    forged = await put(client, rig.log.checkpoint_body() | {"checkpoint": note})
    assert (forged.status_code, forged.json()["code"]) == (403, "bad_log_signature")


@pytest.mark.parametrize("start", ["-1", str(2**53), str(2**63), str(10**30), "x"])
async def test_entries_from_nowhere_are_400(rig: Rig, client: httpx.AsyncClient, start: str) -> None:
    await mirror(client, grown(rig.log, 1))
    assert (await client.get(f"{API}/entries", params={"start": start})).status_code == 400


async def test_without_the_key_nothing_is_taken(rig: Rig, client: httpx.AsyncClient) -> None:
    assert (await client.post(f"{SYNC}/checkpoint", json=rig.log.checkpoint_body())).status_code == 401


async def test_a_rewritten_past_is_a_split_view(rig: Rig, client: httpx.AsyncClient) -> None:
    await mirror(client, grown(rig.log, 3))
    fork = SampleLog()
    fork.add("another history")
    answer = await put(client, grown(fork, 4).checkpoint_body(old_size=4, start=4))
    assert (answer.status_code, answer.json()["code"]) == (422, "split_view")
    (alarm,) = await rig.store.newest(9)
    assert (alarm.kind.value, alarm.stored, alarm.offered) == ("split_view", rig.log.note(), fork.note())
    told = await put(client, grown(rig.log, 1).checkpoint_body(old_size=4, start=4))
    assert told.json()["code"] == "split_view"
    halted = ("log_halted", SAMPLE_ORIGIN)
    assert (await look_of(rig.services).found())[halted].startswith("look at the evidence")
    repin = Repin(origin=SAMPLE_ORIGIN, reason="the fork was a restored backup", decided_at=rig.clock.now())
    await rig.services.watch.repin(repin)
    assert (await look_of(rig.services).found())[halted] == ""
    await mirror(client, rig.log, old_size=4, start=4)


async def test_a_signed_fork_of_an_older_size_is_neither_cosigned_nor_kept(rig: Rig, client: httpx.AsyncClient) -> None:
    log = grown(rig.log, 3)
    assert (await put(client, log.checkpoint_body())).json()["size"] == 4
    fork = SampleLog()
    fork.add("another history")
    unproven = await put(client, fork.checkpoint_body(old_size=2, start=0))
    told = unproven.json()
    assert (unproven.status_code, told["code"], told["size"], told["mirrored"]) == (409, "old_size", 4, 0)
    assert await rig.store.ledger.root_at(SAMPLE_ORIGIN, 2) is None
    assert len(await rig.store.newest(9)) == 0
    forked = fork.checkpoint_body(old_size=2, start=0) | {"old_size": 4, "consistency": log.consistency(2)}
    answer = await put(client, forked)
    assert (answer.status_code, answer.json()["code"]) == (422, "split_view")
    assert await rig.store.ledger.root_at(SAMPLE_ORIGIN, 2) is None
    (alarm,) = await rig.store.newest(9)
    assert (alarm.kind.value, alarm.stored, alarm.offered) == ("split_view", log.note(), fork.note())
    assert (await put(client, log.checkpoint_body(old_size=4, start=0))).json()["code"] == "split_view"


async def test_a_long_log_is_mirrored_in_pieces_that_are_proved_to_be_of_the_witnessed_one(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    piece = grown(rig.log, 1).checkpoint_body(start=0)
    log = grown(rig.log, 2)
    assert (await put(client, log.checkpoint_body())).json()["size"] == 4
    assert (await put(client, piece)).status_code == 409
    proved = piece | {"old_size": 4, "consistency": log.consistency(2)}
    told = (await put(client, proved)).json()
    assert (told["size"], told["mirrored"]) == (4, 2)
    told = (await put(client, log.checkpoint_body(old_size=4, start=2))).json()
    assert (told["size"], told["mirrored"], len(told["cosignatures"])) == (4, 4, 2)


async def test_proofs_entries_and_checkpoint_agree_with_the_log(rig: Rig, client: httpx.AsyncClient) -> None:
    log = grown(rig.log, 9)
    await mirror(client, log)
    kept = (await client.get(f"{API}/checkpoint")).json()
    root = log.advance().root
    assert (kept["origin"], kept["size"], kept["root"]) == (SAMPLE_ORIGIN, 10, root.hex())
    assert [one["name"] for one in kept["cosignatures"]] == [MIRROR_KEY.key.name, WITNESS_KEY.key.name]
    assert rig.services.policy.open_checkpoint(kept["checkpoint"]).size == 10
    entries = (await client.get(f"{API}/entries", params={"start": 7, "limit": 2})).json()
    assert entries == {"start": 7, "size": 10, "entries": ["entry 7", "entry 8"]}
    proof = (await client.get(f"{API}/proof/inclusion", params={"index": 3})).json()
    assert (proof["size"], proof["leaf_hash"]) == (10, leaf_hash(b"entry 3").hex())
    verify_inclusion(3, 10, leaf_hash(b"entry 3"), [bytes.fromhex(one) for one in proof["proof"]], root)
    assert rig.services.policy.open_proof(proof["tlog_proof"], b"entry 3").index == 3
    smaller = (await client.get(f"{API}/proof/inclusion", params={"index": 3, "size": 7})).json()
    assert smaller["tlog_proof"] is None
    steps = (await client.get(f"{API}/proof/consistency", params={"from": 7, "to": 10})).json()
    hashes = [bytes.fromhex(one) for one in steps["proof"]]
    verify_consistency(7, 10, bytes.fromhex(steps["root_from"]), root, hashes)
    assert (steps["from"], steps["to"], steps["root_to"]) == (7, 10, root.hex())
    policy = await client.get(f"{API}/policy")
    assert [key.vkey for key in read_policy(policy.text).logs] == [SAMPLE_VKEY]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("proof/inclusion", 400),
        ("proof/inclusion?index=x", 400),
        ("proof/inclusion?index=5", 400),
        ("proof/inclusion?index=0&size=9", 400),
        ("proof/inclusion?index=-1", 400),
        ("proof/consistency?from=2&to=1", 400),
        ("proof/consistency?from=0&to=99", 400),
        ("entries?start=-1", 400),
        ("entries?limit=1001", 400),
        ("entries?limit=0", 400),
        ("entries?start=99", 200),
        ("proof/consistency?from=0&to=0", 200),
    ],
)
async def test_what_cannot_be_asked_is_told(rig: Rig, client: httpx.AsyncClient, path: str, status: int) -> None:
    await mirror(client, grown(rig.log, 4))
    assert (await client.get(f"{API}/{path}")).status_code == status


async def test_tiles_and_bundles_are_those_of_the_log(rig: Rig, client: httpx.AsyncClient) -> None:
    log = grown(rig.log, 299)
    await mirror(client, log)
    full = await client.get("/ledger/tile/0/000")
    assert (len(full.content), full.content[:32]) == (8192, leaf_hash(log.entries[0].encode()))
    assert full.headers["cache-control"] == "public, max-age=31536000, immutable"
    partial = await client.get(f"/ledger/{DIGEST}/tile/0/001.p/44")
    assert partial.content[-32:] == leaf_hash(b"entry 299")
    assert "immutable" not in partial.headers["cache-control"]
    assert (await client.get("/ledger/tile/1/000.p/1")).status_code == 200
    bundle = await client.get("/ledger/tile/entries/001.p/44")
    assert read_bundle(bundle.content) == tuple(entry.encode() for entry in log.entries[256:])
    note = await client.get("/ledger/checkpoint")
    assert rig.services.policy.open_checkpoint(note.text).size == 300
    for path in ("tile/0/001", "tile/0/001.p/45", "tile/2/000.p/1", "tile/0/1", "tile/x/000", "tile/0/000.p/256"):
        assert (await client.get(f"/ledger/{path}")).status_code == 404, path


async def test_a_checkpoint_that_is_not_mirrored_yet_is_witnessed_and_not_served_with_tiles(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await mirror(client, grown(rig.log, 2))
    await put(client, grown(rig.log, 2).checkpoint_body(old_size=3))
    assert (await client.get(f"/ledger/{DIGEST}/checkpoint")).text.split("\n")[1] == "5"
    assert (await client.get("/ledger/checkpoint")).text.split("\n")[1] == "3"
    assert (await client.get(f"{API}/checkpoint")).json()["size"] == 3


async def test_a_log_that_falls_silent_lags_or_breaks_a_promise_is_an_alarm(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await deliver(rig, client, recent(rig, "SIG-1"))
    await look_at_logs(rig.services)
    assert await rig.store.newest(9) == ()
    rig.clock.advance(seconds=301)
    await look_at_logs(rig.services)
    await look_at_logs(rig.services)
    assert [alarm.kind.value for alarm in await rig.store.newest(9)] == ["mirror_behind", "witness_stale"]
    await mirror(client, rig.log, old_size=2)
    rig.clock.advance(seconds=86_400)
    await put(client, rig.log.checkpoint_body(old_size=2))
    await look_at_logs(rig.services)
    newest = (await rig.store.newest(1))[0]
    assert (newest.kind.value, newest.subject) == ("reveal_overdue", f"{SAMPLE_ORIGIN} entry 1")


async def test_a_mirror_that_stands_still_while_the_log_grows_is_behind(rig: Rig, client: httpx.AsyncClient) -> None:
    await mirror(client, grown(rig.log, 2))
    size = rig.log.size
    for _ in range(7):
        await put(client, grown(rig.log, 1).checkpoint_body(old_size=size))
        size = rig.log.size
        rig.clock.advance(seconds=60)
    await look_at_logs(rig.services)
    alarms = await rig.store.newest(9)
    assert [(alarm.kind.value, alarm.offered) for alarm in alarms] == [("mirror_behind", "mirrored 3, witnessed 10")]
    found = await look_of(rig.services).found()
    assert found[("mirror_behind", SAMPLE_ORIGIN)] == "mirrored 3, witnessed 10"
    assert found[("witness_stale", SAMPLE_ORIGIN)] == found[("log_halted", SAMPLE_ORIGIN)] == ""


async def test_an_audit_of_a_whole_record_finds_nothing(rig: Rig, client: httpx.AsyncClient) -> None:
    members = recent(rig, "SIG-1")
    await deliver(rig, client, members, recent(rig, "SIG-2"))
    rig.log.reveal(members)
    await resolve(rig, client, sample_outcome("SIG-1", exit_at="2026-03-02T15:00:00Z"))
    await mirror(client, rig.log, old_size=5)
    rig.clock.advance(seconds=3600)
    report = await audit_record(rig.services)
    assert (report.checked, report.findings) == (2, ())


async def test_an_audit_finds_what_was_removed_or_exchanged(rig: Rig, client: httpx.AsyncClient) -> None:
    await deliver(rig, client, recent(rig, "SIG-1"))
    rig.log.seal(recent(rig, "undelivered"))
    await mirror(client, grown(rig.log, 2), old_size=2)
    rig.clock.advance(seconds=3600)
    log = rig.store.ledger.logs[SAMPLE_ORIGIN]
    kept = list(log.entries)

    async def found() -> list[tuple[str, str]]:
        found = [(each.signal_id, each.field) for each in (await audit_record(rig.services)).findings]
        return [each for each in found if each[1] not in RULES]  # what grows here is no log of a producer's

    undelivered = (f"{SAMPLE_ORIGIN} entry 2", "signal")
    assert await found() == [undelivered]
    log.entries[:] = kept[:-1]
    assert await found() == [(SAMPLE_ORIGIN, "entries"), undelivered]
    log.entries[:] = [*kept[:-1], "exchanged"]
    assert (f"{SAMPLE_ORIGIN} checkpoint 5", "entries") in await found()
    log.entries[:] = [kept[0], kept[2], *kept[2:]]
    assert ("SIG-1", "seal") in await found()


async def test_who_asks_for_a_proof_before_the_mirror_has_it_waits_a_moment(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    log = grown(rig.log, 4)
    await mirror(client, log)
    grown(log, 3)
    await put(client, log.checkpoint_body(old_size=5))  # witnessed, and not mirrored yet
    asking = asyncio.create_task(client.get(f"{API}/proof/consistency", params={"from": 5, "to": 8}))
    await asyncio.sleep(0.15)
    assert not asking.done()
    await mirror(client, log, old_size=8, start=5)
    answer = await asking
    assert (answer.status_code, answer.json()["to"]) == (200, 8)


async def test_a_size_that_nobody_has_witnessed_is_refused_at_once(rig: Rig, client: httpx.AsyncClient) -> None:
    await mirror(client, grown(rig.log, 4))
    looks = 0

    async def looked(_origin: str) -> int:
        nonlocal looks
        looks += 1
        return 5

    await MirrorPatience(looked, looked).until(SAMPLE_ORIGIN, 6)
    assert looks == 2
    assert (await client.get(f"{API}/proof/consistency", params={"from": 5, "to": 6})).status_code == 400


async def test_a_hundred_who_wait_look_at_the_mirror_once_a_turn() -> None:
    looks = 0

    async def mirrored(_origin: str) -> int:
        nonlocal looks
        looks += 1
        return 9 if looks > 103 else 5

    async def witnessed(_origin: str) -> int:
        return 9

    patience = MirrorPatience(mirrored, witnessed)
    await asyncio.gather(*(patience.until(SAMPLE_ORIGIN, 9) for _ in range(100)))
    assert looks == 104  # each once, and then four turns for all


async def test_a_mirror_that_never_comes_is_not_waited_for_for_ever() -> None:
    looks = 0

    async def mirrored(_origin: str) -> int:
        nonlocal looks
        looks += 1
        return 5

    async def witnessed(_origin: str) -> int:
        return 9

    await MirrorPatience(mirrored, witnessed).until(SAMPLE_ORIGIN, 9)
    assert 2 <= looks <= 31  # ten turns a second, three seconds by the clock however long a look takes
