"""What health is made of, level by level, as it is seen from outside of the server."""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any

import msgspec

from alpine_core.adapters.described_answers import stranger_fault
from alpine_core.adapters.health_levels import HealthCheck, NotSetUp, examined
from alpine_core.adapters.key_files import open_key_file
from alpine_core.adapters.memory_buckets import MemoryBuckets
from alpine_core.errors import OperatorError, StoreError
from alpine_core.model.checked_part import CheckedPart
from alpine_core.verify.note_key import COSIGNER_KEY
from alpine_web.live import Lines
from alpine_web.settings import Settings
from alpine_web.sync_trial import TIMEOUT_SECONDS, ask_health, base_of, sync_trial
from alpine_web.version import installed_version
from alpine_web.wiring.backups import backup_house
from alpine_web.wiring.open_services import open_services
from alpine_web.wiring.shared_parts import request_buckets

LEAST_FREE_PERCENT = 5.0
LEAST_LETTERS = 32
BACKUP_SECONDS = 1800.0
DESCRIPTION = "/schema/openapi.json"
RUNBOOK = "docs/runbooks/service_down.md"


async def health_of(settings: Settings, url: str | None, lines: Lines, level: int) -> tuple[CheckedPart, ...]:
    """Every check up to this level."""
    return await examined(health_checks(settings, url, lines), level)


def health_checks(settings: Settings, url: str | None, lines: Lines) -> tuple[HealthCheck, ...]:
    """Every check. `url`: where the server answers; host and port of the settings if it is None."""

    def check(level: int, name: str, look: Callable[[], str], advice: str, seconds: float = 60.0) -> HealthCheck:
        return HealthCheck(level, name, partial(asyncio.to_thread, look), advice, seconds)

    return (
        check(1, "environment", _environment, "install the packages again"),
        check(1, "settings", lambda: str(settings.env_file or "no file: environment"), "mend what is named"),
        check(1, "keys of witness and mirror", lambda: _keys(settings), "chmod 600 the key files"),
        check(1, "disk", _disk, "free space: docs/runbooks/disk_high.md"),
        HealthCheck(2, "database", lambda: _database(settings, lines), "run alpine db upgrade"),
        HealthCheck(2, "redis", lambda: _redis(settings), "start Redis, or mend REDIS_URL"),
        check(2, "server", lambda: _server(settings, url), f"start it: alpine serve; {RUNBOOK}"),
        check(2, "pinned log", lambda: _pinned(settings), "pin the provider's log: ALPINE_LOG_VKEYS"),
        check(3, "every address over HTTP", lambda: _addresses(settings, url), "see the server's log", 300.0),
        check(3, "secrets", lambda: _secrets(settings), "set what is named: openssl rand -hex 32"),
        check(3, "a signal all the way", lambda: _signal(settings, url), "run alpine sync test; is the clock right?"),
        HealthCheck(3, "the newest backup restored", lambda: _backup(settings, lines), "alpine backup", BACKUP_SECONDS),
    )


def _environment() -> str:
    return f"Python {sys.version.split()[0]}, version {installed_version()}"


def _keys(settings: Settings) -> str:
    for name, owner in (("witness.key", settings.witness_name), ("mirror.key", settings.mirror_name)):
        path = settings.key_folder / name
        if not path.is_file():
            raise OperatorError(f"{path} is missing: the server makes it when it starts")
        open_key_file(path, owner, COSIGNER_KEY)
    return str(settings.key_folder)


def _disk() -> str:
    use = shutil.disk_usage(Path.cwd())
    free = 100.0 * use.free / use.total
    if free < LEAST_FREE_PERCENT:
        raise StoreError(f"{free:.1f} % free")
    return f"{free:.1f} % free"


async def _database(settings: Settings, lines: Lines) -> str:
    async with open_services(settings, lines) as services:
        return f"{services.database_backend} answers, {await services.shelf.newest_cursor():,} records"


async def _redis(settings: Settings) -> str:
    buckets = request_buckets(settings, time.monotonic)
    if isinstance(buckets, MemoryBuckets):
        raise NotSetUp("REDIS_URL is not set: each worker counts alone")
    try:
        await buckets.ask()
    finally:
        await buckets.close()
    return "it answers"


def _server(settings: Settings, url: str | None) -> str:
    told = ask_health(settings, url)
    if told.get("status") != "healthy":
        raise StoreError(str(told.get("detail") or f"it says {told.get('status')}"))
    return f"healthy, up for {told.get('uptime_seconds')} s"


def _pinned(settings: Settings) -> str:
    if not settings.log_vkeys:
        raise OperatorError("no log is pinned: every signal is unlogged")
    return f"{len(settings.log_vkeys)} pinned"


def _addresses(settings: Settings, url: str | None) -> str:
    base = base_of(settings, url)
    status, text = _got(base + DESCRIPTION)
    try:
        paths = msgspec.json.decode(text, type=_Description).paths
    except msgspec.MsgspecError as error:
        raise StoreError(f"{base}{DESCRIPTION}: {status}, and no description") from error
    plain = {path: acts["get"] for path, acts in sorted(paths.items()) if "get" in acts and "{" not in path}
    if not plain:
        raise StoreError(f"{base}{DESCRIPTION} names no address")
    wrong = [f"{path} {told}" for path in plain if (told := stranger_fault(plain[path], _got(base + path, 0)[0]))]
    if wrong:
        raise StoreError(", ".join(wrong))
    return f"{len(plain)} answer"


class _Description(msgspec.Struct, frozen=True):
    paths: dict[str, dict[str, dict[str, Any]]] = {}


def _got(url: str, most: int = 10_000_000) -> tuple[int, bytes]:
    """Status, and as much of the answer as is asked for: a live stream has no end."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:
            return answer.status, answer.read(most) if most else b""
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b""
    except (ValueError, HTTPException) as error:
        raise StoreError(f"{url}: {error}") from error


def _secrets(settings: Settings) -> str:
    named = {"ALPINE_SECRET_KEY": settings.secret_key if settings.secret_key_given else ""}
    named |= {f"provider key {number}": key for number, key in enumerate(settings.provider_keys, 1)}
    weak = [name for name, value in named.items() if len(value) < LEAST_LETTERS]
    if not settings.provider_keys:
        weak.append("no provider key: alpine sync setup")
    if settings.env_file is not None and settings.env_file.is_file() and settings.env_file.stat().st_mode & 0o077:
        weak.append(f"{settings.env_file} can be read by others: chmod 600")
    if weak:
        raise OperatorError("missing or too short: " + ", ".join(weak))
    return f"{len(named)} present, and long enough"


def _signal(settings: Settings, url: str | None) -> str:
    steps = sync_trial(settings, url)
    failed = [f"{step.name}: {step.told}" for step in steps if not step.passed]
    if failed:
        raise StoreError("; ".join(failed))
    return "hashed, sent, verified, not stored; a wrong key is refused"


async def _backup(settings: Settings, lines: Lines) -> str:
    if settings.backups.at is None:
        raise NotSetUp("the settings turn backups off")
    house = backup_house(settings, lines)
    records = await house.records()
    if not records:
        raise StoreError(f"there is no backup in {settings.backups.folder}")
    newest = max(records, key=lambda one: one.name)
    findings = await house.look_at(newest.name)
    if findings:
        raise StoreError(f"{newest.name}: {findings[0]}")
    return f"{newest.name} holds"
