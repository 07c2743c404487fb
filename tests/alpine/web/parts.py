"""A whole application over stores in memory, and on a real server on loopback."""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import msgspec
import uvicorn
from litestar import Litestar
from litestar.types import ASGIApp, Receive, Scope, Send

from alpine_core.adapters.memory_announcer import MemoryAnnouncer
from alpine_core.adapters.memory_buckets import MemoryBuckets
from alpine_core.adapters.memory_push import MemoryPush
from alpine_core.adapters.push_form import Form, PushLimits
from alpine_core.adapters.pyotp_codes import PyotpCodes
from alpine_core.alerts.desk import AlertDesk
from alpine_core.alerts.spare_alerts import SpareAlerts
from alpine_core.fanout import RecordTracing
from alpine_core.feed import SignalFeed
from alpine_core.model import OutcomeRecord, Tier
from alpine_core.model.checked_part import PASSED, CheckedPart
from alpine_core.notices import NoticePorts
from alpine_core.ports.silent_tracer import SILENT
from alpine_core.testing.fixed_clock import FixedClock
from alpine_core.testing.memory_account_acts import MemoryAccountActs
from alpine_core.testing.memory_accounts import MemoryAccounts, MemoryFailedSignIns, MemorySessions
from alpine_core.testing.memory_api_keys import MemoryApiKeys
from alpine_core.testing.memory_integrity import MemoryIntegrity
from alpine_core.testing.memory_lease import MemoryLease
from alpine_core.testing.memory_mailer import MemoryMailer
from alpine_core.testing.memory_minutes import MemoryMinutes
from alpine_core.testing.memory_monthly import MemoryMonthly
from alpine_core.testing.memory_outbox import MemoryOutbox
from alpine_core.testing.memory_realised import MemoryRealised
from alpine_core.testing.memory_receipts import MemoryReceipts
from alpine_core.testing.memory_record_shelf import MemoryRecordShelf
from alpine_core.testing.memory_sender import MemorySender
from alpine_core.testing.memory_spare import MemorySpare
from alpine_core.testing.memory_store import MemoryStore
from alpine_core.testing.memory_terms import MemoryTerms
from alpine_core.testing.memory_tokens import MemoryTokens
from alpine_core.testing.memory_webhook_ids import MemoryWebhookIds
from alpine_core.testing.notice_house import memory_notice_house
from alpine_core.testing.plain_hasher import PlainHasher
from alpine_core.testing.sample_log import SAMPLE_VKEY, SampleLog
from alpine_core.testing.samples import sample_account, sample_members
from alpine_core.verify.note_key import COSIGNER_KEY, SigningKey
from alpine_web.assembly import AccountPorts, Ports, assemble
from alpine_web.jobs import running_jobs
from alpine_web.live import Lines, Push
from alpine_web.services import Services
from alpine_web.serving import StreamEndingServer
from alpine_web.settings import Settings
from alpine_web.web.app import routed_app
from alpine_web.web.gate import Gate
from alpine_web.web.lines import lines_of
from alpine_web.web.request_counts import CountedRequests
from alpine_web.web.site import open_site

KEY = "1f" * 32
OLDER_KEY = "2e" * 32
EMAIL, PASSWORD = "ada@example.com", "correct horse"
BASE = "http://127.0.0.1:9001"
SYNC = "/api/v1/external-signals/sync"
AUTHORISED = {"X-API-Key": KEY}
SOON = PushLimits(heartbeat_seconds=0.1, poll_seconds=0.05)
WITNESS_KEY = SigningKey("alpine.localhost/witness", COSIGNER_KEY, b"w" * 32)
MIRROR_KEY = SigningKey("alpine.localhost/mirror", COSIGNER_KEY, b"m" * 32)


def settings_of(**changed: Any) -> Settings:
    """Settings as a test needs them: two keys, the sample log pinned, nothing secret."""
    known = {
        "database_url": "memory",
        "secret_key": "00" * 32,
        "provider_keys": (KEY, OLDER_KEY),
        "log_vkeys": (SAMPLE_VKEY,),
    }
    return Settings(**{**known, **changed})


