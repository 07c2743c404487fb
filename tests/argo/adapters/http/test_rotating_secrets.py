"""Requests of parts that were made with a secret which has been rotated since."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from argo_core.adapters.http.rotating_secrets import RotatingSecrets
from argo_core.pipeline.keep_secrets import SecretKeeper
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_secrets import MemorySecrets
from argo_core.testing.sample_cycles import MOMENT
from tests.argo.peers.http_peer import Reply, Request, serving

NAME, OLD, NEW = "argo-alpine/argo/argo-api-key", "old-key-000000000000", "new-key-000000000000"
Sending = Callable[[httpx.AsyncClient, str], Any]


def wants(key: str) -> Callable[[Request], Reply]:
    """A receiver that knows one key, wherever it comes."""

    def reply(request: Request) -> Reply:
        carried = [request.headers.get("x-api-key"), request.query.get("apikey"), request.path.rpartition("/")[2]]
        if request.body:
            carried.append(json.loads(request.body).get("routing_key"))
        return Reply({}, 200 if key in carried else 401)

    return reply


def store_of(value: str) -> MemorySecrets:
    store = MemorySecrets()
    store.put(NAME, value, MOMENT)
    return store


def client_of(store: MemorySecrets) -> tuple[httpx.AsyncClient, SecretKeeper]:
    keeper = SecretKeeper(store, {NAME: OLD}, FixedClock(MOMENT))
    return httpx.AsyncClient(auth=RotatingSecrets(keeper)), keeper


@pytest.mark.parametrize(
    "send",
    [
        lambda client, url: client.post(url, content=b"{}", headers={"X-API-Key": OLD}),
        lambda client, url: client.get(url, params={"apikey": OLD, "symbol": "AAPL"}),
        lambda client, url: client.post(f"{url}/services/T0/B0/{OLD}", json={"text": "hello"}),
        lambda client, url: client.post(url, json={"routing_key": OLD, "event_action": "trigger"}),
    ],
    ids=["header", "query", "path", "body"],
)
async def test_a_refused_secret_is_exchanged_wherever_it_stands_and_the_request_goes_out_again(send: Sending) -> None:
    client, _ = client_of(store_of(NEW))
    async with serving(wants(NEW)) as peer, client:
        assert (await send(client, peer.url)).status_code == 200
        assert len(peer.requests) == 2
        assert (await send(client, peer.url)).status_code == 200
        assert len(peer.requests) == 3  # from now on the first one carries it


async def test_what_a_schedule_found_is_sent_without_a_refusal() -> None:
    client, keeper = client_of(store_of(NEW))
    await keeper.look()
    async with serving(wants(NEW)) as peer, client:
        assert (await client.get(peer.url, headers={"X-API-Key": OLD})).status_code == 200
        assert len(peer.requests) == 1


async def test_a_refusal_of_something_else_is_passed_on_as_it_is() -> None:
    store = store_of(NEW)
    client, _ = client_of(store)
    async with serving(wants(NEW)) as peer, client:
        assert (await client.get(peer.url, headers={"X-API-Key": "somebody-elses-key"})).status_code == 401
        assert (len(peer.requests), store.reads) == (1, 0)


async def test_without_another_value_the_refusal_is_the_answer() -> None:
    client, _ = client_of(store_of(OLD))
    async with serving(wants(NEW)) as peer, client:
        assert (await client.get(peer.url, headers={"X-API-Key": OLD})).status_code == 401
        assert len(peer.requests) == 1


async def test_a_login_in_an_address_goes_with_it_as_before() -> None:
    client, _ = client_of(store_of(OLD))
    async with serving(lambda _: Reply({})) as peer, client:
        await client.get(peer.url.replace("http://", "http://ada:secret@"))
        assert peer.requests[0].headers["authorization"] == "Basic YWRhOnNlY3JldA=="
