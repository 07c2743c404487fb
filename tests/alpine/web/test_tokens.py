"""Tokens of the API: short access, refresh traded once, a thief's copy ends the family."""

from __future__ import annotations

import httpx
import msgspec
import pytest

from tests.alpine.web.parts import EMAIL, Rig, asked, sign_in

LIST = "/api/v1/signals/subscribed"
REFRESH = "/api/v1/auth/refresh"


async def pair_of(client: httpx.AsyncClient) -> dict[str, str]:
    answer = await client.post("/api/v1/auth/tokens", headers={"X-CSRF-Token": await sign_in(client)})
    assert answer.status_code == 201, answer.text
    found: dict[str, str] = answer.json()
    return found


async def reads(client: httpx.AsyncClient, pair: dict[str, str]) -> int:
    answer = await client.get(LIST, headers={"Authorization": f"Bearer {pair['access_token']}"})
    return answer.status_code


async def trade(client: httpx.AsyncClient, pair: dict[str, str], path: str = REFRESH) -> httpx.Response:
    return await client.post(path, json={"refresh_token": pair["refresh_token"]})


async def test_an_access_token_opens_the_api_for_a_quarter_of_an_hour(rig: Rig, client: httpx.AsyncClient) -> None:
    pair = await pair_of(client)
    async with asked(rig) as program:
        assert await reads(program, pair) == 200
        rig.clock.advance(seconds=899)
        assert await reads(program, pair) == 200
        rig.clock.advance(seconds=1)
        assert await reads(program, pair) == 401


@pytest.mark.parametrize("path", [REFRESH, "/api/auth/refresh"])
async def test_a_refresh_token_is_traded_for_thirty_days(rig: Rig, client: httpx.AsyncClient, path: str) -> None:
    pair = await pair_of(client)
    rig.clock.advance(seconds=30 * 86_400 - 1)
    async with asked(rig) as program:
        found = await trade(program, pair, path)
        assert (found.status_code, await reads(program, found.json())) == (200, 200)
        # The family ends with its first token: trading does not go on for ever, nor does the last access outlive it.
        assert found.json()["refresh_expires_at"] == found.json()["access_expires_at"] == pair["refresh_expires_at"]
        rig.clock.advance(seconds=1)
        assert [(await trade(program, found.json())).status_code, await reads(program, found.json())] == [401, 401]


async def test_a_traded_token_shown_again_ends_the_whole_family_and_is_logged(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    other = await pair_of(client)
    pair = await pair_of(client)
    async with asked(rig) as program:
        following = (await trade(program, pair)).json()
        assert await reads(program, following) == 200
        stolen = await trade(program, pair)
        assert (stolen.status_code, stolen.json()["code"]) == (401, "token_unknown")
        assert [await reads(program, each) for each in (pair, following, other)] == [401, 401, 200]
        assert (await trade(program, following)).status_code == 401
    kinds = [each.kind.value for each in (await rig.services.security_log.page()).items]
    told = [kind for kind in kinds if kind.startswith("token")]
    assert told == ["token_reused", "token_refreshed", "token_issued", "token_issued"]


async def test_a_new_password_ends_every_token(rig: Rig, client: httpx.AsyncClient) -> None:
    pair = await pair_of(client)
    account = await rig.accounts.by_email(EMAIL)
    assert account is not None
    await rig.accounts.put(msgspec.structs.replace(account, password_hash="plain:another"))
    assert [await reads(client, pair), (await trade(client, pair)).status_code] == [401, 401]


async def test_ending_ends_the_family_without_a_cookie(rig: Rig, client: httpx.AsyncClient) -> None:
    pair = await pair_of(client)
    async with asked(rig) as program:
        assert (await trade(program, pair, "/api/v1/auth/tokens/end")).status_code == 204
        assert (await trade(program, pair, "/api/v1/auth/tokens/end")).status_code == 204
        assert await reads(program, pair) == 401


async def test_a_pair_needs_a_session_and_its_form_token(rig: Rig, client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/v1/auth/tokens")).status_code == 401
    pair = await pair_of(client)
    assert (await client.post("/api/v1/auth/tokens")).status_code == 403
    token = {"Authorization": f"Bearer {pair['access_token']}"}
    for method, path in (("POST", "/api/v1/auth/tokens"), ("GET", "/api/v1/api-keys"), ("GET", "/dashboard")):
        assert (await client.request(method, path, headers=token)).status_code == 403, path


async def test_the_kinds_do_not_stand_for_each_other(client: httpx.AsyncClient) -> None:
    pair = await pair_of(client)
    turned = {"access_token": pair["refresh_token"], "refresh_token": pair["access_token"]}
    client.cookies.clear()
    assert [await reads(client, turned), (await trade(client, turned)).status_code] == [401, 401]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"refresh_token": 1}', b"\xff"])
async def test_what_is_no_refresh_token_is_a_problem(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post(REFRESH, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


async def test_ending_the_other_sessions_ends_the_tokens_that_came_from_them(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    async with asked(rig) as thief:
        stolen = await pair_of(thief)
    token = await sign_in(client)
    done = await client.post("/account/sessions/revoke-others", headers={"X-CSRF-Token": token})
    assert done.status_code == 303, done.text
    async with asked(rig) as program:
        assert (await reads(program, stolen), (await trade(program, stolen)).status_code) == (401, 401)
