"""Taking one's data away, and leaving: everything is there, then nothing is, but for what has to stay."""

from __future__ import annotations

import json

import httpx
import msgspec
import pytest

from alpine_core.model import Mail, Role
from tests.alpine.web.parts import EMAIL, PASSWORD, Rig, add_account, asked, sign_in

ACCOUNT = f"id of {EMAIL}"
PROOF = {"password": PASSWORD}


async def test_an_export_holds_everything_and_no_secret(rig: Rig, client: httpx.AsyncClient) -> None:
    token = {"X-CSRF-Token": await sign_in(client)}
    key = (await client.post("/api/v1/api-keys", json={"name": "desk"}, headers=token)).json()["text"]
    mail = Mail(message_id="m", recipient=EMAIL, subject="Hello", text="secret token", html="secret token")
    await rig.outbox.queue(mail, rig.clock.now())
    answer = await client.post("/account/data/export", data={**PROOF, "form_token": token["X-CSRF-Token"]})
    assert answer.headers["content-disposition"] == 'attachment; filename="alpine-personal-data.json"'
    found = answer.json()
    assert sorted(found) == [
        "account", "account_id", "api_keys", "billing", "delivery_receipts", "exported_at", "format", "mails",
        "monthly_report", "notices", "security_events",
    ]  # fmt: skip
    assert (found["account"]["email"], found["account"]["tier"]) == (EMAIL, "premium")
    assert (found["api_keys"]["keys"][0]["name"], found["mails"]["mails"][0]["subject"]) == ("desk", "Hello")
    kinds = [each["kind"] for each in found["security_events"]["events"]]
    assert kinds == ["data_exported", "api_key_created", "signed_in"]
    for secret in (key, f"plain:{PASSWORD}", "secret token", client.cookies["alpine_session"], "_hash"):
        assert secret not in answer.text


@pytest.mark.parametrize("what", ["export", "delete"])
async def test_a_stolen_session_neither_exports_nor_deletes(rig: Rig, client: httpx.AsyncClient, what: str) -> None:
    token = await sign_in(client)
    sent = {"form_token": token, "password": "wrong", **({"sure": "yes"} if what == "delete" else {})}
    page = await client.post(f"/account/data/{what}", data=sent)
    assert (page.status_code, "the present password does not match" in page.text) == (403, True)
    program = await client.post(f"/api/v1/users/me/{what}", json={"password": "wrong"}, headers={"X-CSRF-Token": token})
    assert (program.status_code, program.json()["code"]) == (403, "wrong_password")
    assert (await client.post(f"/account/data/{what}", data={**sent, "form_token": ""})).status_code == 403
    assert await rig.accounts.by_email(EMAIL) is not None


async def test_a_deleted_account_is_gone_in_every_way_and_its_events_stay(rig: Rig, client: httpx.AsyncClient) -> None:
    await add_account(rig, "eve@example.com")
    token = await sign_in(client)
    key = (await client.post("/api/v1/api-keys", json={"name": "k"}, headers={"X-CSRF-Token": token})).json()["text"]
    for to in (EMAIL, "eve@example.com"):
        await rig.outbox.queue(Mail(message_id=to, recipient=to, subject="s", text="t", html="h"), rig.clock.now())
    sent = {**PROOF, "form_token": token}
    unsure = await client.post("/account/data/delete", data=sent)
    assert (unsure.status_code, "tick the box" in unsure.text) == (422, True)
    page = await client.post("/account/data/delete", data={**sent, "sure": "yes"})
    assert (page.status_code, ACCOUNT in page.text, EMAIL in page.text.replace(ACCOUNT, "")) == (200, True, False)
    assert "alpine_session" not in client.cookies
    async with asked(rig) as again:
        answer = await again.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD})
        assert answer.status_code == 401
        bearer = {"Authorization": f"Bearer {key}"}
        assert (await again.get("/api/v1/signals/subscribed", headers=bearer)).status_code == 401
    assert [row.mail.recipient for row in rig.outbox.rows.values()] == ["eve@example.com"]
    assert [row.account_id for row in rig.sessions.rows.values()] == []
    log = (await rig.services.security_log.page(ACCOUNT)).items
    assert [each.kind.value for each in log] == ["account_deleted", "api_key_created", "signed_in"]
    assert EMAIL not in json.dumps(msgspec.to_builtins([each.detail for each in log]))


async def test_the_last_administrator_cannot_leave(rig: Rig, client: httpx.AsyncClient) -> None:
    account = await rig.accounts.by_email(EMAIL)
    assert account is not None
    await rig.accounts.put(msgspec.structs.replace(account, role=Role.ADMIN))
    token = await sign_in(client)
    answer = await client.post("/api/v1/users/me/delete", json=PROOF, headers={"X-CSRF-Token": token})
    assert (answer.status_code, answer.json()["code"]) == (422, "last_admin")
