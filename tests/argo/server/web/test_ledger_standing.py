"""How the log stands is told: on the console, in health, in metrics; and it degrades what must be looked at."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from argo_core.errors import StoreError
from argo_core.model.ledger_audit import Finding
from argo_core.model.ledger_standing import CosignerStanding, LedgerStanding, WitnessStanding
from argo_core.pipeline.integrity import IntegrityReport
from argo_core.testing.memory_ledger import MemoryLedger
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.sample_cycles import MOMENT
from argo_server.services import Services
from tests.argo.server.web.parts import MemoryPlaces, assemble, client_of, ledger_services, services_after, three_cycles

ROOT = "ab" * 32
SIGNING = LedgerStanding(
    state="signing",
    origin="argo.localhost/signals",
    size=41,
    root=ROOT,
    signed_at=MOMENT + timedelta(seconds=60),
    witnesses=(WitnessStanding(witness="http://w/ledger", cosigned_size=41, cosigned_at=MOMENT),),
    cosigners=(CosignerStanding(name="w.example/w", size=41, cosigned_at=MOMENT, verified=True),),
)
WAITING = LedgerStanding(state="waiting for the witness", origin="a/b", words="http://w does not answer")
REFUSED = LedgerStanding(state="refused", origin="a/b", words="an older copy was restored; run: argo ledger recover")


async def services_with(standing: LedgerStanding) -> Services:
    """Healthy, but for the log: a process that has just started, of which nothing is known yet."""
    services = assemble(MemoryLog())
    return dataclasses.replace(
        services, started_at=services.clock.now(), ledger=ledger_services(MemoryLedger(), standing)
    )


async def test_a_log_that_is_signed_and_cosigned_is_healthy() -> None:
    async with client_of(await services_with(SIGNING)) as client:
        assert (await client.get("/api/v1/health")).json()["status"] == "healthy"


async def test_the_overview_shows_size_root_checkpoint_and_who_cosigned() -> None:
    async with client_of(await services_with(SIGNING)) as client:
        for path in ("/", "/console/parts/ledger"):
            page = (await client.get(path)).text
            assert all(words in page for words in ("Provable log", ROOT, "41", "w.example/w", "signing"))
            assert "kept unchecked" not in page


async def test_a_line_that_was_not_verified_says_so() -> None:
    doubtful = CosignerStanding(name="w.example/w", size=1, cosigned_at=MOMENT, verified=False)
    standing = LedgerStanding(state="signing", origin="a/b", size=1, root=ROOT, signed_at=MOMENT, cosigners=(doubtful,))
    async with client_of(await services_with(standing)) as client:
        assert "kept unchecked: its public key is not configured" in (await client.get("/")).text


@pytest.mark.parametrize("standing", [WAITING, REFUSED], ids=lambda standing: standing.state)
async def test_a_log_that_may_not_be_signed_is_said_with_what_to_do(standing: LedgerStanding) -> None:
    async with client_of(await services_with(standing)) as client:
        page = (await client.get("/")).text
        assert standing.words is not None
        assert standing.words in page
        assert standing.state in page
        health = (await client.get("/api/v1/health")).json()
        assert (health["status"], health["services"]["ledger"]["state"]) == ("degraded", standing.state)
        assert "argo_ledger_signing 0.0" in (await client.get("/metrics")).text


async def test_health_is_degraded_while_a_witness_gives_no_cosignature() -> None:
    away = WitnessStanding(witness="http://w/ledger", last_error="is the witness running?")
    standing = LedgerStanding(state="signing", origin="a/b", size=1, root=ROOT, signed_at=MOMENT, witnesses=(away,))
    services = await services_with(standing)
    async with client_of(services) as client:
        before = (await client.get("/api/v1/health")).json()["status"]
        assert "http://w/ledger: is the witness running?" in (await client.get("/")).text
        assert 'argo_witness_up{witness="http://w/ledger"} 0.0' in (await client.get("/metrics")).text
    assert before == "degraded"


async def test_the_figures_of_the_log_are_metrics() -> None:
    async with client_of(await services_with(SIGNING)) as client:
        text = (await client.get("/metrics")).text
    for line in (
        "argo_ledger_signing 1.0",
        "argo_ledger_size 41.0",
        "argo_ledger_checkpoint_age_seconds 30.0",
        'argo_witness_up{witness="http://w/ledger"} 1.0',
        'argo_witness_cosigned_size{name="w.example/w"} 41.0',
        'argo_witness_cosignature_age_seconds{name="w.example/w"} 90.0',
    ):
        assert line in text.splitlines()


async def test_a_failed_integrity_check_is_shown_until_the_next_one_holds() -> None:
    services = await services_with(SIGNING)
    broken = Finding(code="hash_failed", where="signal s-1", words="other fields")
    checks = services.ledger.checks
    checks.note("sample", IntegrityReport(success=False, checked=25, failed=1, findings=(broken,)), MOMENT)
    async with client_of(services) as client:
        assert "1 of 25 failed: run argo integrity" in (await client.get("/")).text
        assert (await client.get("/api/v1/health")).json()["status"] == "degraded"
        assert 'argo_integrity_failures{kind="sample"} 1.0' in (await client.get("/metrics")).text
        checks.note("sample", IntegrityReport(success=True, checked=25, failed=0, findings=()), MOMENT)
        (check,) = (await client.get("/api/v1/health")).json()["services"]["integrity"]
        assert (check["success"], check["runs"]) == (True, 2)
        assert "25 checked, all hold" in (await client.get("/")).text


async def test_a_database_that_does_not_answer_leaves_the_rest_of_health_and_metrics() -> None:
    async def silent() -> LedgerStanding:
        raise StoreError("no answer")

    services = await services_with(SIGNING)
    services = dataclasses.replace(services, ledger=dataclasses.replace(services.ledger, standing=silent))
    async with client_of(services) as client:
        assert (await client.get("/api/v1/health")).json()["services"]["ledger"] is None
        text = (await client.get("/metrics")).text
    assert "argo_cycles_total 0.0" in text
    assert "\nargo_ledger_size " not in text


async def test_signals_that_the_log_does_not_have_are_labelled_everywhere() -> None:
    services = await services_after(three_cycles())
    known = dataclasses.replace(services.ledger, places=MemoryPlaces("s-nvda"))
    async with client_of(dataclasses.replace(services, ledger=known)) as client:
        items = (await client.get("/api/v1/signals")).json()["items"]
        assert {item["signal_id"]: item["logged"] for item in items}["s-nvda"] is True
        assert sum(item["logged"] for item in items) == 1
        assert (await client.get("/signals")).text.count("not logged, jcs-1") == len(items) - 1
        assert "its time cannot be proven" in (await client.get("/signals/c1-s0")).text


async def test_an_empty_log_says_when_it_begins() -> None:
    async with client_of(assemble(MemoryLog())) as client:
        page = (await client.get("/console/parts/ledger")).text
    assert "It begins with the first cycle" in page
    assert "Nobody has cosigned a checkpoint yet" in page
