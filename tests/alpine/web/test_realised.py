"""Finished trades: proven against the log, stored once, shown beside the outcome to whoever sees the signal."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx
import msgspec
import pytest

from alpine_core.errors import NotProven
from alpine_core.model import RealisedTrade, Tier
from alpine_core.offline.bundle import verify_bundle
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import sample_trade
from alpine_core.verify.entries import canonical_text
from alpine_core.verify.policy_text import read_policy
from alpine_core.verify.realised import statement_text
from tests.alpine.web.parts import AUTHORISED, EMAIL, SYNC, Rig, add_account, asked, deliver, recent, rig_of, sign_in

NAME = "desk-4-SIG-1"
AFTER = "2026-03-02T16:00:00.000000Z"


async def put(client: httpx.AsyncClient, body: Any, path: str = "realised") -> httpx.Response:
    return await client.post(f"{SYNC}/{path}", json=body, headers=AUTHORISED)


async def results(client: httpx.AsyncClient, *items: Any) -> list[tuple[str, str | None]]:
    answer = await put(client, {"realised": list(items)})
    assert answer.status_code == 200, answer.text
    return [(each["status"], each["code"]) for each in answer.json()["results"]]


async def logged(rig: Rig, client: httpx.AsyncClient, trade: RealisedTrade, *, disclose: bool = True) -> dict[str, Any]:
    """A signal, its reveal and a trade on it, the checkpoint witnessed and mirrored; the trade's members."""
    members = recent(rig, trade.signal_id)
    await deliver(rig, client, members)
    state = await rig.store.ledger.state(rig.log.origin)
    assert state is not None
    if disclose:
        rig.log.reveal(members)
    found = rig.log.realised_members(trade, AFTER)
    body = rig.log.checkpoint_body(old_size=state.size, start=state.mirrored)
    assert (await put(client, body, "checkpoint")).status_code == 200
    return found


