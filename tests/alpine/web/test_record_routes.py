"""The record's routes and pages: public, complete, and by tier where they show a signal."""

from __future__ import annotations

import json

import httpx
import msgspec

from alpine_core.offline.bundle import verify_bundle
from alpine_core.testing.sample_log import SAMPLE_ORIGIN, SAMPLE_VKEY, SampleLog
from alpine_core.testing.samples import DETAILS, sample_members
from alpine_core.verify.policy_text import read_policy
from alpine_core.verify.record_file import read_head, verify_record
from tests.alpine.web.parts import AUTHORISED, SYNC, Rig, asked, rig_of

COMPLETENESS, FINDINGS, EXPORT = (f"/api/v1/ledger/{name}" for name in ("completeness", "findings", "export"))


async def deliver(client: httpx.AsyncClient, log: SampleLog, signal_id: str) -> None:
    """One proven signal, mirrored."""
    members = sample_members(signal_id, **DETAILS)
    place = log.seal(members, old_size=log.size if log.size > 1 else 0)
    assert (await client.post(f"{SYNC}/signal", headers=AUTHORISED, json=place)).status_code == 201
    body = log.checkpoint_body(old_size=log.size, start=0 if log.size == 2 else log.size - 1)
    assert (await client.post(f"{SYNC}/checkpoint", headers=AUTHORISED, json=body)).status_code == 200


async def test_without_anything_delivered_the_record_is_empty_and_says_so() -> None:
    async with asked(rig_of(log_vkeys=(SAMPLE_VKEY,))) as client:
        assert (await client.get(COMPLETENESS)).json() == {"logs": []}
        assert (await client.get(FINDINGS)).json() == {"findings": [], "split_views": []}
        assert (await client.get(EXPORT)).status_code == 404
        assert "No log of the provider has arrived yet" in (await client.get("/track-record")).text
    async with asked(rig_of(log_vkeys=())) as client:
        assert (await client.get(EXPORT)).status_code == 404
        assert "No log is pinned on this server" in (await client.get("/track-record")).text
        assert "No log is pinned on this server" in (await client.get("/verify")).text


async def test_strangers_get_counts_seals_and_the_whole_record_but_no_signal_before_its_time() -> None:
    rig: Rig = rig_of(log_vkeys=(SAMPLE_VKEY,))
    log = SampleLog()
    async with asked(rig) as client:
        await deliver(client, log, "SIG-1")
        (state,) = (await client.get(COMPLETENESS)).json()["logs"]
        assert (state["origin"], state["mirrored"], state["halted"]) == (SAMPLE_ORIGIN, 2, False)
        assert state["counts"]["signals"] == state["counts"]["open"] == 1
        assert [each["index"] for each in state["sealed"]] == [1]
        record = await client.get(EXPORT)
        assert record.headers["content-disposition"] == 'attachment; filename="record.jsonl"'
        head, *lines = record.content.splitlines()
        policy = read_policy(rig.services.public_log.policy_text)
        assert verify_record(read_head(head), lines, policy, rig.clock.now()).counts.entries == 2
        assert (await client.get("/api/v1/signals/SIG-1/evidence")).status_code == 404
        page = (await client.get("/track-record")).text
        assert "<b>1</b> sealed, <b>0</b> revealed, <b>0</b> resolved" in page
        assert json.loads(log.entries[1])["commit"] in page
        assert "SIG-1" not in page


async def test_what_is_downloaded_names_its_character_set_once() -> None:
    log = SampleLog()
    async with asked(rig_of(log_vkeys=(SAMPLE_VKEY,))) as client:
        await deliver(client, log, "SIG-1")
        kinds = {
            path: (await client.get(path)).headers["content-type"]
            for path in (
                "/api/v1/ledger/policy",
                "/ledger/checkpoint",
                "/static/verify-offline.html",
                "/static/verify.js",
                "/static/vendor/manifest.json",
            )
        }
    assert kinds == {
        "/api/v1/ledger/policy": "text/plain; charset=utf-8",
        "/ledger/checkpoint": "text/plain; charset=utf-8",
        "/static/verify-offline.html": "text/html; charset=utf-8",
        "/static/verify.js": "text/javascript; charset=utf-8",
        "/static/vendor/manifest.json": "application/json; charset=utf-8",
    }


async def test_the_policy_on_a_page_is_that_of_the_settings() -> None:
    rig = rig_of(log_vkeys=(SAMPLE_VKEY,))
    async with asked(rig) as client:
        page = (await client.get("/verify")).text
        assert SAMPLE_VKEY in page.replace("&#43;", "+")
        assert "<script>" not in page


async def test_evidence_of_a_visible_signal_verifies() -> None:
    rig = rig_of(log_vkeys=(SAMPLE_VKEY,), free_delay_seconds=0.0)
    log = SampleLog()
    async with asked(rig) as client:
        await deliver(client, log, "SIG-1")
        found = await client.get("/api/v1/signals/SIG-1/evidence")
        assert found.status_code == 200
        report = verify_bundle(msgspec.json.decode(found.content), read_policy(rig.services.public_log.policy_text))
        assert (report.index, [each.name for each in report.cosignatures]) == (1, ["alpine.localhost/witness"])
        assert (await client.get("/api/v1/signals/none/evidence")).status_code == 404
