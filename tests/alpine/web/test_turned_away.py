"""Who is turned away stands in the server's log: what was refused, to whom, and nothing of what was sent."""

from __future__ import annotations

import httpx
import pytest
from structlog.testing import capture_logs

from alpine_core.testing.samples import sample_account
from tests.alpine.web.parts import EMAIL, sign_in

OWN = sample_account(EMAIL).account_id


@pytest.mark.parametrize(
    ("method", "path", "headers", "told"),
    [
        ("GET", "/api/v1/signals/subscribed", {"Authorization": "Bearer alp_none"}, (401, "key_unknown", None)),
        ("GET", "/api/v1/signals/subscribed", {"Authorization": "Bearer ata_none"}, (401, "token_unknown", None)),
        ("POST", "/api/v1/external-signals/sync/signal", {"X-API-Key": "guess"}, (401, "wrong_key", None)),
        ("POST", "/api/v1/auth/tokens", {"X-CSRF-Token": "0" * 64}, (403, "foreign_form", OWN)),
        ("POST", "/api/auth/login", {"Origin": "https://evil.example"}, (403, "gate", None)),
        ("GET", "/health", {"Host": "evil.example"}, (421, "gate", None)),
    ],
)
async def test_what_is_refused_is_logged_with_who_asked(
    client: httpx.AsyncClient, method: str, path: str, headers: dict[str, str], told: tuple[int, str, str | None]
) -> None:
    await sign_in(client)
    with capture_logs() as lines:
        answer = await client.request(method, f"{path}?secret=one", headers=headers)
    assert answer.status_code == told[0]
    (line,) = [each for each in lines if each["event"] == "turned_away"]
    assert (line["status"], line["code"], line.get("account_id")) == told
    assert (line["path"], line["address"]) == (path, "127.0.0.1")
    assert "guess" not in str(line)
    assert "secret" not in str(line)


async def test_who_is_only_not_signed_in_is_no_line_for_each_page(client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        assert (await client.get("/dashboard", headers={"Accept": "text/html"})).status_code == 303
    assert lines == []
