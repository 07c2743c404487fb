"""What health is made of, level by level, as it is seen from outside of the processes."""

from __future__ import annotations

import base64
import secrets
import shutil
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import msgspec

from argo_core.adapters.backups import BackupFolder, ScratchTrial, one_at_a_time
from argo_core.adapters.http import Sender, try_body, try_distributor
from argo_core.adapters.key_files import active_keys
from argo_core.adapters.system_clock import SystemClock
from argo_core.errors import ConfigError, StoreError
from argo_core.ledger import SigningKey
from argo_core.model.secret import MASK
from argo_core.pipeline.health_levels import CheckedPart, HealthCheck, NotSetUp, examined
from argo_core.pipeline.signal_trial import trial_fields, try_signal
from argo_server.settings import Settings, market_choice
from argo_server.settings.backup_section import backup_folder
from argo_server.wiring.backups import backup_restorer
from argo_server.wiring.check import check_settings
from argo_server.wiring.distributor import distributor_sender
from argo_server.wiring.executor_lines import executor_addresses
from argo_server.wiring.records import open_records
from argo_server.wiring.vendor_check import check_vendors

LEAST_FREE_PERCENT = 5.0
BACKUP_SECONDS = 1800.0
DESCRIPTION = "/schema/openapi.json"
GOOD = ("healthy", "idle", "delivering", "not configured", "not_configured", "environment")


@asynccontextmanager
async def open_health_checks(settings: Settings, url: str | None) -> AsyncIterator[tuple[HealthCheck, ...]]:
    """Every check. `url`: where the generator answers; host and port of the settings if it is None."""
    server = settings.file.server
    host = f"[{server.host}]" if ":" in server.host else server.host
    password = base64.b64encode(f"health:{server.console_password}".encode()).decode()
    headers = {"Authorization": f"Basic {password}"} if server.console_password else {}
    async with httpx.AsyncClient(headers=headers, timeout=20.0) as client, httpx.AsyncClient() as stranger:
        asked = _Looks(settings, client, stranger, (url or f"http://{host}:{server.port}").rstrip("/"))
        yield (*asked.first(), *asked.second(), *asked.third())


async def look_at_health(settings: Settings, url: str | None, level: int) -> tuple[CheckedPart, ...]:
    """Every check up to a level, looked at."""
    async with open_health_checks(settings, url) as checks:
        return await examined(checks, level)


