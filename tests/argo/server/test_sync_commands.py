"""`argo sync`: the key is installed for its owner only, and the round trip is a real one."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.argo.adapters.http.receiver import KEY, ReceiverApp, running_receiver
from tests.argo.server.processes import ArgoFolder

HEX = "0123456789abcdef" * 4


@pytest.fixture(name="receiver")
async def distributor_on_loopback() -> AsyncIterator[ReceiverApp]:
    async with running_receiver() as app:
        yield app


async def test_a_distributor_that_knows_the_key_is_reached(argo: ArgoFolder, receiver: ReceiverApp) -> None:
    folder = argo.with_environment(ALPINE_API_URL=receiver.url, ARGO_API_KEY=KEY)
    done = await asyncio.to_thread(folder.run, "sync", "test")
    assert (done.returncode, "knows our key" in done.stdout) == (0, True), done.stderr
    assert receiver.requests[0].path == "/api/v1/external-signals/sync/signals"
    assert receiver.known == {}


async def test_a_refused_key_is_a_failed_check_that_says_what_to_do(argo: ArgoFolder, receiver: ReceiverApp) -> None:
    folder = argo.with_environment(ALPINE_API_URL=receiver.url, ARGO_API_KEY=HEX)
    done = await asyncio.to_thread(folder.run, "sync", "test")
    assert (done.returncode, "the key is refused" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_without_a_key_the_test_says_how_to_get_one(argo: ArgoFolder) -> None:
    done = argo.run("sync", "test")
    assert (done.returncode, "run argo sync setup" in done.stderr) == (1, True)


def installed(argo: ArgoFolder) -> str:
    key: str = json.loads(argo.config.read_text())["alpine"]["api_key"]
    return key


def test_setup_makes_a_key_for_its_owner_only_and_says_that_nobody_answers_yet(argo: ArgoFolder) -> None:
    folder = argo.with_environment(ALPINE_API_URL="http://127.0.0.1:9")
    done = folder.run("sync", "setup", "--show")
    key = installed(folder)
    assert (done.returncode, len(key), key in done.stdout, "no round trip yet" in done.stdout) == (0, 64, True, True)
    assert stat.S_IMODE(folder.config.stat().st_mode) == 0o600
    assert json.loads(folder.config.read_text())["database"] == {"path": folder.database.name}


def test_a_key_in_force_is_kept_unless_another_is_asked_for(argo: ArgoFolder) -> None:
    argo.run("sync", "setup")
    key = installed(argo)
    again = argo.run("sync", "setup")
    assert (installed(argo), "kept" in again.stdout, key in again.stdout) == (key, True, False)
    argo.run("sync", "setup", "--rotate")
    assert installed(argo) != key


def test_setup_takes_the_distributors_key_and_does_not_repeat_it(argo: ArgoFolder, tmp_path: Path) -> None:
    file = tmp_path / "alpine.key"
    file.write_text(f"{HEX}\n")
    done = argo.run("sync", "setup", "--key-file", str(file))
    assert (installed(argo), HEX in done.stdout) == (HEX, False)


@pytest.mark.parametrize("content", [b"short", b"g" * 64, HEX.encode() + b"0", b"\xff\xfe", None])
def test_a_key_of_another_form_changes_nothing(argo: ArgoFolder, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "alpine.key"
    if content is not None:
        file.write_bytes(content)
    before = argo.config.read_bytes()
    done = argo.run("sync", "setup", "--key-file", str(file))
    assert (done.returncode, "64 hex digits" in done.stderr, argo.config.read_bytes()) == (1, True, before)


def test_keys_are_masked_where_settings_are_shown(argo: ArgoFolder) -> None:
    done = argo.with_environment(ARGO_API_KEY=HEX).run("config", "check", "--json")
    (shown,) = [entry for entry in json.loads(done.stdout) if entry["key"] == "alpine.api_key"]
    assert (shown["origin"], HEX in done.stdout) == ("environment", False)


def test_setup_without_a_configuration_file_says_what_to_name(argo: ArgoFolder) -> None:
    nameless = argo.with_environment(ARGO_CONFIG="")
    done = nameless.run("sync", "setup")
    assert (done.returncode, "set ARGO_CONFIG" in done.stderr) == (1, True)


def test_health_of_the_first_level_needs_no_process_and_says_what_to_do_where_it_fails(argo: ArgoFolder) -> None:
    done = argo.run("health", "--level", "1", "--json")
    told = json.loads(done.stdout)
    parts = {one["check"]: one["state"] for one in told["checks"]}
    assert (done.returncode, told["healthy"], parts["settings"], parts["keys of the log"]) == (
        1,
        False,
        "passed",
        "failed",
    )
    (keys,) = [one for one in told["checks"] if one["check"] == "keys of the log"]
    assert keys["advice"] == "run argo ledger key, or chmod 600 the key files"