@dataclass(frozen=True, slots=True)
class Rig:
    """The services and the fakes behind them, and the log in which the provider seals what it delivers."""

    services: Services
    store: MemoryStore
    clock: FixedClock
    accounts: MemoryAccounts
    sessions: MemorySessions
    terms: MemoryTerms
    log: SampleLog
    acts: MemoryAccountActs
    outbox: MemoryOutbox
    mailer: MemoryMailer
    sender: MemorySender


async def all_is_well(level: int) -> tuple[CheckedPart, ...]:
    """Nothing stands outside of memory."""
    return (CheckedPart(level=level, check="memory", state=PASSED, told="it answers"),)


def rig_of(
    *, store: Any = None, terms: Any = None, house: Any = None, notices: Any = None, clock: Any = None,
    tracer: Any = SILENT, **changed: Any,
) -> Rig:  # fmt: skip
    """Everything over memory; the clock stands at FixedClock's start."""
    memory, announcer = store or MemoryStore(), MemoryAnnouncer()
    clock, accounts, sessions = clock or FixedClock(), MemoryAccounts(), MemorySessions()
    shelf = terms or MemoryTerms()
    security_log, outbox, mailer = shelf.log, MemoryOutbox(), MemoryMailer()
    api_tokens, trades = MemoryTokens(security_log), MemoryRealised(memory)
    acts = MemoryAccountActs(accounts, sessions, security_log, outbox, api_tokens)
    sender, counted, tracing = MemorySender(), itertools.count(), RecordTracing(tracer)

    def open_push(feed: SignalFeed, lines: Lines) -> Push:
        forms = {name: Form(render=line.render, heartbeat=line.heartbeat) for name, line in lines.items()}
        return MemoryPush(feed, announcer, clock, forms, SOON, tracing)

    ports = Ports(
        store=memory,
        shelf=memory,
        marks=memory,
        alarms=memory,
        audit=memory,
        states=memory.ledger,
        mirror=memory.ledger,
        watch=memory.ledger,
        realised=trades,
        trades=trades,
        record=MemoryRecordShelf(memory),
        minutes=MemoryMinutes(),
        alerts=AlertDesk(SpareAlerts({}), MemorySpare()),
        book=MemoryIntegrity(),
        monthly=MemoryMonthly(accounts, outbox),
        receipts=MemoryReceipts(),
        webhook_ids=MemoryWebhookIds(),
        witness_key=WITNESS_KEY,
        mirror_key=MIRROR_KEY,
        accounts=accounts,
        api_keys=MemoryApiKeys(security_log),
        tokens=api_tokens,
        sessions=sessions,
        security_log=security_log,
        terms=shelf,
        failures=MemoryFailedSignIns(),
        account=AccountPorts(
            acts, acts, PyotpCodes("Alpine"), outbox, outbox, mailer, accounts, acts.billing, house, notices
        ),
        notices=notice_ports(accounts, outbox, sender),
        hasher=PlainHasher(),
        buckets=MemoryBuckets(lambda: float(next(counted))),
        announcer=announcer,
        lease=MemoryLease(),
        open_push=open_push,
        clock=clock,
        ticks=lambda: float(next(counted)),
        backend="memory",
        tracing=tracing,
    )
    services = assemble(settings_of(**changed), ports, lines_of(open_site()))
    services = dataclasses.replace(services, examine=all_is_well)
    return Rig(services, memory, clock, accounts, sessions, shelf, SampleLog(), acts, outbox, mailer, sender)


def notice_ports(accounts: MemoryAccounts, outbox: MemoryOutbox, sender: MemorySender) -> NoticePorts:
    """Notices in memory; their mails go to the outbox, their calls to the sender."""
    house = memory_notice_house(accounts, outbox)
    return NoticePorts(
        rules=house.rules,
        ledger=house.ledger,
        inbox=house.inbox,
        webhooks=house.webhooks,
        queue=house.queue,
        deliveries=house.shelf,
        sender=sender,
    )