async def test_a_proven_trade_is_accepted_and_the_same_again_is_a_duplicate(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    members = await logged(rig, client, sample_trade("SIG-1"))
    answer = await put(client, {"realised": [members]})
    assert answer.json() == {"results": [{"trade_id": NAME, "status": "accepted", "code": None}]}
    assert await results(client, members, members) == [("duplicate", "duplicate")] * 2
    assert await rig.store.count_alarms() == 0


async def test_without_the_key_nothing_is_taken(client: httpx.AsyncClient) -> None:
    assert (await client.post(f"{SYNC}/realised", json={"realised": []})).status_code == 401


FIGURES: dict[str, dict[str, Any]] = {
    "net above gross": {"net_pct": 5.5},
    "net without the fees": {"net_pct": 5.278174},
    "gross of a sale": {"gross_pct": -5.278174, "net_pct": -5.478174},
    "gross rounded too far": {"gross_pct": 5.2782},
    "fees that do not fit": {"fees": 0.0},
    "a quantity that does not fit": {"quantity": 1.0},
    "closed before it was opened": {"closed_at": "2026-01-01T00:00:00.000000Z"},
}


@pytest.mark.parametrize("name", FIGURES)
async def test_figures_that_cannot_be_are_refused_although_the_log_commits_to_them(
    rig: Rig, client: httpx.AsyncClient, name: str
) -> None:
    members = await logged(rig, client, sample_trade("SIG-1", **FIGURES[name]))
    assert await results(client, members) == [("refused", "realised_mismatch")]
    (alarm,) = await rig.store.newest(9)
    assert (alarm.kind.value, alarm.subject) == ("proof_refused", NAME)


async def test_a_forged_statement_does_not_borrow_the_proof_of_the_true_one_in_the_same_body(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    members = await logged(rig, client, sample_trade("SIG-1"))
    forged = msgspec.structs.asdict(sample_trade("SIG-1", of=members["of"], exit="signal", mode="live"))
    assert await results(client, forged, members, forged) == [
        ("refused", "unlogged_realised"), ("accepted", None), ("refused", "unlogged_realised")
    ]  # fmt: skip
    assert (await client.get(f"/api/v1/ledger/realised/{NAME}")).json()["mode"] == "simulated"


async def test_figures_that_cannot_be_are_refused_without_a_log_too(client: httpx.AsyncClient) -> None:
    bare = msgspec.structs.asdict(sample_trade("SIG-1", net_pct=50.0))
    assert await results(client, bare) == [("refused", "realised_mismatch")]


SPOILED: dict[str, tuple[dict[str, Any], str]] = {
    "a better result": ({"net_pct": 5.1}, "commitment_mismatch"),
    "a live account": ({"mode": "live"}, "commitment_mismatch"),
    "another executor": ({"executor_id": "other"}, "commitment_mismatch"),
    "another leaf": ({"of": 2}, "commitment_mismatch"),
    "no leaf": ({"of": None}, "bad_entry"),
    "another place": ({"leaf_index": 1}, "bad_proof"),
    "an entry of another kind": ({"entry": SampleLog().entries[0]}, "bad_entry"),
    "an entry that is none": ({"entry": "x"}, "bad_entry"),
    "a version that is none": ({"v": 2}, "bad_type"),
    "an account of no kind": ({"mode": "dream"}, "bad_type"),
    "a free exit": ({"exit_price": 0.0}, "bad_type"),
    "a member too many": ({"extra": 1}, "unknown_field"),
    "an action of no kind": ({"action": "HOLD"}, "bad_type"),
    "a day that is none": ({"opened_at": "2026-02-30T00:00:00.000000Z"}, "bad_timestamp"),
}


@pytest.mark.parametrize("name", SPOILED)
async def test_a_spoiled_statement_is_refused_with_its_code_and_the_others_are_taken(
    rig: Rig, client: httpx.AsyncClient, name: str
) -> None:
    changes, code = SPOILED[name]
    members = await logged(rig, client, sample_trade("SIG-1"))
    assert await results(client, {**members, **changes}, members) == [("refused", code), ("accepted", None)]


FORGED: dict[str, tuple[Any, str]] = {
    "trade_id": ("desk-5-SIG-1", "commitment_mismatch"),
    "signal_id": ("SIG-2", "commitment_mismatch"),
    "of": (2, "commitment_mismatch"),
    "executor_id": ("desk2", "commitment_mismatch"),
    "mode": ("prop", "commitment_mismatch"),
    "symbol": ("NVDA", "commitment_mismatch"),
    "action": ("SELL", "commitment_mismatch"),
    "quantity": (11.0, "commitment_mismatch"),
    "entry_price": (175.24, "commitment_mismatch"),
    "exit_price": (184.51, "commitment_mismatch"),
    "fees": (3.5, "commitment_mismatch"),
    "gross_pct": (5.278175, "commitment_mismatch"),
    "net_pct": (5.078175, "commitment_mismatch"),
    "exit": ("stop", "commitment_mismatch"),
    "opened_at": ("2026-03-02T14:31:00.000001Z", "commitment_mismatch"),
    "closed_at": ("2026-03-02T15:31:00.000001Z", "commitment_mismatch"),
    "v": (2, "bad_type"),
}


async def test_every_member_of_a_statement_is_bound_by_the_entry(rig: Rig, client: httpx.AsyncClient) -> None:
    members = await logged(rig, client, sample_trade("SIG-1"))
    assert FORGED.keys() == set(RealisedTrade.__struct_fields__)
    assert all(members[name] != value for name, (value, _) in FORGED.items())
    forged = [{**members, name: value} for name, (value, _) in FORGED.items()]
    assert await results(client, *forged) == [("refused", code) for _, code in FORGED.values()]
    assert await results(client, members) == [("accepted", None)]


async def test_a_trade_that_was_logged_before_its_signal_is_refused(rig: Rig, client: httpx.AsyncClient) -> None:
    trade, signal = sample_trade("SIG-1", of=2), recent(rig, "SIG-1")
    digest = hashlib.sha256(statement_text(trade).encode()).hexdigest()
    named = {"name": f"realised-outcome/desk/2/{NAME}", "sha256": digest, "text_url": f"/api/v1/ledger/realised/{NAME}"}
    entry = {"at": signal["timestamp"], "kind": "policy", "v": 1, **named}
    foretold = rig.log.add(canonical_text(entry))
    await deliver(rig, client, signal)
    place = {"leaf_index": foretold, "entry": canonical_text(entry), "tlog_proof": rig.log.tlog_proof(foretold)}
    assert await results(client, {**msgspec.structs.asdict(trade), **place}) == [("refused", "bad_entry")]


async def test_two_executors_trades_on_one_signal_stand_beside_each_other(rig: Rig, client: httpx.AsyncClient) -> None:
    first = await logged(rig, client, sample_trade("SIG-1"))
    second = rig.log.realised_members(sample_trade("SIG-1", trade_id="prop-4-SIG-1", executor_id="prop", mode="prop"))
    state = await rig.store.ledger.state(rig.log.origin)
    assert state is not None
    assert (await put(client, rig.log.checkpoint_body(old_size=state.size), "checkpoint")).status_code == 200
    assert await results(client, first, second) == [("accepted", None)] * 2
    await sign_in(client)
    page = (await client.get("/signals/SIG-1")).text
    assert "a simulated account of executor desk" in page
    assert "a prop firm account of executor prop" in page
    assert len((await client.get("/api/v1/signals/SIG-1/evidence")).json()["realised"]) == 2


async def test_a_trade_of_a_signal_that_has_not_arrived_is_refused_and_taken_behind_it(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    body = rig.log.seal(recent(rig, "SIG-1"))
    members = rig.log.realised_members(sample_trade("SIG-1"))
    body |= {"tlog_proof": rig.log.tlog_proof(1), "old_size": 3, "consistency": []}
    assert (await put(client, rig.log.checkpoint_body(), "checkpoint")).status_code == 200
    assert await results(client, members) == [("refused", "unknown_signal")]
    assert (await put(client, body, "signal")).status_code == 201
    assert await results(client, members) == [("accepted", None)]


async def test_a_trade_whose_checkpoint_is_not_witnessed_yet_is_offered_again_later(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await logged(rig, client, sample_trade("SIG-1"))
    late = rig.log.realised_members(sample_trade("SIG-1", trade_id="late"))
    assert await results(client, late) == [("refused", "old_size")]
    state = await rig.store.ledger.state(rig.log.origin)
    assert state is not None
    assert (await put(client, rig.log.checkpoint_body(old_size=state.size), "checkpoint")).status_code == 200
    assert await results(client, late) == [("accepted", None)]


async def test_two_statements_on_one_trade_are_a_conflict_and_an_alarm(rig: Rig, client: httpx.AsyncClient) -> None:
    members = await logged(rig, client, sample_trade("SIG-1"))
    assert await results(client, members) == [("accepted", None)]
    again = rig.log.realised_members(sample_trade("SIG-1", exit="stop"))
    state = await rig.store.ledger.state(rig.log.origin)
    assert state is not None
    await put(client, rig.log.checkpoint_body(old_size=state.size), "checkpoint")
    assert await results(client, again) == [("conflict", "conflict")]
    (alarm,) = await rig.store.newest(9)
    assert (alarm.kind.value, alarm.subject) == ("realised_conflict", NAME)


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "missing_field"), ({"realised": 1}, "bad_type"), ({"realised": [], "x": 1}, "unknown_field")],
)
async def test_a_body_that_is_no_list_of_trades_is_400(client: httpx.AsyncClient, body: Any, code: str) -> None:
    answer = await put(client, body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_the_signals_page_and_its_json_show_what_was_realised_and_on_what_account(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    members = await logged(rig, client, sample_trade("SIG-1"))
    assert await results(client, members) == [("accepted", None)]
    await sign_in(client)
    page = (await client.get("/signals/SIG-1")).text
    assert "Realised on a simulated account of executor desk" in page
    assert "no money moved" in page
    assert all(
        text in page for text in ("184.5", "3.505", "+5.28 %", "+5.08 %", "<dd>target</dd>", "<dd>simulated</dd>")
    )
    (one,) = (await client.get("/api/v1/signals/SIG-1")).json()["realised"]
    assert (one["trade"]["net_pct"], one["trade"]["mode"], one["seal"]["leaf_index"]) == (
        5.078174, "simulated", members["leaf_index"]
    )  # fmt: skip
    listed = (await client.get("/api/v1/signals/subscribed")).json()["items"]
    assert [each["realised"] for each in listed] == [None]


async def test_who_does_not_see_the_signal_sees_nothing_of_its_trades() -> None:
    rig = rig_of(free_delay_seconds=600.0)
    await add_account(rig, tier=Tier.FREE)
    async with asked(rig) as client:
        members = await logged(rig, client, sample_trade("SIG-1"), disclose=False)
        assert await results(client, members) == [("accepted", None)]
        for path in ("/api/v1/signals/SIG-1/evidence", f"/api/v1/ledger/realised/{NAME}"):
            assert (await client.get(path)).status_code == 404
        assert NAME not in (await client.get("/track-record")).text
        assert "<b>0</b> of the <b>1</b> finished trades" in (await client.get("/track-record")).text
        await sign_in(client, EMAIL)
        for path in ("/signals/SIG-1", "/api/v1/signals/SIG-1", f"/api/v1/ledger/realised/{NAME}"):
            assert (await client.get(path)).status_code == 404
            assert NAME not in (await client.get(path)).text
        rig.clock.advance(seconds=600.0)
        assert len((await client.get("/api/v1/signals/SIG-1")).json()["realised"]) == 1
        assert (await client.get(f"/api/v1/ledger/realised/{NAME}")).json()["net_pct"] == 5.078174


async def test_the_address_that_the_entry_names_gives_the_bytes_that_it_has_the_hash_of(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    members = await logged(rig, client, sample_trade("SIG-1"))
    await results(client, members)
    entry = msgspec.json.decode(members["entry"])
    statement = await client.get(entry["text_url"])
    assert statement.status_code == 200
    assert hashlib.sha256(statement.content).hexdigest() == entry["sha256"]
    assert (await client.get("/api/v1/ledger/realised/none")).status_code == 404


async def test_the_evidence_holds_statement_entry_and_proof(rig: Rig, client: httpx.AsyncClient) -> None:
    members = await logged(rig, client, sample_trade("SIG-1"))
    await results(client, members)
    (part,) = (await client.get("/api/v1/signals/SIG-1/evidence")).json()["realised"]
    assert (part["leaf_index"], part["entry"]) == (members["leaf_index"], members["entry"])
    digest = hashlib.sha256(part["statement"].encode()).hexdigest()
    assert digest == msgspec.json.decode(part["entry"])["sha256"]
    assert part["tlog_proof"].count("alpine.localhost/witness") == 1


async def test_evidence_of_a_trade_whose_checkpoint_the_witness_went_past_is_witnessed_all_the_same(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    signal = recent(rig, "SIG-1")
    await deliver(rig, client, signal)
    rig.log.reveal(signal)
    members = rig.log.realised_members(sample_trade("SIG-1"), AFTER)
    rig.log.reveal(recent(rig, "SIG-1"))
    assert (await put(client, rig.log.checkpoint_body(old_size=2, start=0), "checkpoint")).status_code == 200
    assert await results(client, members) == [("accepted", None)]
    bundle = (await client.get("/api/v1/signals/SIG-1/evidence")).json()
    report = verify_bundle(bundle, read_policy(rig.services.public_log.policy_text))
    assert [(one.trade_id, one.net_pct) for one in report.realised] == [(NAME, 5.078174)]


BUNDLES: dict[str, tuple[dict[str, Any], str]] = {
    "another statement": (
        {"statement": statement_text(sample_trade("SIG-1", of=1, mode="live"))},
        "commitment_mismatch",
    ),
    "a statement that is none": ({"statement": "{}"}, "bad_bundle"),
    "another index": ({"leaf_index": 1}, "bad_entry"),
}


@pytest.mark.parametrize("name", BUNDLES)
async def test_a_spoiled_trade_in_a_bundle_is_refused_by_the_offline_verifier(
    rig: Rig, client: httpx.AsyncClient, name: str
) -> None:
    changes, code = BUNDLES[name]
    await results(client, await logged(rig, client, sample_trade("SIG-1")))
    bundle = (await client.get("/api/v1/signals/SIG-1/evidence")).json()
    bundle["realised"][0] |= changes
    with pytest.raises(NotProven) as refused:
        verify_bundle(bundle, read_policy(rig.services.public_log.policy_text))
    assert refused.value.code == code


async def test_the_track_record_counts_disclosed_trades_by_executor_and_account(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    members = await logged(rig, client, sample_trade("SIG-1"))
    await results(client, members)
    page = (await client.get("/track-record")).text
    assert "<b>1</b> of the <b>1</b> finished trades in the log is counted here." in page
    row = page.partition('<table id="realised">')[2].partition("</tbody>")[0].partition("<tbody>")[2]
    assert ">desk<" in row and ">simulated<" in row and ">1<" in row and "+5.08 %" in row and "too few" in row
    assert "None in" in page, "an entry about a trade breaks no rule of the log"


async def test_a_trade_that_is_in_the_log_and_was_never_told_is_missing_on_the_track_record(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await logged(rig, client, sample_trade("SIG-1"))
    page = (await client.get("/track-record")).text
    assert "<b>0</b> of the <b>1</b> finished trades in the log are counted here" in page
    assert "1 not counted</b>: the log has the entry, and either no statement that fits it has come" in page
    assert "No finished trade has been reported yet" not in page
