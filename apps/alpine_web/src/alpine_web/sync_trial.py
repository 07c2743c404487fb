"""A trial of the provider's way to a running server, step by step, over real HTTP."""

from __future__ import annotations

import re
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any

import msgspec

from alpine_core.errors import OperatorError
from alpine_core.verify.canonical import signal_hash
from alpine_core.verify.webhook import signed_headers
from alpine_web.settings import Settings

BASE = re.compile(r"https?://[^/?#\s]+(?:/[^?#\s]*)?")
SYNC = "/api/v1/external-signals/sync"
TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class TrialStep:
    """`told` is what the server answered, in one line."""

    name: str
    passed: bool
    told: str


def sync_trial(settings: Settings, url: str | None) -> tuple[TrialStep, ...]:
    """Health; a signal hashed now, verified by the server and not stored; the same with a wrong key, refused.

    Signed where the settings hold a secret for signatures. Raises OperatorError for a `url` that is no address.
    """
    base = base_of(settings, url)
    now = datetime.now(UTC)
    body = _trial_body(now)
    known = {"X-API-Key": settings.provider_keys[0] if settings.provider_keys else ""}
    if settings.webhook_secret is not None:
        name = f"sync-test-{secrets.token_hex(8)}"
        known |= signed_headers(settings.webhook_secret.split(",")[0].strip(), name, now.timestamp(), body)
    status, told = _ask(f"{base}{SYNC}/health", None, {})
    steps = [TrialStep("health", status == 200 and told.get("status") == "healthy", f"{status} {told}")]
    status, told = _ask(f"{base}{SYNC}/check", body, known)
    steps.append(TrialStep("signal verified", status == 200 and told.get("status") == "verified", _line(status, told)))
    status, told = _ask(f"{base}{SYNC}/check", body, {"X-API-Key": "0" * 64})
    steps.append(TrialStep("wrong key refused", status == 401, str(status)))
    return tuple(steps)


def ask_health(settings: Settings, url: str | None) -> dict[str, Any]:
    """What the server's `/health` says; `status` and `detail` if it does not answer."""
    status, told = _ask(f"{base_of(settings, url)}/health", None, {})
    return told if status else {"status": "unreachable", **told}


def base_of(settings: Settings, url: str | None) -> str:
    """Where the server answers, without a slash at its end. Raises OperatorError."""
    base = (url or f"http://{_bracketed(settings.host)}:{settings.port}").rstrip("/")
    if BASE.fullmatch(base) is None:
        raise OperatorError(f"the address {base!a} is none: write it as http://127.0.0.1:9001")
    return base


def _trial_body(now: datetime) -> bytes:
    fields: dict[str, Any] = {
        "signal_id": f"sync-test-{now:%Y%m%d%H%M%S}",
        "symbol": "TEST",
        "action": "BUY",
        "entry_price": 100.0,
        "target_price": 105.0,
        "stop_price": 97.5,
        "confidence": 90.0,
        "strategy": "sync test",
        "timestamp": f"{now:%Y-%m-%dT%H:%M:%S.%f}Z",
    }
    return msgspec.json.encode({**fields, "verification_hash": signal_hash(fields), "scheme": "jcs-1"})


def _ask(url: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """Status and object of one answer; status 0 if there was none."""
    try:
        request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json", **headers})
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            return answer.status, _object(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _object(error.read())
    except (OSError, ValueError, HTTPException) as error:
        return 0, {"detail": f"{url}: {error}: is the server running?"}


def _object(text: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def _line(status: int, told: dict[str, Any]) -> str:
    return f"{status} {told.get('detail') or told.get('status', '')}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
