"""Keys of the API: shown once, stored hashed, scoped, revocable, and never more than the tier allows now."""

from __future__ import annotations

import re

import httpx
import msgspec
import pytest

from alpine_core.model import Tier
from tests.alpine.web.parts import EMAIL, Rig, add_account, asked, deliver, recent, sign_in

KEYS = "/api/v1/api-keys"
LIST = "/api/v1/signals/subscribed"


async def make(client: httpx.AsyncClient, token: str, *scopes: str) -> str:
    answer = await client.post(KEYS, json={"name": "desk", "scopes": scopes}, headers={"X-CSRF-Token": token})
    assert answer.status_code == 201, answer.text
    text: str = answer.json()["text"]
    return text


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


async def set_tier(rig: Rig, tier: Tier) -> None:
    account = await rig.accounts.by_email(EMAIL)
    assert account is not None
    await rig.accounts.put(msgspec.structs.replace(account, tier=tier))


async def test_a_key_reads_what_its_owner_reads_and_is_shown_once(rig: Rig, client: httpx.AsyncClient) -> None:
    text = await make(client, await sign_in(client), "read")
    await deliver(rig, client, recent(rig, "SIG-1"))
    async with asked(rig) as program:
        found = await program.get(LIST, headers=bearer(text))
        assert [each["signal_id"] for each in found.json()["items"]] == ["SIG-1"]
        assert "set-cookie" not in found.headers
    listed = (await client.get(KEYS)).json()
    assert (listed["items"][0]["prefix"], listed["allowed"]) == (text[:12], ["read"])
    assert listed["items"][0]["last_used_at"] == f"{rig.clock.now():%Y-%m-%dT%H:%M:%S}Z"
    assert text not in msgspec.json.encode(listed).decode()
    assert len(text) == 47


@pytest.mark.parametrize("path", ["/dashboard", "/account/api-keys", KEYS, "/signals", "/stream/rows"])
async def test_a_key_opens_only_what_says_so(rig: Rig, client: httpx.AsyncClient, path: str) -> None:
    text = await make(client, await sign_in(client), "read")
    answer = await client.get(path, headers=bearer(text))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_for_keys")


async def test_a_key_makes_no_key_even_with_a_form_token(rig: Rig, client: httpx.AsyncClient) -> None:
    token = await sign_in(client)
    text = await make(client, token, "read")
    sent = {"name": "more", "scopes": ["read"]}
    answer = await client.post(KEYS, json=sent, headers={**bearer(text), "X-CSRF-Token": token})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_for_keys")


async def test_a_lowered_tier_takes_from_a_key_what_it_lacks_at_once(rig: Rig, client: httpx.AsyncClient) -> None:
    text = await make(client, await sign_in(client), "read")
    for tier, status in ((Tier.FREE, 403), (Tier.BASIC, 200), (Tier.FREE, 403)):
        await set_tier(rig, tier)
        assert (await client.get(LIST, headers=bearer(text))).status_code == status


@pytest.mark.parametrize(
    ("tier", "scopes", "status"),
    [
        (Tier.FREE, ("read",), 403),
        (Tier.BASIC, ("read",), 201),
        (Tier.PREMIUM, ("read", "webhooks"), 403),
        (Tier.INSTITUTIONAL, ("read", "webhooks"), 201),
        (Tier.INSTITUTIONAL, (), 400),
        (Tier.INSTITUTIONAL, ("all",), 400),
    ],
)
async def test_a_key_is_made_for_what_the_terms_allow(
    rig: Rig, client: httpx.AsyncClient, tier: Tier, scopes: tuple[str, ...], status: int
) -> None:
    token = await sign_in(client)
    await set_tier(rig, tier)
    answer = await client.post(KEYS, json={"name": "k", "scopes": scopes}, headers={"X-CSRF-Token": token})
    assert answer.status_code == status


async def test_a_revoked_or_unknown_key_is_401_and_a_cookie_does_not_help(rig: Rig, client: httpx.AsyncClient) -> None:
    token = await sign_in(client)
    text = await make(client, token, "read")
    (key,) = (await client.get(KEYS)).json()["items"]
    ended = await client.delete(f"{KEYS}/{key['key_id']}", headers={"X-CSRF-Token": token})
    assert ended.status_code == 204
    for each in (text, "alp_guess", "alp_"):
        answer = await client.get(LIST, headers=bearer(each))
        assert (answer.status_code, answer.json()["code"]) == (401, "key_unknown")
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_keys_of_others_are_404_and_stay(rig: Rig, client: httpx.AsyncClient) -> None:
    await make(client, await sign_in(client), "read")
    (key,) = (await client.get(KEYS)).json()["items"]
    await add_account(rig, "eve@example.com")
    async with asked(rig) as eve:
        token = await sign_in(eve, "eve@example.com")
        for key_id in (key["key_id"], "nothing"):
            answer = await eve.delete(f"{KEYS}/{key_id}", headers={"X-CSRF-Token": token})
            assert (answer.status_code, answer.json()["detail"]) == (404, "there is no such key: look at the list")
        assert (await eve.get(KEYS)).json()["items"] == []
    assert (await client.get(KEYS)).json()["items"][0]["revoked_at"] is None


@pytest.mark.parametrize("headers", [{}, {"X-CSRF-Token": "00" * 32}])
async def test_without_the_form_token_no_key_is_made_or_ended(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    await sign_in(client)
    for method, path in (("POST", KEYS), ("DELETE", f"{KEYS}/x")):
        answer = await client.request(method, path, json={"name": "k"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_form")


async def test_the_page_makes_and_revokes_without_scripts(rig: Rig, client: httpx.AsyncClient) -> None:
    token = await sign_in(client)
    empty = (await client.get("/account/api-keys")).text
    assert "No key yet." in empty
    assert 'name="webhooks"' not in empty
    sent = {"form_token": token, "name": "<desk>", "read": "yes"}
    made = await client.post("/account/api-keys", data=sent)
    text = re.search(r'id="new-key">(alp_[\w-]{43})<', made.text)
    assert text, made.text
    assert "&lt;desk&gt;" in made.text
    later = (await client.get("/account/api-keys")).text
    assert text[1] not in later
    action = re.search(r'action="(/account/api-keys/\w+/revoke)"', later)
    assert action
    assert (await client.post(action[1], data={"form_token": token})).status_code == 303
    assert "revoked <time" in (await client.get("/account/api-keys")).text
    refused = await client.post("/account/api-keys", data={"form_token": token, "name": "k", "webhooks": "yes"})
    assert (refused.status_code, "No key was made: premium has read" in refused.text) == (403, True)
    events = [each.kind.value for each in (await rig.services.security_log.page()).items]
    assert [each for each in events if "key" in each] == ["api_key_revoked", "api_key_created"]
    assert (await client.post("/account/api-keys", data={**sent, "form_token": ""})).status_code == 403
