"""Every route has a stated policy, and the door holds to it."""

from __future__ import annotations

from functools import cache

import httpx
import msgspec
import pytest

from alpine_core.model import Role, Tier
from alpine_core.testing.samples import sample_account
from alpine_web.web.app import create_app
from alpine_web.web.network import counted_as
from alpine_web.web.route_policy import POLICIES, Access, has_role, policy_of
from tests.alpine.web.parts import Rig, add_account, asked, rig_of, sign_in

FILLED = {
    "signal_id": "SIG-1",
    "key_id": "k1",
    "form": "csv",
    "trade_id": "t1",
    "account_id": "a1",
    "act": "lock",
    "alarm_id": 1,
    "mail_id": 1,
    "rule_id": "r1",
    "endpoint_id": "e1",
    "delivery_id": "d1",
}


@cache
def routes() -> dict[str, set[str]]:
    """Path and methods of everything that the application answers, however it came in."""
    app = create_app(rig_of().services)
    return {each.path_format: set(getattr(each, "methods", ())) - {"OPTIONS"} for each in app.routes}


def test_every_route_has_a_policy_and_every_policy_a_route() -> None:
    assert sorted(routes()) == sorted(POLICIES)


def test_an_address_without_a_line_is_for_account_holders() -> None:
    assert policy_of("/something/new") is Access.SIGNED_IN


def test_roles_reach_as_far_as_they_say() -> None:
    accounts = {role: msgspec.structs.replace(sample_account(), role=role) for role in Role}
    assert [has_role(accounts[role], Access.ADMIN) for role in Role] == [False, False, True]
    assert [has_role(accounts[role], Access.SUPPORT) for role in Role] == [False, True, True]
    assert [has_role(accounts[role], Access.SIGNED_IN) for role in Role] == [True, True, True]


@pytest.mark.parametrize("path", [path for path, access in POLICIES.items() if access is Access.SIGNED_IN])
async def test_what_is_for_account_holders_asks_everybody_else_to_sign_in(client: httpx.AsyncClient, path: str) -> None:
    for method in routes()[path] or {"GET"}:
        if path == "/ws/signals":
            continue  # a WebSocket is refused by its close code: see the tests of live push
        answer = await client.request(method, path.format(**FILLED))
        assert answer.status_code == 401, (method, path)


async def test_an_account_is_limited_by_the_terms_of_its_tier_and_told_so(rig: Rig, client: httpx.AsyncClient) -> None:
    await sign_in(client)
    answer = await client.get("/api/v1/signals/subscribed")
    assert answer.headers["ratelimit-policy"] == '"api";q=600;w=60'
    assert answer.headers["ratelimit"].startswith('"api";r=99;t=')
    await rig.services.terms.change(Tier.PREMIUM, {"api_per_minute": "60"})
    answers = [await client.get("/api/v1/signals/subscribed") for _ in range(3)]
    assert {each.headers["ratelimit-policy"] for each in answers} == {'"api";q=60;w=60'}
    assert (await client.get("/signals")).headers["ratelimit-policy"] == '"pages";q=300;w=60'


async def test_who_is_not_signed_in_is_limited_by_address() -> None:
    rig = rig_of(anonymous_per_minute=1)
    async with asked(rig) as client:
        answers = [await client.get("/pricing") for _ in range(215)]
        refused = answers[-1]
        assert [answers[0].status_code, refused.status_code] == [200, 429]
        assert refused.json()["code"] == "too_many_requests"
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert refused.headers["ratelimit"].startswith('"anonymous";r=0;t=')
        assert refused.headers["x-content-type-options"] == "nosniff"
        assert (await client.get("/static/app.css")).status_code == 200


@pytest.mark.parametrize("given", ["alp_guess", "ata_guess"])
async def test_keys_and_tokens_that_do_not_hold_are_counted_by_address(given: str) -> None:
    async with asked(rig_of(anonymous_per_minute=1)) as client:
        headers = {"Authorization": f"Bearer {given}"}
        answers = [await client.get("/api/v1/signals/subscribed", headers=headers) for _ in range(215)]
        assert [answers[0].status_code, answers[-1].status_code] == [401, 429]
        assert (await client.get("/pricing")).status_code == 429


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("a proxy's word", "a proxy's word"),
        ("", ""),
    ],
)
def test_who_has_a_network_of_addresses_is_counted_as_one(address: str, network: str) -> None:
    assert counted_as(address) == network


async def test_proofs_that_anybody_may_ask_for_do_not_use_up_a_tiers_api() -> None:
    rig = rig_of()
    await add_account(rig, tier=Tier.FREE)
    async with asked(rig) as client:
        await sign_in(client)
        # A list of fifty rows that this browser verifies asks for evidence and consistency of each.
        answers = [await client.get("/api/v1/ledger/policy") for _ in range(150)]
        assert {answer.status_code for answer in answers} == {200}
        assert answers[0].headers["ratelimit-policy"] == '"proofs";q=600;w=60'
        listed = await client.get("/api/v1/signals/subscribed")
        assert (listed.status_code, listed.headers["ratelimit-policy"]) == (200, '"api";q=30;w=60')
        assert listed.headers["ratelimit"].startswith('"api";r=9;t=')


async def test_a_token_that_asks_for_proofs_uses_up_its_tiers_api(rig: Rig, client: httpx.AsyncClient) -> None:
    pair = await client.post("/api/v1/auth/tokens", headers={"X-CSRF-Token": await sign_in(client)})
    async with asked(rig) as program:
        bearer = {"Authorization": f"Bearer {pair.json()['access_token']}"}
        answer = await program.get("/api/v1/signals/SIG-1/evidence", headers=bearer)
        assert answer.headers["ratelimit-policy"] == '"api";q=600;w=60'
