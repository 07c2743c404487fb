"""Signals and outcomes with their places in the log: the steps in their order, exact answers, nothing half."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from alpine_core.model import SignalQuery, Tier, Window
from alpine_core.testing.sample_log import SAMPLE_ORIGIN, SampleLog, salt_of
from alpine_core.testing.samples import sample_members, sample_outcome
from alpine_core.verify.note_key import LOG_KEY, SigningKey
from tests.alpine.web.parts import AUTHORISED, SYNC, WITNESS_KEY, Rig, deliver, recent

Members = dict[str, Any]
STRANGE = SigningKey(SAMPLE_ORIGIN, LOG_KEY, b"e" * 32)


async def put(client: httpx.AsyncClient, members: Members, path: str = "signal") -> httpx.Response:
    return await client.post(f"{SYNC}/{path}", json=members, headers=AUTHORISED)


async def test_a_proven_signal_is_201_with_our_cosignature_and_subscribers_see_it(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    answer = await put(client, rig.log.seal(recent(rig, "SIG-1"), old_size=0))
    assert answer.status_code == 201
    (line,) = answer.json()["cosignatures"]
    opened = rig.services.policy.open_checkpoint(rig.log.note() + line)
    assert [(one.vkey, one.time) for one in opened.cosignatures] == [
        (WITNESS_KEY.key.vkey, int(rig.clock.now().timestamp()))
    ]
    page = await rig.services.feed.page(SignalQuery(), Tier.PREMIUM, rig.clock.now())
    assert [view.signal_id for view in page.items] == ["SIG-1"]
    assert page.items[0].proof is not None
    assert page.items[0].proof.salt == salt_of(1)


async def test_a_bare_signal_is_201_and_for_operators_only(rig: Rig, client: httpx.AsyncClient) -> None:
    assert (await put(client, recent(rig, "SIG-1"))).status_code == 201
    later = rig.clock.now() + timedelta(days=2)
    for tier in Tier:
        assert (await rig.services.feed.page(SignalQuery(), tier, later)).items == ()
    listed = await rig.services.shelf.page(SignalQuery(), Window())
    assert [one.verified.fields.signal_id for one in listed.items] == ["SIG-1"]


async def test_a_second_signal_of_one_checkpoint_advances_nothing(rig: Rig, client: httpx.AsyncClient) -> None:
    first = rig.log.seal(recent(rig, "SIG-1"))
    second = rig.log.seal(recent(rig, "SIG-2"), old_size=0)
    first |= {"tlog_proof": rig.log.tlog_proof(1), "old_size": 0, "consistency": []}
    answers = [(await put(client, each)).json()["cosignatures"] for each in (first, second)]
    assert [len(lines) for lines in answers] == [1, 0]


Spoil = Callable[[Members], Members]


def changed(**values: Any) -> Spoil:
    return lambda members: {**members, **values}


def entry_of(members: Members, old: str, new: str) -> Members:
    return {**members, "entry": members["entry"].replace(old, new)}


SPOILED: list[tuple[str, Spoil, str, int]] = [
    ("salt", changed(salt="0" * 64), "commitment_mismatch", 422),
    ("other signal", lambda m: {**sample_members("SIG-1", timestamp=m["timestamp"], entry_price=175.5), **place(m)},
     "commitment_mismatch", 422),
    ("commit", lambda m: entry_of(m, '"commit":"', '"commit":"0'), "bad_entry", 422),
    ("entry not canonical", lambda m: entry_of(m, "{", "{ "), "bad_entry", 422),
    ("entry of another kind", lambda m: entry_of(m, '"signal"', '"outcome"'), "bad_entry", 422),
    ("seq in the entry", lambda m: entry_of(m, '"seq":0', '"seq":1'), "bad_proof", 422),
    ("time in the entry", lambda m: entry_of(m, '"at":"2026', '"at":"2025'), "bad_proof", 422),
    ("leaf index", changed(leaf_index=0), "bad_proof", 422),
    ("path", lambda m: {**m, "tlog_proof": m["tlog_proof"].replace("index 1\n", f"index 1\n{'A' * 43}=\n")},
     "bad_proof", 422),
    ("root", lambda m: {**m, "tlog_proof": respelled(m["tlog_proof"], 2)}, "bad_log_signature", 422),
    ("size", lambda m: {**m, "tlog_proof": m["tlog_proof"].replace("\n2\n", "\n3\n")}, "bad_log_signature", 422),
    ("no signature", lambda m: {**m, "tlog_proof": m["tlog_proof"].rpartition("\n\n")[0] + "\n"}, "bad_proof", 422),
    ("origin", lambda m: {**m, "tlog_proof": m["tlog_proof"].replace(f"\n\n{SAMPLE_ORIGIN}", "\n\nevil/signals")},
     "unknown_origin", 422),
    ("some missing", lambda m: {k: v for k, v in m.items() if k != "salt"}, "missing_field", 400),
    ("half a step", lambda m: {k: v for k, v in m.items() if k != "consistency"}, "missing_field", 400),
    ("salt in capitals", changed(salt="AB" * 32), "bad_type", 400),
    ("negative index", changed(leaf_index=-1), "bad_type", 400),
    ("short hash", changed(consistency=["AAAA"]), "bad_hash", 400),
]  # fmt: skip


def place(members: Members) -> Members:
    names = ("salt", "leaf_index", "entry", "tlog_proof", "old_size", "consistency")
    return {name: members[name] for name in names}


def respelled(proof: str, line: int) -> str:
    head, _, note = proof.partition("\n\n")
    lines = note.split("\n")
    lines[line] = "A" * 43 + "="
    return head + "\n\n" + "\n".join(lines)


@pytest.mark.parametrize(("spoil", "code", "status"), [each[1:] for each in SPOILED], ids=[each[0] for each in SPOILED])
async def test_a_spoiled_proof_is_refused_with_its_code_and_nothing_is_stored(
    rig: Rig, client: httpx.AsyncClient, spoil: Spoil, code: str, status: int
) -> None:
    members = rig.log.seal(recent(rig, "SIG-1"), old_size=0)
    answer = await put(client, spoil(members))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await rig.store.newest_cursor() == 0
    assert await rig.store.ledger.origins() == ()
    batch = await put(client, {"signals": [spoil(members), members]}, "signals")
    told = [(each["status"], each["code"]) for each in batch.json()["results"]]
    assert told == [("refused", code), ("accepted", None)]
    if status == 422 and code != "unknown_origin":
        alarm = (await rig.store.newest(9))[-1]
        assert (alarm.kind.value, alarm.subject, bool(alarm.evidence)) == ("proof_refused", "SIG-1", True)


async def test_a_log_signed_by_another_key_is_not_believed(rig: Rig, client: httpx.AsyncClient) -> None:
    answer = await put(client, SampleLog(key=STRANGE).seal(recent(rig, "SIG-1"), old_size=0))
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_log_signature")


@pytest.mark.parametrize(("seconds", "status"), [(5, 201), (6, 422), (-5, 201), (-6, 422)])
async def test_log_and_signal_are_at_most_five_seconds_apart(
    rig: Rig, client: httpx.AsyncClient, seconds: int, status: int
) -> None:
    members = recent(rig, "SIG-1")
    at = rig.clock.now() + timedelta(seconds=seconds - 1)
    answer = await put(client, rig.log.seal(members, old_size=0, at=f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"))
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["code"] == "skew"


async def test_a_number_that_is_left_out_is_a_gap_until_the_mirror_has_it(rig: Rig, client: httpx.AsyncClient) -> None:
    rig.log.seal(recent(rig, "SIG-1"))
    second = rig.log.seal(recent(rig, "SIG-2"), old_size=0)
    answer = await put(client, second)
    assert (answer.status_code, answer.json()["code"]) == (422, "seq_gap")
    body = rig.log.checkpoint_body(old_size=rig.log.size, start=0)
    assert (await put(client, body, "checkpoint")).json()["mirrored"] == 3
    assert (await put(client, second)).status_code == 201


async def test_one_place_for_two_signals_is_refused_with_an_alarm(rig: Rig, client: httpx.AsyncClient) -> None:
    await deliver(rig, client, recent(rig, "SIG-1"))
    answer = await put(client, rig.log.seal(recent(rig, "SIG-2"), old_size=2, seq=0))
    assert (answer.status_code, answer.json()["code"]) == (422, "seq_duplicate")
    (alarm,) = await rig.store.newest(9)
    assert (alarm.kind.value, alarm.subject) == ("proof_refused", "SIG-2")


async def test_a_proof_from_elsewhere_than_the_witness_stands_is_409_with_both_sizes(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await deliver(rig, client, recent(rig, "SIG-1"))
    for old_size in (0, 1, None):
        log = rig.log
        members = log.seal(recent(rig, f"SIG-{old_size}"), old_size=old_size)
        answer = await put(client, members)
        assert answer.status_code == 409
        told = answer.json()
        assert (told["code"], told["size"], told["mirrored"]) == ("old_size", 2, 0)
    assert await rig.store.newest_cursor() == 1


async def test_an_older_checkpoint_is_taken_where_it_is_known_or_mirrored(rig: Rig, client: httpx.AsyncClient) -> None:
    first = rig.log.seal(recent(rig, "SIG-1"), old_size=0)
    unknown = rig.log.seal(recent(rig, "SIG-2"), old_size=2)
    newest = rig.log.seal(recent(rig, "SIG-3"), old_size=2)
    assert (await put(client, first)).status_code == 201
    advanced = await put(client, rig.log.checkpoint_body(old_size=2), "checkpoint")
    assert (advanced.json()["size"], advanced.json()["mirrored"]) == (4, 0)
    assert (await put(client, first)).json()["code"] == "duplicate"
    assert (await put(client, unknown)).json()["code"] == "old_size"
    filled = await put(client, rig.log.checkpoint_body(old_size=4, start=0), "checkpoint")
    assert (filled.json()["mirrored"], len(filled.json()["cosignatures"])) == (4, 2)
    assert (await put(client, unknown)).status_code == 201
    assert (await put(client, newest)).status_code == 201


async def test_a_checkpoint_that_does_not_continue_the_log_is_422_and_halts(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await deliver(rig, client, recent(rig, "SIG-1"))
    fork = SampleLog()
    fork.add("another history")
    forked = fork.seal(recent(rig, "SIG-2"), old_size=2, seq=1)
    answer = await put(client, forked)
    assert (answer.status_code, answer.json()["code"]) == (422, "split_view")
    (alarm,) = await rig.store.newest(9)
    assert (alarm.kind.value, alarm.subject, alarm.offered) == ("split_view", SAMPLE_ORIGIN, fork.note())
    public = (await client.get("/api/v1/ledger/findings")).text
    assert fork.note().splitlines()[2] in public
    assert forked["salt"] not in public and "SIG-2" not in public, "the signal is not everybody's yet"
    honest = rig.log.seal(recent(rig, "SIG-3"), old_size=2)
    checkpoint = rig.log.checkpoint_body()
    for path, body in (("signal", honest), ("signals", {"signals": [honest]}), ("checkpoint", checkpoint)):
        told = (await put(client, body, path)).json()
        assert told.get("code", told.get("results", [{}])[0].get("code")) == "split_view"
    assert (await rig.store.newest(9)) == (alarm,)
    assert await rig.store.newest_cursor() == 1


async def test_a_batch_goes_on_from_checkpoint_to_checkpoint(rig: Rig, client: httpx.AsyncClient) -> None:
    signals = []
    for number, old_size in enumerate((0, 2, 3, 4)):
        signals.append(rig.log.seal(recent(rig, f"SIG-{number}"), old_size=old_size))
    answer = await put(client, {"signals": signals}, "signals")
    assert [each["status"] for each in answer.json()["results"]] == ["accepted"] * 4
    assert len(answer.json()["cosignatures"]) == 4
    state = await rig.store.ledger.state(SAMPLE_ORIGIN)
    assert state is not None
    assert state.size == 5


async def test_another_history_that_comes_with_an_outcome_halts_as_well(rig: Rig, client: httpx.AsyncClient) -> None:
    await deliver(rig, client, recent(rig, "SIG-1"))
    fork = SampleLog()
    fork.seal(recent(rig, "SIG-1"), old_size=0)
    members = fork.outcome_members(sample_outcome("SIG-1", exit_at="2026-03-02T15:00:00Z", net_pct=5.1))
    rig.log.add("an honest entry")
    assert (await put(client, rig.log.checkpoint_body(old_size=2), "checkpoint")).status_code == 200
    answer = await put(client, {"outcomes": [members]}, "outcomes")
    assert answer.json()["results"][0]["code"] == "split_view"
    (alarm,) = await rig.store.newest(9)
    assert (alarm.kind.value, alarm.offered) == ("split_view", fork.note())
    honest = rig.log.seal(recent(rig, "SIG-2"), old_size=3)
    assert (await put(client, honest)).json()["code"] == "split_view"


async def test_a_forged_outcome_does_not_borrow_the_proof_of_the_true_one_in_the_same_body(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await deliver(rig, client, recent(rig, "SIG-1"))
    members = rig.log.outcome_members(sample_outcome("SIG-1", exit_at="2026-03-02T15:00:00Z"))
    assert (await put(client, rig.log.checkpoint_body(old_size=2), "checkpoint")).status_code == 200
    place = ("leaf_index", "entry", "tlog_proof")
    forged = {name: value for name, value in members.items() if name not in place} | {"result": "manual"}
    answer = await put(client, {"outcomes": [forged, members, members]}, "outcomes")
    assert [(one["status"], one["code"]) for one in answer.json()["results"]] == [
        ("refused", "unlogged_outcome"), ("accepted", None), ("duplicate", "duplicate")
    ]  # fmt: skip


async def test_an_outcome_is_proven_like_its_signal(rig: Rig, client: httpx.AsyncClient) -> None:
    await deliver(rig, client, recent(rig, "SIG-1"), recent(rig, "SIG-2"))
    outcome = sample_outcome("SIG-1", exit_at="2026-03-02T15:00:00Z", net_pct=5.1)
    members = rig.log.outcome_members(outcome)
    early = await put(client, {"outcomes": [members]}, "outcomes")
    assert early.json()["results"][0]["code"] == "old_size"
    assert (await put(client, rig.log.checkpoint_body(old_size=3), "checkpoint")).status_code == 200
    spoiled: list[tuple[Members, str]] = [
        ({**members, "result": "stop"}, "commitment_mismatch"),
        ({**members, "exit_price": 1.0}, "commitment_mismatch"),
        ({**members, "outcome": "loss"}, "outcome_mismatch"),
        ({**members, "outcome": "expired"}, "outcome_mismatch"),
        ({**members, "profit_loss_pct": 99.0}, "outcome_mismatch"),
        ({**members, "profit_loss_pct": -5.278174}, "outcome_mismatch"),
        ({**members, "profit_loss_pct": 5.2782}, "outcome_mismatch"),
        ({**members, "profit_loss_pct": None}, "outcome_mismatch"),
        ({**members, "net_pct": 5.3}, "outcome_mismatch"),
        ({**members, "entry": members["entry"].replace('"of":1', '"of":2')}, "bad_proof"),
        ({**members, "leaf_index": 1}, "bad_proof"),
        ({**members, "signal_id": "SIG-2"}, "bad_entry"),
        ({k: v for k, v in members.items() if k != "entry"}, "missing_field"),
        ({k: members[k] for k in ("signal_id", "outcome", "result", "exit_price", "exit_at", "profit_loss_pct")},
         "unlogged_outcome"),
    ]  # fmt: skip
    for body, code in spoiled:
        told = (await put(client, {"outcomes": [body]}, "outcomes")).json()["results"][0]
        assert (told["status"], told["code"]) == ("refused", code)
    answer = await put(client, {"outcomes": [members, members]}, "outcomes")
    assert [each["status"] for each in answer.json()["results"]] == ["accepted", "duplicate"]
    view = await rig.services.feed.one("SIG-1", Tier.FREE, rig.clock.now())
    assert view is not None
    assert (view.outcome, view.outcome_proof) == (outcome, (await rig.store.after(2, 1))[0].stored.outcome_seal)


async def test_a_mirrored_reveal_shows_its_signal_to_those_who_wait(rig: Rig, client: httpx.AsyncClient) -> None:
    members = recent(rig, "SIG-1")
    await deliver(rig, client, members)
    assert await rig.services.feed.one("SIG-1", Tier.FREE, rig.clock.now()) is None
    rig.log.reveal(members)
    assert (await put(client, rig.log.checkpoint_body(old_size=2, start=0), "checkpoint")).status_code == 200
    view = await rig.services.feed.one("SIG-1", Tier.FREE, rig.clock.now())
    assert view is not None
    assert view.reveal_index == 2
    page = await rig.services.feed.page(SignalQuery(), Tier.FREE, rig.clock.now())
    assert [one.signal_id for one in page.items] == ["SIG-1"]