_ASKED: ContextVar[tuple[Services, ASGIApp]] = ContextVar("asked")
"""Whose application answers the request, and its gate."""


@cache
def _routes() -> tuple[Litestar, ASGIApp]:
    """One set of routes for all applications of this process: to make them takes longer than most of what is asked."""
    app = routed_app(lambda: _ASKED.get()[0], open_site())
    routes = app.asgi_handler

    async def at_the_gate(scope: Scope, receive: Receive, send: Send) -> None:
        await _ASKED.get()[1](scope, receive, send)

    app.asgi_handler = at_the_gate
    return app, routes


def _app_of(services: Services) -> ASGIApp:
    """As `create_app` makes it, but for the routes, which know services at each request only."""
    app, routes = _routes()
    own = (services, CountedRequests(Gate(routes, services.settings), services.metrics))

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        before = _ASKED.set(own)
        try:
            await app(scope, receive, send)
        finally:
            _ASKED.reset(before)

    return answer


@asynccontextmanager
async def asked(rig: Rig, base: str = BASE) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application without a network between; exceptions become answers."""
    transport = httpx.ASGITransport(_app_of(rig.services), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        yield client


@asynccontextmanager
async def served(rig: Rig) -> AsyncIterator[str]:
    """The application on a real server on loopback, with its jobs; streams end before the server does."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        app = _app_of(rig.services)
        config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=2, lifespan="off")
        server = StreamEndingServer(config, rig.services.live.close)
        async with running_jobs(rig.services):
            serving = asyncio.create_task(server.serve([listener]))
            try:
                yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            finally:
                server.should_exit = True
                await serving


async def add_account(rig: Rig, email: str = EMAIL, tier: Tier = Tier.PREMIUM) -> None:
    """An account with the tests' password."""
    account = sample_account(email, f"plain:{PASSWORD}")
    await rig.accounts.put(msgspec.structs.replace(account, tier=tier))


async def sign_in(client: httpx.AsyncClient, email: str = EMAIL) -> str:
    """Sign the client in by JSON; the token for its later changes."""
    answer = await client.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["csrf_token"]
    return token


def recent(rig: Rig, signal_id: str, **changed: Any) -> dict[str, Any]:
    """The members of a signal that was made a second before the rig's clock."""
    at = rig.clock.now() - timedelta(seconds=1)
    return sample_members(signal_id, timestamp=f"{at:%Y-%m-%dT%H:%M:%S.%f}Z", **changed)


async def deliver(rig: Rig, client: httpx.AsyncClient, *members: dict[str, Any]) -> None:
    """Deliver signals, each sealed in the rig's log; each has to be accepted."""
    for each in members:
        state = await rig.store.ledger.state(rig.log.origin)
        sealed = rig.log.seal(each, old_size=0 if state is None else state.size)
        answer = await client.post(f"{SYNC}/signal", json=sealed, headers=AUTHORISED)
        assert answer.status_code == 201, answer.text


async def resolve(rig: Rig, client: httpx.AsyncClient, outcome: OutcomeRecord) -> None:
    """Deliver an outcome as the provider does: logged, its checkpoint witnessed before; it has to be accepted."""
    members = rig.log.outcome_members(outcome)
    state = await rig.store.ledger.state(rig.log.origin)
    assert state is not None
    body = rig.log.checkpoint_body(old_size=state.size)
    answer = await client.post(f"{SYNC}/checkpoint", json=body, headers=AUTHORISED)
    assert answer.status_code == 200, answer.text
    answer = await client.post(f"{SYNC}/outcomes", json={"outcomes": [members]}, headers=AUTHORISED)
    assert [each["status"] for each in answer.json()["results"]] == ["accepted"], answer.text


def with_settings(rig: Rig, **changed: Any) -> Rig:
    """The same rig, its settings changed after assembly."""
    settings = dataclasses.replace(rig.services.settings, **changed)
    return dataclasses.replace(rig, services=dataclasses.replace(rig.services, settings=settings))


def vectors(name: str) -> dict[str, Any]:
    """One of the shared vector files."""
    found: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / name).read_text("utf-8"))
    return found
