"""Which key signs: made once, never silently replaced under a log that has begun."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest

from argo_core.adapters.key_files import active_keys, first_key
from argo_core.errors import ConfigError
from argo_core.ledger.batch import draft
from argo_core.ledger.note_key import SigningKey
from argo_core.testing.memory_ledger import MemoryLedger
from argo_server.settings import Settings, load_settings
from argo_server.wiring.keys import signing_keys

ORIGIN = "argo.localhost/signals"
AT = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)


def settings_in(folder: Path) -> Settings:
    return dataclasses.replace(load_settings({}), key_folder=folder)


async def log_of(key: SigningKey) -> MemoryLedger:
    log = MemoryLedger()
    await log.append(draft((await log.load()).head, [b"{}"], key.name, [key], AT).batch)
    return log


async def test_the_first_start_makes_a_key_and_the_second_finds_it(tmp_path: Path) -> None:
    made = await signing_keys(settings_in(tmp_path), MemoryLedger())
    found = await signing_keys(settings_in(tmp_path), await log_of(made[0]))
    assert [key.verifier.vkey for key in found] == [key.verifier.vkey for key in made]


async def test_a_log_that_has_begun_gets_no_new_key(tmp_path: Path) -> None:
    log = await log_of(SigningKey(ORIGIN, bytes(32)))
    with pytest.raises(ConfigError, match=r"has 1 entries and .* holds no key: restore the key from its backup"):
        await signing_keys(settings_in(tmp_path), log)
    assert active_keys(tmp_path, ORIGIN) == ()


async def test_a_key_that_has_not_signed_the_log_is_refused(tmp_path: Path) -> None:
    first_key(tmp_path, ORIGIN)
    with pytest.raises(ConfigError, match=r"no key in .* has signed this database's log"):
        await signing_keys(settings_in(tmp_path), await log_of(SigningKey(ORIGIN, bytes(32))))


async def test_a_log_of_another_origin_is_refused(tmp_path: Path) -> None:
    first_key(tmp_path, ORIGIN)
    with pytest.raises(ConfigError, match=r"set ledger\.origin right"):
        await signing_keys(settings_in(tmp_path), await log_of(SigningKey("other.example/log", bytes(32))))