class _Looks:
    """`client` has the console's password, `stranger` goes to other processes and must not."""

    def __init__(self, settings: Settings, client: httpx.AsyncClient, stranger: httpx.AsyncClient, url: str) -> None:
        self._settings, self._client, self._stranger, self._url = settings, client, stranger, url

    def first(self) -> tuple[HealthCheck, ...]:
        return (
            HealthCheck(1, "environment", self._environment, "install the packages again"),
            HealthCheck(1, "settings", self._config, "run argo config check and mend what it names"),
            HealthCheck(1, "keys of the log", self._keys, "run argo ledger key, or chmod 600 the key files"),
            HealthCheck(1, "disk", self._disk, "free space: docs/runbooks/disk_high.md"),
        )

    def second(self) -> tuple[HealthCheck, ...]:
        executors = [
            HealthCheck(
                2, f"executor {name} and its broker", self._executor(address), "start it: argo serve --role executor"
            )
            for name, address in executor_addresses(self._settings.file).items()
        ]
        runbook = "docs/runbooks/service_down.md"
        return (
            HealthCheck(2, "database", self._database, "run argo db upgrade; is its server running?"),
            HealthCheck(2, "generator", self._generator, f"start it: argo serve; {runbook}"),
            HealthCheck(2, "signals, redis and receivers", self._services, runbook),
            *executors,
            HealthCheck(2, "vendors", self._vendors, "run argo sources check", 60.0),
            HealthCheck(2, "sync", self._sync, "run argo sync setup, and start the distributor"),
        )

    def third(self) -> tuple[HealthCheck, ...]:
        return (
            HealthCheck(3, "every address over HTTP", self._addresses, "see the generator's log for the error", 300.0),
            HealthCheck(3, "secrets", self._secrets, "set what is named, 32 characters or more, and no example"),
            HealthCheck(
                3, "a signal all the way", self._signal, "run argo sync test; compare the versions of both sides"
            ),
            HealthCheck(
                3,
                "the newest backup restored",
                self._backup,
                "run argo backup; docs/runbooks/backup_failed.md",
                BACKUP_SECONDS,
            ),
        )

    async def _environment(self) -> str:
        return (
            f"Python {sys.version.split()[0]}, argo-server {version('argo-server')}, argo-core {version('argo-core')}"
        )

    async def _config(self) -> str:
        check_settings(self._settings)
        return str(self._settings.file_path or "no file: defaults and environment")

    async def _keys(self) -> str:
        keys = active_keys(self._settings.key_folder, self._settings.file.ledger.origin)
        if not keys:
            raise ConfigError(f"{self._settings.key_folder} holds no key")
        return f"{len(keys)} in {self._settings.key_folder}"

    async def _disk(self) -> str:
        use = shutil.disk_usage(Path.cwd())
        free = 100.0 * use.free / use.total
        if free < LEAST_FREE_PERCENT:
            raise StoreError(f"{free:.1f} % free")
        return f"{free:.1f} % free"

    async def _database(self) -> str:
        async with open_records(self._settings) as records:
            cycles = await records.decisions.cycles(1)
        return (
            f"answers, newest cycle {cycles[0].started_at:%Y-%m-%d %H:%M:%S} UTC" if cycles else "answers, no cycle yet"
        )

    async def _generator(self) -> str:
        told = await self._health()
        if told.get("status") != "healthy":
            raise StoreError(f"it says {told.get('status')}: {self._url}/api/v1/health")
        return f"{self._url}, up for {told.get('uptime_formatted')}"

    async def _services(self) -> str:
        parts = (await self._health()).get("services", {})
        receivers = {name: one.get("state", "") for name, one in parts.get("receivers", {}).items()}
        sources = {name: one.get("status") for name, one in parts.get("data_sources", {}).get("sources", {}).items()}
        found = {"database": parts.get("database"), "redis": parts.get("redis"), **receivers}
        bad = [f"{name} {state}" for name, state in found.items() if state not in GOOD]
        bad += [f"source {name} {state}" for name, state in sources.items() if state not in ("healthy", "not due")]
        if bad:
            raise StoreError(", ".join(bad))
        return f"{len(sources)} sources, redis {found['redis']}, {len(receivers)} receivers"

    def _executor(self, address: str) -> Any:
        async def look() -> str:
            told = await self._document(self._stranger, f"{address}/health")
            state = str(told.get("trading", ""))
            if state not in ("TRADING", "WATCHING"):
                raise StoreError(f"{address}: {state or 'no executor answers'}")
            return f"{address}: {state}"

        return look

    async def _vendors(self) -> str:
        if not market_choice(self._settings).live:
            raise NotSetUp("the market is a replay: no vendor is asked")
        checks = await check_vendors(self._settings, models=False)
        failed = [f"{one.source}: {one.error}" for one in checks if one.failed]
        if failed:
            raise StoreError("; ".join(failed))
        return f"{sum(one.reachable is True for one in checks)} answer"

    async def _sync(self) -> str:
        trial = await try_distributor(self._sender(), time.monotonic)
        return f"{self._settings.file.alpine.api_url} knows our key, {trial.latency_ms:.1f} ms"

    async def _addresses(self) -> str:
        paths = (await self._document(self._client, f"{self._url}{DESCRIPTION}")).get("paths", {})
        plain = sorted(path for path, acts in paths.items() if "get" in acts and "{" not in path)
        if not plain:
            raise StoreError(f"{self._url}{DESCRIPTION} names no address")
        wrong = [f"{path} {fault}" for path in plain if (fault := await self._fault(path, paths[path]["get"]))]
        if wrong:
            raise StoreError(", ".join(wrong))
        return f"{len(plain)} answer"

    async def _fault(self, path: str, described: dict[str, Any]) -> str:
        """Empty if it answers: 400 is one, for nothing is sent along; a refused key only where it is described."""
        try:
            async with self._client.stream("GET", self._url + path) as answer:  # a live stream never ends
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return type(error).__name__
        expected = (400, 401, 403) if described.get("security") else (400,)
        return "" if status < 400 or status in expected else str(status)

    async def _secrets(self) -> str:
        file, path = self._settings.file, self._settings.file_path
        named = {"alpine.api_key (ARGO_API_KEY)": file.alpine.api_key}
        if file.distribution.executors:
            named["distribution.api_key (ARGO_DISTRIBUTION_KEY)"] = file.distribution.api_key
        weak = [name for name, value in named.items() if len(value) < 32]
        held = any(one.origin == "file" and MASK in one.value for one in self._settings.in_force)
        if path is not None and held and path.is_file() and path.stat().st_mode & 0o077:
            weak.append(f"{path} can be read by others: chmod 600")
        if weak:
            raise ConfigError("missing or too short: " + ", ".join(weak))
        return "present, and long enough"

    async def _signal(self) -> str:
        sender = self._sender()
        key = SigningKey("health.invalid", secrets.token_bytes(32))
        fields = trial_fields(secrets.token_hex(8), SystemClock().now())
        return await try_signal(fields, key, lambda body: try_body(sender, body))

    async def _backup(self) -> str:
        folder, url = backup_folder(self._settings.file.backups, self._settings.file_path), self._settings.database_url
        records = await BackupFolder(folder, url).records()
        if not records:
            raise StoreError(f"there is no backup in {folder}")
        newest = max(records, key=lambda one: one.name)
        with one_at_a_time(folder):
            found = await ScratchTrial(folder, url, backup_restorer(self._settings)).check(newest.name)
        if found.findings:
            raise StoreError(f"{newest.name}: {found.findings[0]}")
        return f"{newest.name} holds"

    def _sender(self) -> Sender:
        return distributor_sender(self._settings.file, self._stranger, SystemClock())

    async def _health(self) -> dict[str, Any]:
        return await self._document(self._client, f"{self._url}/api/v1/health")

    async def _document(self, client: httpx.AsyncClient, url: str) -> dict[str, Any]:
        try:
            answer = await client.get(url)
            return msgspec.json.decode(answer.content, type=dict[str, Any])
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise StoreError(f"{url}: {type(error).__name__}: is it running?") from error
        except msgspec.MsgspecError as error:
            raise StoreError(f"{url}: {answer.status_code}, and no document: is the address right?") from error
