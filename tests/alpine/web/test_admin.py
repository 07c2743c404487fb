"""Administration: support reads, admin acts, everything is noted, and nobody locks the last one out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import httpx
import msgspec
import pytest

from alpine_core.model import Alarm, AlarmKind, Mail, Role, Tier
from alpine_core.testing.samples import sample_account
from alpine_core.verify.audit import Finding
from alpine_web.web.route_policy import POLICIES, Access
from tests.alpine.web.parts import EMAIL, PASSWORD, Rig, add_account, asked, deliver, recent, sign_in

ROOT, HELP, EVE = "root@example.com", "help@example.com", "eve@example.com"
USERS = "/api/v1/admin/users"
FILLED = {"account_id": f"id of {EMAIL}", "act": "lock", "alarm_id": 1, "mail_id": 1}


async def add(rig: Rig, email: str, role: Role, **changed: object) -> None:
    account = sample_account(email, f"plain:{PASSWORD}")
    await rig.accounts.put(msgspec.structs.replace(account, role=role, **changed))


@pytest.fixture
async def staffed(rig: Rig) -> Rig:
    """One administrator and one of support beside ada, who is a subscriber."""
    await add(rig, ROOT, Role.ADMIN)
    await add(rig, HELP, Role.SUPPORT)
    return rig


@pytest.fixture
async def root(staffed: Rig) -> AsyncIterator[tuple[httpx.AsyncClient, Mapping[str, str]]]:
    async with asked(staffed) as client:
        yield client, {"X-CSRF-Token": await sign_in(client, ROOT)}


async def act(client: httpx.AsyncClient, headers: Mapping[str, str], name: str, of: str = EMAIL, **sent: str) -> str:
    answer = await client.post(f"{USERS}/id of {of}/{name}", json=sent, headers=headers)
    return "done" if answer.status_code == 200 else answer.json().get("code") or str(answer.status_code)


def noted(rig: Rig) -> list[tuple[str, str | None, str | None, str]]:
    log = rig.services.security_log
    return [(e.kind.value, e.account_id, e.actor_id, e.detail) for e in log.events]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "path", [path for path, access in POLICIES.items() if access in (Access.SUPPORT, Access.ADMIN)]
)
async def test_what_is_for_staff_is_not_there_for_others(staffed: Rig, path: str) -> None:
    acts = POLICIES[path] is Access.ADMIN
    for email, allowed in ((EMAIL, False), (HELP, not acts)):
        async with asked(staffed) as client:
            await sign_in(client, email)
            answer = await client.request("POST" if acts else "GET", path.format(**FILLED))
            told = (answer.status_code, answer.json().get("code")) if not allowed else (answer.status_code, None)
            missing = path.endswith("/evidence")
            assert told == ((200, None) if allowed and not missing else (404, None)), (email, path)


async def test_a_tier_set_by_hand_is_seen_at_once_and_noted(
    staffed: Rig, root: tuple[httpx.AsyncClient, Mapping[str, str]]
) -> None:
    client, headers = root
    async with asked(staffed) as ada:
        await sign_in(ada)
        assert await act(client, headers, "tier", tier="basic") == "done"
        assert (await ada.get("/api/v1/users/me")).json()["tier"] == "basic"
    assert noted(staffed)[-1] == ("tier_changed", f"id of {EMAIL}", f"id of {ROOT}", "premium to basic: by hand")
    assert await act(client, headers, "tier") == "incomplete"
    assert await act(client, headers, "dance") == "404"
    assert await act(client, headers, "tier", "nobody", tier="basic") == "404"
    assert await act(client, {}, "tier", tier="free") == "foreign_form"


async def test_the_last_administrator_stays_and_nobody_locks_themselves_out(
    staffed: Rig, root: tuple[httpx.AsyncClient, Mapping[str, str]]
) -> None:
    client, headers = root
    for name, sent in (("role", {"role": "subscriber"}), ("lock", {})):
        assert await act(client, headers, name, ROOT, **sent) == "own_account"
    await add(staffed, EVE, Role.ADMIN)
    assert await act(client, headers, "role", EVE, role="support") == "done"
    assert await act(client, headers, "role", EMAIL, role="admin") == "done"
    assert [each[0] for each in noted(staffed)].count("role_changed") == 2


async def test_a_locked_account_lets_nobody_in_by_any_way(
    staffed: Rig, root: tuple[httpx.AsyncClient, Mapping[str, str]]
) -> None:
    client, headers = root
    async with asked(staffed) as ada:
        token = {"X-CSRF-Token": await sign_in(ada)}
        key = (await ada.post("/api/v1/api-keys", json={"name": "k"}, headers=token)).json()["text"]
        pair = (await ada.post("/api/v1/auth/tokens", headers=token)).json()
        assert await act(client, headers, "lock") == "done"
        answers = [
            await ada.get("/api/v1/users/me"),
            await ada.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD}),
            await ada.get("/api/v1/signals/subscribed", headers={"Authorization": f"Bearer {key}"}),
        ]
        if "access_token" in pair:
            bearer = {"Authorization": f"Bearer {pair['access_token']}"}
            answers.append(await ada.get("/api/v1/signals/subscribed", headers=bearer))
        assert {each.status_code for each in answers} == {401}
        unknown = await ada.post("/api/auth/login", json={"email": "x@example.com", "password": PASSWORD})
        assert answers[1].content == unknown.content
        assert await act(client, headers, "unlock") == "done"
        await sign_in(ada)
    told = [each[3] for each in noted(staffed) if each[0] == "admin_act"]
    assert told == ["account locked", "account unlocked"]


async def test_accounts_are_found_by_filter_and_in_pages(
    staffed: Rig, root: tuple[httpx.AsyncClient, Mapping[str, str]]
) -> None:
    client, _ = root
    first = (await client.get(f"{USERS}?limit=2")).json()
    assert ([each["email"] for each in first["items"]], first["next"]) == ([EMAIL, HELP], HELP)
    rest = (await client.get(f"{USERS}?limit=2&after={HELP}")).json()
    assert ([each["email"] for each in rest["items"]], rest["next"]) == ([ROOT], None)
    assert [each["email"] for each in (await client.get(f"{USERS}?role=support")).json()["items"]] == [HELP]
    assert "password_hash" not in (await client.get(USERS)).text
    page = (await client.get("/admin/users?limit=2&search=example")).text
    assert 'href="/admin/users?search=example&amp;after=help%40example.com&amp;limit=2"' in page
    assert "No account fits." in (await client.get("/admin/users?search=%25")).text
    assert (await client.get("/admin/users?colour=red")).status_code == 400


async def test_the_pages_act_without_scripts_and_say_why_not(
    staffed: Rig, root: tuple[httpx.AsyncClient, Mapping[str, str]]
) -> None:
    client, headers = root
    form = {"form_token": headers["X-CSRF-Token"]}
    page = f"/admin/users/id of {EMAIL}"
    done = await client.post(f"{page}/tier", data={**form, "tier": "institutional"})
    assert (done.status_code, done.headers["location"]) == (303, f"{page}?done=yes".replace(" ", "%20"))
    assert "premium to institutional: by hand" in (await client.get(page)).text
    refused = await client.post(f"/admin/users/id of {ROOT}/lock", data=form)
    assert (refused.status_code, "This is your own account" in refused.text) == (422, True)
    assert (await client.post(f"{page}/lock", data={"form_token": "x"})).status_code == 403
    async with asked(staffed) as support:
        await sign_in(support, HELP)
        read = (await support.get(page)).text
        assert ("Your role reads these pages" in read, "Set tier" in read) == (True, False)


async def test_alarms_are_listed_with_their_evidence(
    staffed: Rig, root: tuple[httpx.AsyncClient, Mapping[str, str]]
) -> None:
    client, _ = root
    for number, kind in enumerate((AlarmKind.SPLIT_VIEW, AlarmKind.AUDIT_FINDING, AlarmKind.SPLIT_VIEW)):
        alarm = Alarm(
            kind=kind,
            subject=f"<log {number}>",
            stored="a",
            offered=f"b{number}",
            evidence=b"\x00note",
            raised_at=staffed.clock.now(),
        )
        await staffed.store.raise_alarm(alarm)
    found = (await client.get("/api/v1/admin/alarms?kind=split_view&limit=1")).json()
    assert (found["items"][0]["subject"], found["items"][0]["evidence"], found["next"]) == ("<log 2>", "AG5vdGU=", 3)
    older = (await client.get("/api/v1/admin/alarms?kind=split_view&before=3")).json()
    assert ([each["alarm_id"] for each in older["items"]], older["next"]) == ([1], None)
    page = (await client.get("/admin/alarms?kind=audit_finding")).text
    assert ("&lt;log 1&gt;" in page, "&lt;log 0&gt;" in page) == (True, False)
    evidence = await client.get("/admin/alarms/1/evidence")
    assert (evidence.content, evidence.headers["content-type"]) == (b"\x00note", "application/octet-stream")
    assert [(await client.get(f"/admin/alarms/{at}/evidence")).status_code for at in (0, 4, 10**30)] == [404] * 3


async def test_the_overview_counts_what_came_and_what_was_refused(
    staffed: Rig, root: tuple[httpx.AsyncClient, Mapping[str, str]]
) -> None:
    client, headers = root
    assert "none yet" in (await client.get("/admin")).text
    await deliver(staffed, client, recent(staffed, "SIG-1"))
    await client.post("/api/v1/external-signals/sync/signal", content=b"{}", headers={"X-API-Key": "1f" * 32})
    found = (await client.get("/api/v1/admin/overview")).json()
    assert (found["records"], found["accounts"]["premium"], found["taking_deliveries"]) == (1, 3, True)
    kinds = {(each["labels"]["kind"], each["labels"]["status"]): each["count"] for each in found["deliveries"]}
    assert kinds["signal", "accepted"] == 1
    assert len(kinds) == 2
    assert found["logs"][0]["lag"] == 2
    mail = Mail(message_id="m", recipient=EMAIL, subject="<Verify>", text="t", html="h")
    await staffed.outbox.failed(await staffed.outbox.queue(mail, staffed.clock.now()), None, "refused")
    page = (await client.get("/admin")).text
    assert ("&lt;Verify&gt;" in page, EMAIL in page) == (True, False)
    again = {"form_token": headers["X-CSRF-Token"]}
    assert (await client.post("/admin/mails/1/retry", data=again)).status_code == 303
    assert (await client.post("/admin/mails/1/retry", data=again)).status_code == 404
    assert noted(staffed)[-1][3] == "mail 1 again"


async def test_what_no_longer_holds_is_shown_with_since_when(
    staffed: Rig, root: tuple[httpx.AsyncClient, Mapping[str, str]]
) -> None:
    client, _ = root
    assert "None has ended yet." in (await client.get("/admin")).text
    found = Finding(signal_id="SIG-<7>", field="seal", problem="entry 7 was removed from the mirror")
    await staffed.services.integrity.note("full", 1_234, 1, [found])
    shown = (await client.get("/admin")).text
    assert "<strong>SIG-&lt;7&gt;</strong>: seal: entry 7 was removed from the mirror" in shown
    assert '<th scope="row">full</th>' in shown
    assert '<td class="num">1,234</td>' in shown


async def test_an_administrator_sees_the_pages_as_a_tier_until_it_ends(
    staffed: Rig, root: tuple[httpx.AsyncClient, Mapping[str, str]]
) -> None:
    client, headers = root
    await deliver(staffed, client, recent(staffed, "SIG-1"))
    lists = "/api/v1/signals/subscribed"
    assert len((await client.get(lists)).json()["items"]) == 1
    form = {"form_token": headers["X-CSRF-Token"]}
    begun = await client.post("/admin/view-as", data={**form, "tier": "free"})
    assert begun.status_code == 303
    assert (await client.get(lists)).json()["items"] == []
    assert "You see these pages as the tier free does." in (await client.get("/signals")).text
    staffed.clock.advance(seconds=1800)
    assert (await client.get(lists)).json()["items"] == []
    staffed.clock.advance(seconds=1800)
    assert len((await client.get(lists)).json()["items"]) == 1
    await client.post("/admin/view-as", data={**form, "tier": "basic"})
    assert (await client.post("/admin/view-as/end", data=form)).status_code == 303
    assert "alpine_view_as" not in client.cookies
    told = [each[3] for each in noted(staffed) if each[0] == "admin_act"]
    assert told == ["view as free: begun", "view as basic: begun", "view as: ended"]
    assert (await staffed.accounts.by_email(ROOT)).tier is Tier.PREMIUM  # type: ignore[union-attr]


async def test_a_ticket_to_view_as_serves_no_other_session_nor_role(
    staffed: Rig, root: tuple[httpx.AsyncClient, Mapping[str, str]]
) -> None:
    client, headers = root
    await client.post("/admin/view-as", data={"form_token": headers["X-CSRF-Token"], "tier": "institutional"})
    ticket = client.cookies["alpine_view_as"]
    await add_account(staffed, "free@example.com", Tier.FREE)
    async with asked(staffed) as other:
        await sign_in(other, "free@example.com")
        for forged in (ticket, ticket.replace("institutional", "basic"), "institutional.99999999999.x", "x", "."):
            other.cookies.set("alpine_view_as", forged)
            assert (await other.get("/api/v1/users/me")).json()["tier"] == "free"
