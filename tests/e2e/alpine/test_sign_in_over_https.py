"""A real browser over TLS takes the cookies that only this host can set, keeps a session by them, and gives them up."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.async_api import Browser

from alpine_web.web.app import create_app
from tests.alpine.web.parts import EMAIL, PASSWORD, add_account, rig_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def write_certificate(folder: Path) -> tuple[str, str]:
    """Paths of a certificate for this machine and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    signed = made.not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*form))
    return str(folder / "cert.pem"), str(folder / "key.pem")


@pytest_asyncio.fixture(loop_scope="session")
async def site(tmp_path: Path) -> AsyncIterator[str]:
    """Where the application is served over TLS, as one that is reached from elsewhere."""
    certificate, key = write_certificate(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://localhost:{listener.getsockname()[1]}"
        rig = rig_of(host="0.0.0.0", public_url=url)
        await add_account(rig)
        config = uvicorn.Config(
            create_app(rig.services),
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
            ssl_certfile=certificate,
            ssl_keyfile=key,
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([listener]))
        yield url
        server.should_exit = True
        await serving


async def test_a_browser_signs_in_stays_and_signs_out_over_tls(browser: Browser, site: str) -> None:
    context = await browser.new_context(ignore_https_errors=True)
    page = await context.new_page()
    await page.goto(f"{site}/login")
    await page.get_by_label("E-mail").fill(EMAIL)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"{site}/dashboard")
    kept = {cookie["name"]: cookie for cookie in await context.cookies()}
    assert sorted(kept) == ["__Host-alpine_form", "__Host-alpine_session"]
    session = kept["__Host-alpine_session"]
    assert (session["secure"], session["httpOnly"], session["path"], session["domain"]) == (
        True,
        True,
        "/",
        "localhost",
    )
    await page.goto(f"{site}/account")
    assert await page.get_by_role("heading", level=1).count() == 1
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url(f"{site}/")
    assert [cookie["name"] for cookie in await context.cookies()] == ["__Host-alpine_form"]
    await page.goto(f"{site}/account")
    assert page.url.startswith(f"{site}/login")
    await context.close()
